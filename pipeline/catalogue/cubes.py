"""Cubes resolved: what may be kept by minute, by segment and by window."""

from pipeline.catalogue.faults import listed, nearest
from pipeline.catalogue.model import BucketKind, Cube, Dimension, Measure
from pipeline.catalogue.reading import Reader
from pipeline.catalogue.written import WrittenCube


def cubes_of(
    reader: Reader, dimensions: dict[str, Dimension], measures: dict[str, Measure]
) -> dict[str, Cube]:
    """Return the cubes, those by window once per window."""
    found: dict[str, Cube] = {}
    for name, one in reader.read("cube", WrittenCube).items():
        _check_cube(reader, name, one, dimensions, measures)
        kind = BucketKind(one.bucket)
        names: list[tuple[str, str | None]] = [(name, None)]
        if kind is BucketKind.WINDOW:
            names = [(f"{name}_{window}", window) for window in reader.declared("window")]
        for made, window in sorted(names):
            if made in found or (window and made in reader.declared("cube")):
                place = reader.place("cube", name)
                reader.faults.add(place, f"there is a cube '{made}' already", "choose another name")
            found[made] = Cube(
                name=made,
                bucket=kind,
                dimension=one.dimension,
                measures=tuple(one.measures),
                window=window,
                label_field=one.label_field,
                hash_buckets=one.hash_buckets,
                keep=one.keep,
            )
    return found


def _check_cube(
    reader: Reader,
    name: str,
    one: WrittenCube,
    dimensions: dict[str, Dimension],
    measures: dict[str, Measure],
) -> None:
    place, faults = reader.place("cube", name), reader.faults
    if one.dimension not in reader.declared("dimension"):
        reason = f"unknown dimension '{one.dimension}'"
        faults.add(place, reason, nearest(one.dimension, dimensions))
    elif one.dimension in dimensions and dimensions[one.dimension].field is None:
        reason = f"'{one.dimension}' is a level of a roll-up, no event carries it"
        faults.add(place, reason, "name the dimension at the bottom of it")
    for measure in one.measures:
        if measure not in reader.declared("measure"):
            faults.add(place, f"unknown measure '{measure}'", nearest(measure, measures))
    if len(set(one.measures)) < len(one.measures):
        faults.add(place, "a measure comes twice", f"keep: {listed(set(one.measures))}")
    distinct = [m for m in one.measures if m in measures and measures[m].distinct]
    if distinct and (one.bucket != "window" or len(one.measures) > 1):
        reason = f"'{distinct[0]}' counts different users, which cannot be added over buckets"
        faults.add(place, reason, 'give it a cube of its own with bucket = "window"')
    _check_bucket(reader, name, one)


def _check_bucket(reader: Reader, name: str, one: WrittenCube) -> None:
    place, faults = reader.place("cube", name), reader.faults
    wanted = {"segment": ("user",), "window": ("user_hash",)}.get(one.bucket)
    if wanted is None and one.dimension in ("user", "user_hash"):
        faults.add(place, f"'{one.dimension}' is not kept by minute", 'write bucket = "segment"')
    if wanted is not None and one.dimension not in wanted:
        reason = f"a cube by {one.bucket} is of '{wanted[0]}', not '{one.dimension}'"
        faults.add(place, reason, f'write dimension = "{wanted[0]}"')
    if one.bucket == "window" and one.hash_buckets == 0:
        faults.add(place, "hash_buckets is missing", "write hash_buckets = 16")
    if one.bucket == "segment" and one.keep == 0:
        faults.add(place, "keep is missing", "say how many are kept: keep = 10000")
