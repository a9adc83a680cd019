"""The cells one event touches, and what it adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Cube, Measure
from pipeline.sql.classify import COUNTED
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


# Only what the measures need: every one of these travels once per cell touched.
_KEPT = "class, kind, line_no, quantity, amount_cents, user_id, event_ms, arrived_ms, kafka_offset"


@dataclass(frozen=True, slots=True)
class Touch:
    """One cell: SQL of its cube's name (NULL = not touched), bucket, key and label."""

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
    return (
        "CREATE TEMPORARY VIEW touched AS SELECT\n"
        f"  cube_name, bucket, cell_key, label,\n  {_KEPT}\n"
        f"FROM (\n  SELECT\n    {_KEPT},\n"
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
    conditions = [f"class = '{COUNTED}'"]
    if measure.kind != "any":
        conditions.append(f"kind = '{measure.kind}'")
    if measure.first_line_only:
        conditions.append("line_no = 1")
    if measure.priced:
        conditions.append("amount_cents > 0")
    if measure.distinct:
        names = ", ".join(literal(cube.name) for cube in cubes if measure.name in cube.measures)
        conditions += ["user_id <> ''", f"cube_name IN ({names})"]
        return f"COUNT(DISTINCT CASE WHEN {' AND '.join(conditions)} THEN user_id END)"
    added = "CAST(1 AS BIGINT)" if measure.of == "lines" else measure.of
    return f"SUM(CASE WHEN {' AND '.join(conditions)} THEN {added} ELSE 0 END)"


def _touches(catalogue: Catalogue, cube: Cube, edges: Sequence[int]) -> list[Touch]:
    name = literal(cube.name)
    label = "''" if cube.label_field is None else _known(cube.label_field)
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
