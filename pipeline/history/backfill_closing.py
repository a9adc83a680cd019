"""Closing a day that a backfill has filled: its facts, its record, and what its windows sum to."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.history.closing import smallest_cube, windows_touching
from pipeline.stores.history_protocol import HistoryReader, HistoryWriter
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import DayRecord, Stretch, WindowSums


@dataclass(frozen=True)
class PastClosing:
    """Closes days of one link. `reader` and `writer` are the same history."""

    reader: HistoryReader
    writer: HistoryWriter
    catalogue: Catalogue
    trading: TradingTime
    link: str
    clock: Clock

    def close(self, day: int) -> int:
        """Make the facts of a local epoch day and record it; return its lines."""
        lines = self.writer.build_facts(self.link, day, day_bounds(self.trading, day))
        generation = self.writer.next_generation()
        record = DayRecord(day, self.link, generation, self.clock.now_ms(), "backfill", lines)
        self.writer.close_day(record, list(self._sums(record)))
        return lines

    def _sums(self, record: DayRecord) -> Iterator[WindowSums]:
        """Yield what every window sums to that lies in the day, of whichever business date."""
        windows = list(windows_touching(self.trading, record.day))
        cube = smallest_cube(self.catalogue)
        table = self.reader.read(self._whole([bounds for *_, bounds in windows])).table
        for day, window, bounds in windows:
            block = table.block(cube.name, bounds.start, bounds.end)
            totals = block.values.sum(axis=(0, 1)).tolist()
            yield WindowSums(
                day=day, window=window, link=self.link, generation=record.generation,
                recounted_ms=record.recounted_ms, cause=record.cause,
                lines=int(block.lines.sum()),
                sums=tuple(zip(block.measures, totals, strict=True)), live=None,
            )  # fmt: skip

    def _whole(self, pieces: list[MinuteRange]) -> Stretch:
        """Return the stretch that holds all of them: one question instead of many."""
        bounds = MinuteRange(min(p.start for p in pieces), max(p.end for p in pieces))
        first, last = (
            self.trading.zone.local_minute(minute * MINUTE_MS) // MINUTES_OF_A_DAY
            for minute in (bounds.start, bounds.end - 1)
        )
        return Stretch(self.link, bounds, tuple(range(first, last + 1)))
