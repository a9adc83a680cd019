"""Past stretches, read once: a closed day is kept until it is counted anew, others a moment."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from app.analyst.keeping import Kept
from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, DapingError
from pipeline.stores.history_protocol import HistoryReader
from pipeline.stores.protocol import Ranking
from pipeline.values.past import DayRecord, PastStretch, Stretch, WindowSums
from pipeline.values.table import CellTable

DAYS_MS = 5_000  # how often it is asked which days are closed
RUNNING_MS = 10_000  # how long a stretch that still grows is shown
LATE_DAYS = 2
SLOW_S = 5.0  # a store that is away says so within its connect time; after that it hangs
STRETCHES = 256
STRETCH_BYTES = 256 * 1024 * 1024
USERS_BYTES = 4_000
T = TypeVar("T")

Connect = Callable[[], HistoryReader | None]


class NoHistory(Exception):
    """History cannot be asked; `reason` is a code of docs/design.md §12."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Library:
    """Reads history for one link; thread-safe. All methods raise NoHistory."""

    def __init__(self, connect: Connect, catalogue: Catalogue, link: str, clock: Clock) -> None:
        self._connect = connect
        self._catalogue = catalogue
        self._clock = clock
        self._days: tuple[DayRecord, ...] | None = None
        self._days_ms = -DAYS_MS
        self._fault = "history_unreachable"  # why the days are not known
        self._kept: Kept[tuple[PastStretch, int]] = Kept(STRETCHES, STRETCH_BYTES)
        self._users: Kept[tuple[Ranking, int]] = Kept(STRETCHES, STRETCHES * USERS_BYTES)
        self._sums: Kept[tuple[WindowSums, ...]] = Kept(STRETCHES, STRETCHES * USERS_BYTES)
        self._local = threading.local()
        self.link = link

    @property
    def queries(self) -> int:
        """How often this thread has asked history."""
        return int(getattr(self._local, "queries", 0))

    @property
    def store(self) -> HistoryReader:
        """History itself; which one that is may change between two questions."""
        try:
            store = self._connect()
        except ConfigurationError as fault:
            raise NoHistory("no_clickhouse") from fault
        if store is None:
            raise NoHistory("no_clickhouse")
        return store

    def edition(self) -> tuple[int, int]:
        """Return numbers that change whenever a day is closed or counted anew."""
        days = self._days or ()
        return len(days), max((record.generation for record in days), default=0)

    def days_are_old(self) -> bool:
        """Say whether it is time to ask again which days are closed."""
        return not 0 <= self._clock.now_ms() - self._days_ms < DAYS_MS

    def days(self) -> tuple[DayRecord, ...]:
        """Return the closed days, ascending, as of the last five seconds.

        Of a history that went away what was known last: what is kept can still be shown.
        """
        if self.days_are_old():
            try:
                self._days = self._asked(lambda store: store.days(self.link))
            except NoHistory as fault:
                self._fault = fault.reason
                if self._days is None:
                    raise
            finally:
                self._days_ms = self._clock.now_ms()
        if self._days is None:
            raise NoHistory(self._fault)
        return self._days

    def stretch(self, stretch: Stretch) -> PastStretch:
        """Return a stretch of minutes, kept or read."""
        if stretch.bounds.start < 0:
            return self._nothing(stretch)
        key, final = self._key(stretch)
        held = self._kept.get(key)
        now = self._clock.now_ms()
        if held is not None and (final or 0 <= now - held[1] < RUNNING_MS):
            return held[0]
        found = self._asked(lambda store: store.read(stretch))
        self._kept.put(key, (found, now), size_of(self._catalogue, found))
        return found

    def reach(self, stretch: Stretch) -> int:
        """Return the first minute of a stretch that the archive may not have whole yet."""
        return self._asked(lambda store: store.first_buyers(stretch)).until

    def top_users(self, past: PastStretch, until: int, limit: int) -> Ranking:
        """Return the best users of a stretch up to a minute, kept as long as the stretch is."""
        stretch = past.stretch
        if until <= stretch.bounds.start:
            return Ranking((), True)
        of_stretch, final = self._key(stretch)
        key = (*of_stretch, past.generation, until, limit)
        held = self._users.get(key)
        now = self._clock.now_ms()
        if held is not None and (final or 0 <= now - held[1] < RUNNING_MS):
            return held[0]
        found = self._asked(lambda store: store.top_users(stretch, until, limit))
        self._users.put(key, (found, now), USERS_BYTES)
        return found

    def window_sums(self, day: int, window: str, generation: int) -> tuple[WindowSums, ...]:
        """Return all recounts of a window of a business date, the earliest first."""
        key = (day, window, generation)
        found = self._sums.get(key)
        if found is None:
            found = self._asked(lambda store: store.window_sums(day, window))
            self._sums.put(key, found, USERS_BYTES)
        return found

    def _key(self, stretch: Stretch) -> tuple[tuple[object, ...], bool]:
        """Return what an answer depends on, and whether it stands while that does."""
        wanted = set(stretch.days)
        closed = tuple(
            (record.day, record.generation) for record in self.days() if record.day in wanted
        )
        return (stretch, closed), settled(self.days(), stretch.days)

    def _asked(self, ask: Callable[[HistoryReader], T]) -> T:
        store = self.store
        self._local.queries = self.queries + 1
        began = time.monotonic()
        try:
            return ask(store)
        except DapingError as fault:
            slow = time.monotonic() - began > SLOW_S
            raise NoHistory("history_slow" if slow else "history_unreachable") from fault

    def _nothing(self, stretch: Stretch) -> PastStretch:
        """Return what there is before 1970, which no store counts from."""
        empty = np.zeros(len(stretch.bounds), np.int64)
        table = CellTable(self._catalogue)
        return PastStretch(stretch, table, empty, (), stretch.bounds.start, "facts")


def settled(records: Sequence[DayRecord], days: Sequence[int]) -> bool:
    """Say whether days are counted for good: closed, or long before one that is, with no orders.

    A day without an event is never closed; late events come for two days at most.
    """
    closed = {record.day for record in records}
    last = max(closed, default=0)
    return all(day in closed or day < last - LATE_DAYS for day in days)


def size_of(catalogue: Catalogue, past: PastStretch) -> int:
    """Return about how many bytes a stretch holds."""
    start = past.stretch.bounds.start
    cells = sum(
        len(past.table.block(cube.name, start, start + 1).keys) * (1 + len(cube.measures))
        for cube in catalogue.minute_cubes()
    )
    return (cells + 1) * 8 * len(past.stretch.bounds)
