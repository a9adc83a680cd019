"""What an archived line counts for, in ClickHouse's words: keys, measures, filters."""

from collections.abc import Iterable

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Cube, Measure
from pipeline.errors import ConfigurationError

# A stretch of minutes of one link is a range of the table's key.
MINUTES = "link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32}"
BUYS = "kind = 'sale' AND user_id != ''"


def key_of(catalogue: Catalogue, dimension: str) -> str:
    """Return the key of a line in a dimension that events carry."""
    if dimension == "guest":
        return "if(user_id = '', 'guest', 'user')"
    return known(str(catalogue.dimensions[dimension].field))


def known(field: str) -> str:
    """Return a text field, `unknown` where it is missing."""
    return f"if({field} = '', '{UNKNOWN}', {field})"


def column(measure: str) -> str:
    """Return the column a measure has in facts and in answers."""
    return f"m_{measure}"


def additive(catalogue: Catalogue, names: Iterable[str] | None = None) -> tuple[Measure, ...]:
    """Return the measures that are sums of lines; of all minute cubes unless named."""
    if names is None:
        names = dict.fromkeys(name for cube in catalogue.minute_cubes() for name in cube.measures)
    found = (catalogue.measures[name] for name in names)
    return tuple(measure for measure in found if not measure.distinct)


def summed(measure: Measure) -> str:
    """Return the sum of a measure over lines; of a distinct one the different users."""
    conditions = [] if measure.kind == "any" else [f"kind = '{measure.kind}'"]
    if measure.first_line_only:
        conditions.append("line_no = 1")
    if measure.priced:
        conditions.append("amount_cents > 0")
    if measure.distinct:
        where = " AND ".join([*conditions, "user_id != ''"])
        return f"toInt64(uniqExactIf(user_id, {where}))"
    where = " AND ".join(conditions) or "1"
    count = f"countIf({where})" if measure.of == "lines" else f"sumIf({measure.of}, {where})"
    return f"toInt64({count})"


def filtered(catalogue: Catalogue, dimensions: Iterable[str]) -> str:
    """Return a condition on the key of each dimension; parameters `only_0`, `only_1`, ..."""
    return "".join(
        f" AND {key_of(catalogue, dimension)} IN {{only_{place}:Array(String)}}"
        for place, dimension in enumerate(dimensions)
    )


def only_kind(catalogue: Catalogue, cube: Cube) -> str:
    """Return a condition that leaves out lines that add to none of the cube's measures."""
    kinds = {catalogue.measures[name].kind for name in cube.measures}
    return f" AND kind = '{kinds.pop()}'" if len(kinds) == 1 and "any" not in kinds else ""


def window_cube(catalogue: Catalogue, name: str) -> Cube:
    """Return a cube of distinct buyers; raises ConfigurationError for any other."""
    cube = catalogue.cubes[name]
    if cube.bucket is not BucketKind.WINDOW or cube.window is None:
        raise ConfigurationError(f"cube '{name}' is not by window: it has no first purchases")
    return cube
