"""Which local days a backfill makes, and in which order; pure."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.trading.comparisons import Span, baseline
from pipeline.trading.shifting import Kind
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS

DAYS_OF_A_WEEK = 7
KINDS: tuple[Kind, ...] = ("yoy", "mom")


@dataclass(frozen=True, slots=True)
class PastDays:
    """Local epoch days. `first` in the order of their need, `rest` the newest week first;
    `begun`: the day in which the live run begins; `partly`: some hours of it are past too."""

    first: tuple[int, ...]
    rest: tuple[int, ...]
    begun: int
    partly: bool

    def __len__(self) -> int:
        return len(self.first) + len(self.rest)

    def left(self, closed: Iterable[int]) -> "PastDays":
        """Return what is to be done when some days are closed already."""
        done = set(closed)
        return PastDays(
            tuple(day for day in self.first if day not in done),
            tuple(day for day in self.rest if day not in done),
            self.begun,
            self.partly,
        )


def past_days(trading: TradingTime, live: date, begins: int, months: int) -> PastDays:
    """Return the past of a run that begins at epoch minute `begins` and is about the date `live`.

    The days it is compared with come first, and are there however few months are asked for.
    """
    local = trading.zone.local_minute(begins * MINUTE_MS)
    end, minute = divmod(local, MINUTES_OF_A_DAY)
    first = tuple(day for day in baseline_days(trading, live) if day < end)
    oldest = epoch_day(months_before(live, months)) if months else end
    rest = tuple(day for day in by_weeks(oldest, end) if day not in first)
    return PastDays(first, rest, end, minute > 0)


def baseline_days(trading: TradingTime, live: date) -> tuple[int, ...]:
    """Return the local days that any window of a date is compared with: YoY's, then MoM's."""
    found: dict[int, None] = {}
    for kind in KINDS:
        spans = [baseline(trading, kind, window, live) for window in trading.windows]
        days = {day for span in spans if isinstance(span, Span) for day in span.days(trading)}
        found.update(dict.fromkeys(sorted(days)))
    return tuple(found)


def baseline_dates(trading: TradingTime, live: date) -> dict[Kind, int]:
    """Return the business dates (epoch days) a date is compared with, where there are any."""
    window = next(iter(trading.windows))
    spans = {kind: baseline(trading, kind, window, live) for kind in KINDS}
    return {
        kind: epoch_day(span.day)
        for kind, span in spans.items()
        if isinstance(span, Span) and span.day is not None
    }


def by_weeks(first: int, end: int) -> Iterator[int]:
    """Yield days from `first` to before `end`, the newest week first, each from its first day on.

    A day's buyers are kept with its facts as long as its eve is not counted again after it.
    """
    for last in range(end, first, -DAYS_OF_A_WEEK):
        yield from range(max(first, last - DAYS_OF_A_WEEK), last)


def months_before(day: date, months: int) -> date:
    """Return the same day some months before, clamped to its month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
