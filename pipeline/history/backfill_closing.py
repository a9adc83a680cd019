"""Closing a day that a backfill has filled: its facts, its record, and what its windows sum to."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.stores.history_protocol import HistoryReader, HistoryWriter
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.comparisons import own_span
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, date_of
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
        cube = min(
            self.catalogue.minute_cubes(),
            key=lambda c: len(self.catalogue.dimensions[c.dimension].members),
        )
        for window, definition in self.trading.windows.items():
            latest = record.day - definition.start // MINUTES_OF_A_DAY
            earliest = record.day - (definition.end - 1) // MINUTES_OF_A_DAY
            for day in range(earliest, latest + 1):
                span = own_span(self.trading, window, date_of(day))
                stretch = Stretch(self.link, span.bounds, span.days(self.trading))
                block = self.reader.read(stretch).table.block(
                    cube.name, span.bounds.start, span.bounds.end
                )
                totals = block.values.sum(axis=(0, 1)).tolist()
                yield WindowSums(
                    day=day, window=window, link=self.link, generation=record.generation,
                    recounted_ms=record.recounted_ms, cause=record.cause,
                    lines=int(block.lines.sum()),
                    sums=tuple(zip(block.measures, totals, strict=True)), live=None,
                )  # fmt: skip
