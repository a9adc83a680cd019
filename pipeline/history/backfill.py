"""Filling the history of the simulated shop: events in batches, then each day's facts, closed.

Work that was cut off is done again from the first day that is not closed; events that are there
already change nothing.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.simulator.orders import LATE_MS, MINUTE_MS
from pipeline.simulator.past import Columns, PastShop
from pipeline.stores.history_protocol import HistoryWriter
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime

# One insert makes one part of each month it touches: few large ones keep the merges small.
LINES_A_BATCH = 100_000
# The wall reads beside us on a small machine: rest for this share of the time worked.
REST_SHARE = 0.3
LONGEST_REST_S = 2.0


@dataclass(frozen=True)
class Backfill:
    """`close` makes the facts of a local epoch day, records it and returns its order lines;
    `report` hears of every day that is closed, with its lines. `begun`: the day of the live run,
    whose events are not ours."""

    shop: PastShop
    trading: TradingTime
    store: HistoryWriter
    close: Callable[[int], int]
    report: Callable[[int, int], None]
    begun: int
    there: set[int] = field(default_factory=set)  # days whose events are all there

    def resume(self, closed: Iterable[int]) -> None:
        """Some days are closed already, and so all events that belong to them are there."""
        for day in closed:
            self.there.update(self._touched(day))

    def make(self, days: Sequence[int], gently: bool) -> None:
        """Insert and close days in the order given; `gently`: with rests in between."""
        share = REST_SHARE if gently else 0.0
        for batch, columns in self._batches(days):
            began = time.monotonic()
            if columns:
                self.store.insert_events(columns)
            _rest(began, share)
            for day in batch:
                began = time.monotonic()
                self.report(day, self.close(day))
                _rest(began, share)

    def begin_day(self, begins: int) -> None:
        """Add the events of the day that has begun before epoch minute `begins`; it stays open."""
        start = day_bounds(self.trading, self.begun).start
        # Late orders of the live run may lie before its beginning, but not further than this.
        ours = MinuteRange(start, begins - LATE_MS[1] // MINUTE_MS - 1)
        if ours.end <= start or not self.store.days_with_events(self.shop.link, ours):
            self.store.insert_events(self.shop.events(self.begun, until=begins))

    def _batches(self, days: Sequence[int]) -> Iterator[tuple[list[int], Columns]]:
        batch: list[int] = []
        parts: list[Columns] = []
        for day in days:
            parts += [self.shop.events(one) for one in self._touched(day) - self.there]
            self.there.update(self._touched(day))
            batch.append(day)
            if sum(len(part["minute"]) for part in parts) >= LINES_A_BATCH:
                yield batch, joined(parts)
                batch, parts = [], []
        if batch:
            yield batch, joined(parts)

    def _touched(self, day: int) -> set[int]:
        """Return the days its windows lie in: their first buyers belong to the day's own facts."""
        windows = self.trading.windows.values()
        first = min((w.start // MINUTES_OF_A_DAY for w in windows), default=0)
        last = max(((w.end - 1) // MINUTES_OF_A_DAY for w in windows), default=0)
        reached = range(day + min(first, 0), day + max(last, 0) + 1)
        return {one for one in reached if one < self.begun}


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the events of several days as one."""
    names = parts[0] if parts else ()
    return {name: _concatenated([part[name] for part in parts]) for name in names}


def _concatenated(arrays: list[Any]) -> Any:
    if isinstance(arrays[0], np.ndarray):
        return np.concatenate(arrays)
    return pa.concat_arrays(arrays)


def _rest(began: float, share: float) -> None:
    time.sleep(min((time.monotonic() - began) * share, LONGEST_REST_S))
