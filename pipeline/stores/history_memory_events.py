"""Archived events in plain Python: what a line adds to a cell."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pipeline.catalogue.model import BucketKind, Catalogue, Cube, Measure
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.stores.history_stretches import key_of
from pipeline.trading.windows import MinuteRange

Cells = dict[tuple[int, str], list[int]]


class ArchivedEvent(NamedTuple):
    """One event, its fields those of EVENT_COLUMNS."""

    link: str
    minute: int
    event_id: str
    kind: str
    order_id: str
    line_no: int
    event_ms: int
    user_id: str
    gender: str
    category: str
    brand: str
    sku: str
    warehouse_id: str
    province: str
    quantity: int
    amount_cents: int
    topic: str
    partition: int
    offset: int
    arrived_ms: int
    generation: int


if ArchivedEvent._fields != EVENT_COLUMNS:
    raise TypeError("ArchivedEvent does not have the columns of history_protocol.EVENT_COLUMNS")


def key_in(catalogue: Catalogue, dimension: str, event: ArchivedEvent) -> str:
    """Return the key of an event in a dimension."""
    if dimension == "guest":
        return "user" if event.user_id else "guest"
    return key_of(str(getattr(event, str(catalogue.dimensions[dimension].field))))


def added(measure: Measure, event: ArchivedEvent) -> int:
    """Return what a line adds to a measure that can be added."""
    if measure.kind not in ("any", event.kind):
        return 0
    if measure.first_line_only and event.line_no != 1:
        return 0
    if measure.priced and event.amount_cents <= 0:
        return 0
    return {"amount_cents": event.amount_cents, "quantity": event.quantity}.get(measure.of, 1)


def minute_cells(catalogue: Catalogue, cube: Cube, events: Iterable[ArchivedEvent]) -> Cells:
    """Return (minute, key) -> [n, measures...] of a minute cube."""
    measures = [catalogue.measures[name] for name in cube.measures]
    cells: Cells = {}
    for event in events:
        place = (event.minute, key_in(catalogue, cube.dimension, event))
        cell = cells.setdefault(place, [0] * (1 + len(measures)))
        cell[0] += 1
        for index, measure in enumerate(measures, 1):
            cell[index] += added(measure, event)
    return cells


def first_purchases(events: Iterable[ArchivedEvent]) -> dict[str, int]:
    """Return user -> minute of the first purchase; guests are not buyers."""
    firsts: dict[str, int] = {}
    for event in events:
        if event.kind == "sale" and event.user_id:
            minute = firsts.get(event.user_id, event.minute)
            firsts[event.user_id] = min(minute, event.minute)
    return firsts


def buyer_cells(events: Iterable[ArchivedEvent]) -> Cells:
    """Return (minute, "") -> [n, buyers] of a cube of distinct buyers; both count users."""
    cells: Cells = {}
    for minute in first_purchases(events).values():
        cell = cells.setdefault((minute, ""), [0, 0])
        cell[0] += 1
        cell[1] += 1
    return cells


def only_kind(catalogue: Catalogue, cube: Cube) -> str | None:
    """Return the one kind of line that adds to the cube's measures; None for any."""
    kinds = {catalogue.measures[name].kind for name in cube.measures}
    return kinds.pop() if len(kinds) == 1 and "any" not in kinds else None


def kept(
    catalogue: Catalogue,
    events: Iterable[ArchivedEvent],
    bounds: MinuteRange,
    only: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> list[ArchivedEvent]:
    """Return the events of the minutes asked for that pass a filter."""
    wanted = [(dimension, set(keys)) for dimension, keys in only]
    return [
        event
        for event in events
        if event.minute in bounds
        and all(key_in(catalogue, dimension, event) in keys for dimension, keys in wanted)
    ]


def window_cubes(catalogue: Catalogue) -> tuple[Cube, ...]:
    """Return the cubes of distinct buyers, one a window."""
    return tuple(c for c in catalogue.cubes.values() if c.bucket is BucketKind.WINDOW)


def sums_of(cube: Cube, cells: Mapping[tuple[int, str], list[int]]) -> dict[str, int]:
    """Return `n` and each measure summed over cells."""
    names = ("n", *cube.measures)
    totals = dict.fromkeys(names, 0)
    for cell in cells.values():
        for name, value in zip(names, cell, strict=True):
            totals[name] += value
    return totals


def plain(value: Any) -> Any:
    """Return a column's value as Python's own int or str."""
    taken = value.as_py() if hasattr(value, "as_py") else value
    return taken.item() if hasattr(taken, "item") else taken
