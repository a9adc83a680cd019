"""A history in plain Python, for tests; it passes the suite of the real one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.catalogue.model import Catalogue
from pipeline.stores.history_memory_events import (
    Cells,
    added,
    buyer_cells,
    minute_cells,
    sums_of,
    window_cubes,
)
from pipeline.stores.history_memory_reading import MemoryReading
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime, date_of
from pipeline.values.past import (
    ArchivePosition,
    DayRecord,
    Stretch,
    WindowSums,
)


class MemoryHistory(MemoryReading):
    """`HistoryReader` and `HistoryWriter` in memory. For one thread, or with reads alone."""

    def __init__(self, catalogue: Catalogue, trading: TradingTime) -> None:
        super().__init__(catalogue, trading)
        self._migrated = False

    def migrate(self) -> tuple[str, ...]:
        done = () if self._migrated else ("tables in memory",)
        self._migrated = True
        return done

    def insert_events(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._events.insert(columns)

    def put_progress(self, link: str, topic: str, positions: Mapping[int, ArchivePosition]) -> None:
        for partition, at in positions.items():
            held = self._progress[link].get((topic, partition))
            if held is None or at.position >= held.position:
                self._progress[link][topic, partition] = at

    def days_with_events(
        self, link: str, bounds: MinuteRange, topic: str | None = None
    ) -> Mapping[int, int]:
        counts: dict[int, int] = defaultdict(int)
        for event in self._events.between(link, bounds):
            if topic in (None, event.topic):
                counts[event.minute // MINUTES_OF_A_DAY] += 1
        return dict(counts)

    def build_facts(
        self, link: str, day: int, bounds: MinuteRange, cubes: Sequence[str] | None = None
    ) -> int:
        made = {
            name: cells
            for name, cells in self._cells_of_day(link, day, bounds).items()
            if cubes is None or name in cubes
        }
        self._facts[link, day] = {**self._facts.get((link, day), {}), **made}
        return len(self._events.between(link, bounds))

    def fact_sums(
        self, link: str, day: int, bounds: MinuteRange, from_events: bool
    ) -> Mapping[str, Mapping[str, int]]:
        found = (
            self._cells_of_day(link, day, bounds)
            if from_events
            else self._facts.get((link, day), {})
        )
        cubes = (*self._catalogue.minute_cubes(), *window_cubes(self._catalogue))
        return {cube.name: sums_of(cube, found.get(cube.name, {})) for cube in cubes}

    def line_sums(self, link: str, bounds: MinuteRange) -> Mapping[str, int]:
        events = self._kept(Stretch(link, bounds, ()), bounds)
        names = dict.fromkeys(n for c in self._catalogue.minute_cubes() for n in c.measures)
        measures = [self._catalogue.measures[name] for name in names]
        return {"n": len(events)} | {
            m.name: sum(added(m, event) for event in events) for m in measures if not m.distinct
        }

    def next_generation(self) -> int:
        held = [record.generation for record in self._closed.values()]
        return max((*held, *(sums.generation for sums in self._recounts)), default=0) + 1

    def close_day(self, record: DayRecord, sums: Sequence[WindowSums]) -> None:
        self._recounts.extend(sums)
        held = self._closed.get((record.link, record.day))
        if held is None or record.generation >= held.generation:
            self._closed[record.link, record.day] = record

    def _cells_of_day(self, link: str, day: int, bounds: MinuteRange) -> dict[str, Cells]:
        events = self._events.between(link, bounds)
        made = {
            cube.name: minute_cells(self._catalogue, cube, events)
            for cube in self._catalogue.minute_cubes()
        }
        for cube in window_cubes(self._catalogue):
            window = self._trading.bounds(str(cube.window), date_of(day))
            made[cube.name] = buyer_cells(self._events.between(link, window))
        return made
