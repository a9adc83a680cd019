"""The cells one event touches, and what it adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Cube, Measure
from pipeline.sql.classify import COUNTED, PROGRESS
from pipeline.sql.local_time import (
    Transitions,
    business_days,
    local_minute,
    segment_edges,
    segment_number,
)
from pipeline.sql.source import literal

AUDIT = "audit"
AUDIT_MEASURES = ("position", "progress")


# What `touched` calls the number that a line adds to a measure.
ADDED = "add_"


@dataclass(frozen=True, slots=True)
class Touch:
    """One cell: SQL of its cube's name (NULL = not touched), bucket, key and label.

    Of a cube that counts distinct users the label is the user.
    """

    cube: str
    bucket: str
    key: str
    label: str = "''"

    def row(self) -> str:
        cube = f"CAST({self.cube} AS STRING)"
        key, label = f"CAST({self.key} AS STRING)", f"CAST({self.label} AS STRING)"
        return f"ROW({cube}, CAST({self.bucket} AS BIGINT), {key}, {label})"


def timed_view(transitions: Transitions) -> str:
    """Return the view `timed`: minute (epoch, UTC) and local minute of each event."""
    return (
        "CREATE TEMPORARY VIEW timed AS SELECT *,\n"
        "  event_ms / 60000 AS utc_minute,\n"
        f"  {local_minute('event_ms', transitions)} AS local_minute\nFROM tagged"
    )


def touched_view(catalogue: Catalogue) -> str:
    """Return the view `touched`: one row per cell; a row that does not count touches only audit."""
    edges = segment_edges(tuple(catalogue.windows.values()))
    touches = [
        touch
        for cube in catalogue.cubes.values()
        if cube.bucket is not BucketKind.PARTITION
        for touch in _touches(catalogue, cube, edges)
    ]
    audit = Touch(literal(AUDIT), "kafka_partition", "class")
    rows = ",\n      ".join(touch.row() for touch in [*touches, audit])
    # A number is worked out once for a line, not once for each of its cells; only these travel.
    added = {f"{ADDED}{measure.name}": _added(measure) for measure in measure_columns(catalogue)}
    kept = ", ".join(["kafka_offset", "progress", *(f"`{name}`" for name in added)])
    sums = "".join(f"    {given} AS `{name}`,\n" for name, given in added.items())
    return (
        "CREATE TEMPORARY VIEW touched AS SELECT\n"
        f"  cube_name, bucket, cell_key, label,\n  {kept}\n"
        f"FROM (\n  SELECT\n    kafka_offset,\n    {PROGRESS} AS progress,\n{sums}"
        f"    CASE WHEN class = '{COUNTED}' THEN ARRAY[\n      {rows}\n    ]\n"
        f"    ELSE ARRAY[\n      {audit.row()}\n    ] END AS cells\n"
        "  FROM timed\n"
        ") CROSS JOIN UNNEST(cells) AS cell (cube_name, bucket, cell_key, label)\n"
        "WHERE cube_name IS NOT NULL"
    )


def measure_columns(catalogue: Catalogue) -> tuple[Measure, ...]:
    """Return the union of the cubes' measures, in the catalogue's order."""
    used = {name for cube in catalogue.cubes.values() for name in cube.measures}
    return tuple(measure for measure in catalogue.measures.values() if measure.name in used)


def measure_sql(measure: Measure, cubes: Sequence[Cube]) -> str:
    """Return the aggregate of one measure over the rows of `touched`; never NULL."""
    if not measure.distinct:
        return f"SUM(`{ADDED}{measure.name}`)"
    # FILTER keeps the rows of other cubes away from the state of the values seen; a CASE would
    # look up its NULL there for each of them.
    names = ", ".join(literal(cube.name) for cube in cubes if measure.name in cube.measures)
    return (
        f"COUNT(DISTINCT label) FILTER (WHERE `{ADDED}{measure.name}` = 1 AND label <> ''"
        f" AND cube_name IN ({names}))"
    )


def _added(measure: Measure) -> str:
    """Return what a line adds to a measure: a BIGINT, 0 where it adds nothing; a user counts 1."""
    conditions = [f"class = '{COUNTED}'"]
    if measure.kind != "any":
        conditions.append(f"kind = '{measure.kind}'")
    if measure.first_line_only:
        conditions.append("line_no = 1")
    if measure.priced:
        conditions.append("amount_cents > 0")
    added = measure.of if measure.of in ("amount_cents", "quantity") else "CAST(1 AS BIGINT)"
    return f"CASE WHEN {' AND '.join(conditions)} THEN {added} ELSE CAST(0 AS BIGINT) END"


def _touches(catalogue: Catalogue, cube: Cube, edges: Sequence[int]) -> list[Touch]:
    name = literal(cube.name)
    label = "''" if cube.label_field is None else _known(cube.label_field)
    if any(catalogue.measures[measure].distinct for measure in cube.measures):
        label = "user_id"
    if cube.bucket is BucketKind.MINUTE:
        return [Touch(name, "utc_minute", _minute_key(catalogue, cube), label)]
    needed = f"user_id <> ''{_only_kind(catalogue, cube)}"
    key = "user_id" if not cube.hash_buckets else _hash_bucket(cube.hash_buckets)
    if cube.bucket is BucketKind.SEGMENT:
        number = segment_number("local_minute", edges)
        return [Touch(f"CASE WHEN {needed} THEN {name} END", number, key, label)]
    window = catalogue.windows[str(cube.window)]
    return [
        Touch(f"CASE WHEN {needed} AND {inside} THEN {name} END", day, key, label)
        for day, inside in business_days("local_minute", window)
    ]


def _minute_key(catalogue: Catalogue, cube: Cube) -> str:
    if cube.dimension in ("guest", "guests"):
        return "CASE WHEN user_id = '' THEN 'guest' ELSE 'user' END"
    field = catalogue.dimensions[cube.dimension].field
    return _known(str(field))


def _known(field: str) -> str:
    return f"CASE WHEN `{field}` = '' THEN '{UNKNOWN}' ELSE `{field}` END"


def _only_kind(catalogue: Catalogue, cube: Cube) -> str:
    """Leave out lines that add to none of the cube's measures (a refund makes no buyer)."""
    kinds = {catalogue.measures[name].kind for name in cube.measures}
    return f" AND kind = '{kinds.pop()}'" if len(kinds) == 1 and "any" not in kinds else ""


def _hash_bucket(buckets: int) -> str:
    # HASH_CODE is a signed 32-bit hash of the text; the shift makes it a number MOD can share out.
    return f"MOD(HASH_CODE(user_id) + CAST(2147483648 AS BIGINT), {buckets})"
