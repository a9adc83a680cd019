"""Trading time: which instants a window of a business date holds, and the segments it is made of.

Windows are counted on the local clock, minutes relative to 00:00 of the business date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.catalogue.model import WindowDefinition
from pipeline.trading.promotions import PromotionCalendar
from pipeline.trading.zone import MINUTE_MS, Zone

MINUTES_OF_A_DAY = 1440
_EPOCH = date(1970, 1, 1)


def epoch_day(day: date) -> int:
    """Return the days from 1970-01-01 to a date."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """Return the date of an epoch day."""
    return _EPOCH + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class MinuteRange:
    """Epoch minutes UTC from `start` to before `end`."""

    start: int
    end: int

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end

    def __len__(self) -> int:
        return self.end - self.start


def segment_edges(windows: Mapping[str, WindowDefinition]) -> tuple[int, ...]:
    """Return the minutes of day at which a segment begins: 0 and every edge of every window."""
    edges = {edge % MINUTES_OF_A_DAY for w in windows.values() for edge in (w.start, w.end)}
    return tuple(sorted({0, *edges}))


class TradingTime:
    """Windows and segments of a shop. Business dates are dates, epoch days where it says so."""

    def __init__(
        self,
        zone: Zone,
        windows: Mapping[str, WindowDefinition],
        promotions: PromotionCalendar | None = None,
    ) -> None:
        self.zone = zone
        self.windows = windows
        self.promotions = promotions or PromotionCalendar(())
        self.segment_edges = segment_edges(windows)
        self.segments_per_day = len(self.segment_edges)

    def bounds(self, window: str, business_date: date) -> MinuteRange:
        """Return the epoch minutes of a window; KeyError for a window there is not."""
        definition = self.windows[window]
        midnight = epoch_day(business_date) * MINUTES_OF_A_DAY
        return MinuteRange(
            self._epoch_minute(midnight + definition.start),
            self._epoch_minute(midnight + definition.end),
        )

    def segment_number(self, ms: int) -> int:
        """Return local epoch day * segments per day + index of the segment an instant is in."""
        return self._segment_of(self.zone.local_minute(ms))

    def segment_bounds(self, number: int) -> MinuteRange:
        """Return the epoch minutes of a segment."""
        return MinuteRange(self._segment_start(number), self._segment_start(number + 1))

    def segments(self, window: str, business_date: date) -> tuple[int, ...]:
        """Return the numbers of the segments a window is the disjoint union of, ascending."""
        definition = self.windows[window]
        midnight = epoch_day(business_date) * MINUTES_OF_A_DAY
        first = self._segment_of(midnight + definition.start)
        last = self._segment_of(midnight + definition.end - 1)
        return tuple(range(first, last + 1))

    def business_dates(self, window: str, ms: int) -> tuple[int, ...]:
        """Return the business dates (epoch days, ascending) whose window holds an instant."""
        definition = self.windows[window]
        minute = self.zone.local_minute(ms)
        latest = (minute - definition.start) // MINUTES_OF_A_DAY
        earliest = (minute - definition.end) // MINUTES_OF_A_DAY + 1
        return tuple(range(earliest, latest + 1))

    def wall_date(self, now_ms: int) -> date:
        """Return the business date on the wall: from a promotion's opening on, the day after."""
        minute = self.zone.local_minute(now_ms)
        today = date_of(minute // MINUTES_OF_A_DAY)
        tomorrow = self.promotions.promotion_on(today + timedelta(days=1))
        if tomorrow is not None and minute % MINUTES_OF_A_DAY >= tomorrow.opening:
            return tomorrow.day
        return today

    def _epoch_minute(self, local_minute: int) -> int:
        return self.zone.instant_of_local_minute(local_minute) // MINUTE_MS

    def _segment_of(self, local_minute: int) -> int:
        day, minute = divmod(local_minute, MINUTES_OF_A_DAY)
        index = sum(edge <= minute for edge in self.segment_edges) - 1
        return day * self.segments_per_day + index

    def _segment_start(self, number: int) -> int:
        day, index = divmod(number, self.segments_per_day)
        return self._epoch_minute(day * MINUTES_OF_A_DAY + self.segment_edges[index])
