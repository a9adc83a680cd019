"""What a history in memory is asked: `HistoryReader`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.catalogue.model import Catalogue, Cube, Metric
from pipeline.errors import Refused
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.stores.history_memory_events import (
    ArchivedEvent,
    Cells,
    added,
    buyer_cells,
    first_purchases,
    kept,
    minute_cells,
    only_kind,
)
from pipeline.stores.history_memory_held import HeldEvents
from pipeline.stores.history_protocol import RAW_COLUMNS
from pipeline.stores.history_stretches import (
    check_filter,
    closed_window,
    key_of,
    open_pieces,
    whole_until,
)
from pipeline.stores.protocol import RankedRow, Ranking
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.values.past import (
    ArchivePosition,
    DayRecord,
    PastStretch,
    Recount,
    Stretch,
    WindowSums,
)
from pipeline.values.table import CellTable


class MemoryReading:
    """Reads what it holds; `MemoryHistory` fills it."""

    def __init__(self, catalogue: Catalogue, trading: TradingTime) -> None:
        self._catalogue = catalogue
        self._trading = trading
        self._events = HeldEvents()
        self._facts: dict[tuple[str, int], dict[str, Cells]] = {}
        self._closed: dict[tuple[str, int], DayRecord] = {}
        self._recounts: list[WindowSums] = []
        self._progress: dict[str, dict[tuple[str, int], ArchivePosition]] = defaultdict(dict)

    def days(self, link: str) -> tuple[DayRecord, ...]:
        found = [record for record in self._closed.values() if record.link == link]
        return tuple(sorted(found, key=lambda record: record.day))

    def read(self, stretch: Stretch) -> PastStretch:
        check_filter(self._catalogue, stretch)
        closed = self._closed_of(stretch)
        table = CellTable(self._catalogue)
        pieces = open_pieces(stretch, closed, self._trading)
        events = [event for piece in pieces for event in self._kept(stretch, piece)]
        for cube in self._catalogue.minute_cubes():
            cells = minute_cells(self._catalogue, cube, events)
            for record in closed if not stretch.only else ():
                of_day = self._facts.get((stretch.link, record.day), {}).get(cube.name, {})
                cells |= {at: cell for at, cell in of_day.items() if at[0] in stretch.bounds}
            _fill(table, cube, cells)
        return replace(self.first_buyers(stretch), table=table)

    def first_buyers(self, stretch: Stretch) -> PastStretch:
        check_filter(self._catalogue, stretch)
        closed = self._closed_of(stretch)
        window = closed_window(self._catalogue, self._trading, stretch, closed)
        if window is None:
            cells = buyer_cells(self._kept(stretch, stretch.bounds))
        else:
            cells = self._facts.get((stretch.link, window[1]), {}).get(window[0], {})
        firsts = np.zeros(len(stretch.bounds), np.int64)
        for (minute, _), cell in cells.items():
            firsts[minute - stretch.bounds.start] = cell[1]
        whole = not stretch.only and {r.day for r in closed} >= set(stretch.days)
        return PastStretch(
            stretch=stretch,
            table=CellTable(self._catalogue),
            first_buyers=firsts,
            closed=closed,
            until=whole_until(stretch, closed, self._trading, self._progress[stretch.link]),
            origin="facts" if whole else "events",
        )

    def top_users(self, stretch: Stretch, until: int, limit: int) -> Ranking:
        check_filter(self._catalogue, stretch)
        cube = self._catalogue.cubes["users"]
        kind = only_kind(self._catalogue, cube)
        lines: dict[str, list[ArchivedEvent]] = defaultdict(list)
        for event in self._kept(stretch, MinuteRange(stretch.bounds.start, until)):
            if event.user_id and kind in (None, event.kind):
                lines[event.user_id].append(event)
        rows = [self._ranked(cube, user, found) for user, found in lines.items()]
        rows.sort(key=lambda row: (-row.measures[0], row.key))
        return Ranking(tuple(rows[:limit]), proven=True)

    def window_sums(self, day: int, window: str) -> tuple[WindowSums, ...]:
        found = [sums for sums in self._recounts if (sums.day, sums.window) == (day, window)]
        return tuple(sorted(found, key=lambda sums: sums.generation))

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        held = self._progress[link].items()
        return {partition: at for (of, partition), at in held if of == topic}

    def recount(
        self, metric: Metric, stretch: Stretch, until: int, query_id: str, limit_s: float
    ) -> Recount:
        check_filter(self._catalogue, stretch)
        if metric.shape != "total":
            raise Refused(f"{metric.name} is no total: recount one of its totals")
        events = self._kept(stretch, MinuteRange(stretch.bounds.start, until))
        sums = {
            name: len(first_purchases(events))
            if measure.distinct
            else sum(added(measure, event) for event in events)
            for name, measure in self._catalogue.measures.items()
        }
        above = linear(metric.numerator, sums)
        below = None if metric.denominator is None else linear(metric.denominator, sums)
        value = above if below is None else ratio(above, below, metric.unit)
        return Recount(value, above, below, len(events), 0.0, "", ())

    def cancel(self, query_id: str) -> None:
        """Nothing runs longer than its call."""

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield every event once, as RAW_COLUMNS."""
        for event in self._events.all_of(link):
            if topic in (None, event.topic) and (bounds is None or event.minute in bounds):
                yield tuple(getattr(event, name) for name in RAW_COLUMNS)

    def _closed_of(self, stretch: Stretch) -> tuple[DayRecord, ...]:
        found = (self._closed.get((stretch.link, day)) for day in sorted(stretch.days))
        return tuple(record for record in found if record is not None)

    def _kept(self, stretch: Stretch, bounds: MinuteRange) -> list[ArchivedEvent]:
        events = self._events.between(stretch.link, bounds)
        return kept(self._catalogue, events, stretch.bounds, stretch.only)

    def _ranked(self, cube: Cube, user: str, events: Sequence[ArchivedEvent]) -> RankedRow:
        measures = [self._catalogue.measures[name] for name in cube.measures]
        sums = tuple(sum(added(measure, event) for event in events) for measure in measures)
        latest = max(events, key=lambda event: (event.event_ms, event.event_id))
        return RankedRow(user, len(events), sums, key_of(latest.province))


def _fill(table: CellTable, cube: Cube, cells: Cells) -> None:
    if cells:
        minutes = np.array([minute for minute, _ in cells], np.int64)
        numbers = np.array(list(cells.values()), np.int64)
        table.fill(cube.name, minutes, [key for _, key in cells], numbers)
