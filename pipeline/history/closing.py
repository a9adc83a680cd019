"""Closing a day: its facts made of its events, what they sum to, and the record that it is final.

A day is closed once the archive's progress has passed its end; late events may still come for two
days, so it is looked at again and, when something changed, recounted with a new generation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.history.window_sums import LiveSums, Recounting
from pipeline.stores.history_protocol import HistoryReader, HistoryWriter
from pipeline.stores.history_stretches import archived_ms, day_bounds
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime, date_of
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import Cause, DayRecord, WindowSums

SETTLED_MS = 5 * MINUTE_MS
LATE_MS = 48 * 60 * MINUTE_MS


class History(HistoryReader, HistoryWriter, Protocol):
    """Both halves of one history."""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """What came of a recount."""

    record: DayRecord
    windows: tuple[WindowSums, ...]

    def differences(self) -> Iterator[tuple[WindowSums, str, int]]:
        """Yield window, measure and live minus recount, where they differ."""
        for one in self.windows:
            for name, value in one.live or ():
                if value != dict(one.sums).get(name, 0):
                    yield one, name, value - dict(one.sums).get(name, 0)


@dataclass
class Closing:
    """Closes the days of one link and topic. `live`: None where there is nothing to compare.

    `past_topics` hold what came before the topic: their days are over when its own are.
    """

    history: History
    catalogue: Catalogue
    trading: TradingTime
    link: str
    topic: str
    clock: Clock
    live: LiveSums | None = None
    past_topics: tuple[str, ...] = ()
    _seen: dict[int, int] = field(default_factory=dict)

    def due(self) -> tuple[int, ...]:
        """Return the finished days that have events of the topics and are not closed, ascending."""
        return self._open(MinuteRange(0, self._end()), (self.topic, *self.past_topics))

    def due_between(self, first: int, last: int) -> tuple[int, ...]:
        """As `due`, of these days (both included) and of events of any source."""
        start = day_bounds(self.trading, first).start
        end = min(self._end(), day_bounds(self.trading, last).end)
        return self._open(MinuteRange(start, max(start, end)), (None,))

    def finished_before(self) -> int:
        """Return the first local day (epoch day) that is not over, as the archive tells it."""
        progress = self.history.progress(self.link, self.topic)
        settled = archived_ms({(self.topic, p): at for p, at in progress.items()}) - SETTLED_MS
        return self.trading.zone.local_minute(max(settled, 0)) // MINUTES_OF_A_DAY

    def close(
        self, day: int, cause: Cause = "close", cubes: Sequence[str] | None = None
    ) -> ClosedDay:
        """Make the facts of a local day anew, of all cubes or some, and record it."""
        # The number first: a day with a smaller one was in place before this one was counted.
        generation = self.history.next_generation()
        lines = self.history.build_facts(self.link, day, day_bounds(self.trading, day), cubes)
        record = DayRecord(day, self.link, generation, self.clock.now_ms(), cause, lines)
        recounting = Recounting(self.history, self.catalogue, self.trading, self.topic, self.live)
        windows = tuple(recounting.windows_of(record))
        self.history.close_day(record, windows)
        return ClosedDay(record, windows)

    def changed(self) -> tuple[int, ...]:
        """Return the closed days of the last 48 h whose events say something else by now."""
        end = self.finished_before()
        recent = [
            record
            for record in self.history.days(self.link)
            if end - 1 - LATE_MS // (MINUTES_OF_A_DAY * MINUTE_MS) <= record.day < end
        ]
        return tuple(record.day for record in recent if self._moved(record))

    def differs(self, day: int) -> bool:
        """Say whether a day's events make other sums than its facts."""
        bounds = day_bounds(self.trading, day)
        held = self.history.fact_sums(self.link, day, bounds, from_events=False)
        return held != self.history.fact_sums(self.link, day, bounds, from_events=True)

    def _told(self, record: DayRecord) -> bool:
        """Say whether the facts of a day are those of its record: it is written after them."""
        bounds = day_bounds(self.trading, record.day)
        held = self.history.fact_sums(self.link, record.day, bounds, from_events=False)
        return held[self.catalogue.minute_cubes()[0].name]["n"] == record.lines

    def _moved(self, record: DayRecord) -> bool:
        """Say whether a day differs; asked again only once rows came: counting is cheap.

        Rows are known as seen when they were found to be in the facts, not before: a history that
        goes away between the look and the recount must not leave the day as it was.
        """
        day = record.day
        windows = [self.trading.bounds(name, date_of(day)) for name in self.trading.windows]
        of_day = day_bounds(self.trading, day)
        first = min(of_day.start, *(window.start for window in windows))
        last = max(of_day.end, *(window.end for window in windows))
        rows = sum(self.history.days_with_events(self.link, MinuteRange(first, last)).values())
        if self._seen.get(day) == rows:
            return False
        if self.differs(day) or not self._told(record):
            return True
        self._seen[day] = rows
        return False

    def _end(self) -> int:
        return max(0, day_bounds(self.trading, self.finished_before()).start)

    def _open(self, bounds: MinuteRange, topics: Sequence[str | None]) -> tuple[int, ...]:
        """Return the local days of whole-day bounds that have events and are not closed."""
        done = {record.day for record in self.history.days(self.link)}

        def found_in(minutes: MinuteRange) -> set[int]:
            counted = (self.history.days_with_events(self.link, minutes, t) for t in topics)
            return {day for days in counted for day in days}

        # A UTC day reaches into the local days around it.
        near = sorted({day + step for day in found_in(bounds) for step in (-1, 0, 1)} - done)
        inside = [(day, day_bounds(self.trading, day)) for day in near]
        return tuple(
            day
            for day, of_day in inside
            if bounds.start <= of_day.start and of_day.end <= bounds.end and found_in(of_day)
        )
