"""Which stretch is compared with which, and where both are cut. Pure.

Windows and ranges go by the shop's clock; elapsed time goes by real minutes, so that a day with 23
or 25 hours is compared minute by minute with one of 24.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.catalogue.label import Label
from pipeline.trading.promotions import PromotionCalendar
from pipeline.trading.ranges import (
    SPECIAL,
    SPECIAL_END,
    SPECIAL_START,
    LocalRange,
    local_minute_of,
)
from pipeline.trading.shifting import Kind, shifted_date, shifted_range
from pipeline.trading.windows import (
    MINUTES_OF_A_DAY,
    MinuteRange,
    TradingTime,
    date_of,
    epoch_day,
)
from pipeline.trading.zone import MINUTE_MS


@dataclass(frozen=True, slots=True)
class Span:
    """One side of a comparison.

    `day` and `window` of a window of a business date, None of any other range; `name` is its
    promotion with the year.
    """

    bounds: MinuteRange
    day: date | None
    window: str | None
    name: Label | None

    def days(self, trading: TradingTime) -> tuple[int, ...]:
        """Return the local epoch days it lies in, ascending."""
        if not len(self.bounds):
            return ()
        first, last = (_local_minute(trading, m) for m in (self.bounds.start, self.bounds.end - 1))
        return tuple(range(first // MINUTES_OF_A_DAY, last // MINUTES_OF_A_DAY + 1))


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is nothing to compare with; `reason` is a code of docs/design.md §12."""

    reason: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """Both sides at the same elapsed minutes: epoch minutes, each side's first one left out."""

    elapsed: int
    own_until: int
    base_until: int


def own_span(trading: TradingTime, window: str, day: date) -> Span:
    """Return a window of a business date, or what was given for it beforehand.

    `window` may be `special 24h` too. Raises KeyError for a window there is not.
    """
    given = trading.promotions.ranges_of(day, window)
    if given is not None and given.current is not None:
        return Span(_bounds(trading, given.current), day, window, _name(trading.promotions, day))
    return _window_span(trading, window, day)


def versus(trading: TradingTime, window: str, other_day: date) -> Span:
    """Return the same window of any other business date."""
    return own_span(trading, window, other_day)


def baseline(
    trading: TradingTime, kind: Kind, window: str, day: date, weekday_aligned: bool = False
) -> Span | Missing:
    """Return what a window of a business date is compared with.

    What was given beforehand comes first. A promotion has the one of its alias the year before
    (yoy) or the promotion before (mom); any other day the same date last year, or 364 days before
    when `weekday_aligned`, or the same day of last month, clamped to its end.
    """
    given = trading.promotions.ranges_of(day, window)
    if given is not None:
        stretch = given.yoy if kind == "yoy" else given.mom
        if stretch is not None:
            return _given_span(trading, window, _bounds(trading, stretch))
    promotion = trading.promotions.promotion_on(day)
    if promotion is not None:
        calendar = trading.promotions
        other = calendar.year_before(promotion) if kind == "yoy" else calendar.before(promotion)
        if other is None:
            return Missing("no_promotion_before")
        return _window_span(trading, window, other.day)
    back = shifted_date(day, kind, weekday_aligned)
    if back is None:
        return Missing("no_such_date")
    span = _window_span(trading, window, back)
    return span if span.bounds.start >= 0 else Missing("no_such_date")


def range_span(trading: TradingTime, start_local: datetime, end_local: datetime) -> Span:
    """Return the stretch between two clock times without zone; ValueError when it has no minute."""
    stretch = LocalRange(local_minute_of(start_local), local_minute_of(end_local))
    bounds = _bounds(trading, stretch)
    if bounds.start >= bounds.end:
        raise ValueError(f"from {start_local} to {end_local} there is no minute")
    return Span(bounds, None, None, None)


def shifted(
    trading: TradingTime, span: Span, kind: Kind, weekday_aligned: bool = False
) -> Span | Missing:
    """Return what a span is compared with: of a range, both ends a year or a month before.

    Ends that clamping brings together leave nothing.
    """
    if span.day is not None and span.window is not None:
        return baseline(trading, kind, span.window, span.day, weekday_aligned)
    start, end = (_local_minute(trading, m) for m in (span.bounds.start, span.bounds.end))
    stretch = shifted_range(LocalRange(start, end), kind, weekday_aligned)
    if stretch is None:
        return Missing("no_such_date")
    bounds = _bounds(trading, stretch)
    if not 0 <= bounds.start < bounds.end:
        return Missing("no_such_date")
    return Span(bounds, None, None, None)


def cut(own: MinuteRange, base: MinuteRange, until: int) -> Cut:
    """Cut both sides at the complete minutes of the own one; `until` is its first incomplete one.

    A baseline that is shorter ends where it ends.
    """
    elapsed = min(max(until - own.start, 0), len(own))
    return Cut(elapsed, own.start + elapsed, min(base.start + elapsed, base.end))


def edges(trading: TradingTime, bounds: MinuteRange) -> tuple[int, ...]:
    """Return the minutes of a stretch over which nothing is averaged: 0, and local midnights."""
    first = _local_minute(trading, bounds.start) // MINUTES_OF_A_DAY
    last = _local_minute(trading, bounds.end) // MINUTES_OF_A_DAY
    midnights = (
        _epoch_minute(trading, day * MINUTES_OF_A_DAY) for day in range(first + 1, last + 1)
    )
    return (0, *(m - bounds.start for m in midnights if bounds.start < m < bounds.end))


def _window_span(trading: TradingTime, window: str, day: date) -> Span:
    if window == SPECIAL:
        midnight = epoch_day(day) * MINUTES_OF_A_DAY
        bounds = _bounds(trading, LocalRange(midnight + SPECIAL_START, midnight + SPECIAL_END))
    else:
        bounds = trading.bounds(window, day)
    return Span(bounds, day, window, _name(trading.promotions, day))


def _given_span(trading: TradingTime, window: str, bounds: MinuteRange) -> Span:
    """Give a range its date and name back where it is just the window of a date."""
    first = _local_minute(trading, bounds.start) // MINUTES_OF_A_DAY
    for day in (first, first + 1):
        span = _window_span(trading, window, date_of(day))
        if span.bounds == bounds:
            return span
    return Span(bounds, None, None, None)


def _name(promotions: PromotionCalendar, day: date) -> Label | None:
    promotion = promotions.promotion_on(day)
    if promotion is None:
        return None
    return Label(zh=f"{promotion.name.zh} {day.year}", en=f"{promotion.name.en} {day.year}")


def _bounds(trading: TradingTime, stretch: LocalRange) -> MinuteRange:
    return MinuteRange(_epoch_minute(trading, stretch.start), _epoch_minute(trading, stretch.end))


def _epoch_minute(trading: TradingTime, local_minute: int) -> int:
    return trading.zone.instant_of_local_minute(local_minute) // MINUTE_MS


def _local_minute(trading: TradingTime, epoch_minute: int) -> int:
    return trading.zone.local_minute(epoch_minute * MINUTE_MS)
