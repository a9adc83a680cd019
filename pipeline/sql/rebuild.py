"""ClickHouse queries that make live cells of the archived events again, from the catalogue.

They must count what `pipeline.sql.touched` counts: the same lines in a cell, the same sums of them,
the same label. All are bounded and take parameters: link, topic, start and end (epoch minutes).
"""

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Cube, Measure
from pipeline.errors import ConfigurationError

_SCOPE = (
    "link = {link:String} AND topic = {topic:String}"
    " AND minute >= {start:Int64} AND minute < {end:Int64}"
)


def cells_query(catalogue: Catalogue, cube: Cube) -> str:
    """Return a query of (bucket, key, label, n, measures of the cube), in this order.

    Of a minute cube the bucket is the minute. Of any other it is 0, since the bounds asked for are
    those of the bucket, and the key is the user's id (also of distinct buyers, whose keys are
    shared out by whoever asks: there is no measure then).
    """
    by_minute = cube.bucket is BucketKind.MINUTE
    key = _minute_key(catalogue, cube) if by_minute else "user_id"
    columns = [
        "minute AS bucket" if by_minute else "toInt64(0) AS bucket",
        f"{key} AS cell_key",
        f"{_label(cube)} AS label",
        "toInt64(count()) AS n",
        *(
            f"toInt64({_measure(catalogue.measures[name])}) AS m_{name}"
            for name in cube.measures
            if not catalogue.measures[name].distinct
        ),
    ]
    where = _SCOPE if by_minute else f"{_SCOPE} AND user_id != ''{_only_kind(catalogue, cube)}"
    selected = ",\n  ".join(columns)
    return (
        f"SELECT\n  {selected}\nFROM events FINAL\nWHERE {where}\n"
        "GROUP BY bucket, cell_key\nORDER BY bucket, cell_key"
    )


def _minute_key(catalogue: Catalogue, cube: Cube) -> str:
    if cube.dimension in ("guest", "guests"):
        return "if(user_id = '', 'guest', 'user')"
    return _known(str(catalogue.dimensions[cube.dimension].field))


def _label(cube: Cube) -> str:
    # Both sides compare the bytes of UTF-8.
    return "''" if cube.label_field is None else f"max({_known(cube.label_field)})"


def _known(field: str) -> str:
    return f"if({field} = '', '{UNKNOWN}', {field})"


def _measure(measure: Measure) -> str:
    conditions = [] if measure.kind == "any" else [f"kind = '{measure.kind}'"]
    if measure.first_line_only:
        conditions.append("line_no = 1")
    if measure.priced:
        conditions.append("amount_cents > 0")
    if measure.distinct:
        raise ConfigurationError(f"{measure.name} cannot be added: it is counted by its users")
    where = " AND ".join(conditions) or "1"
    return f"countIf({where})" if measure.of == "lines" else f"sumIf({measure.of}, {where})"


def _only_kind(catalogue: Catalogue, cube: Cube) -> str:
    """Leave out lines that add to none of the cube's measures, as the live job does."""
    kinds = {catalogue.measures[name].kind for name in cube.measures}
    return f" AND kind = '{kinds.pop()}'" if len(kinds) == 1 and "any" not in kinds else ""
