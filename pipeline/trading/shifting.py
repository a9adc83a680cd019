"""What lies a year or a month before: the date, and the range of two local minutes. Pure."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from pipeline.trading.ranges import LocalRange
from pipeline.trading.windows import MINUTES_OF_A_DAY, date_of, epoch_day

Kind = Literal["yoy", "mom"]
FIRST_YEAR = 1970  # history counts minutes from there
_WEEKS_OF_A_YEAR = timedelta(days=364)


def shifted_date(day: date, kind: Kind, weekday_aligned: bool = False) -> date | None:
    """Return the date a year or a month before, clamped to its month; None before 1970."""
    if kind == "yoy" and weekday_aligned:
        back = day - _WEEKS_OF_A_YEAR
        return back if back.year >= FIRST_YEAR else None
    months = day.year * 12 + day.month - 1 - (12 if kind == "yoy" else 1)
    year, month = months // 12, months % 12 + 1
    if year < FIRST_YEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def shifted_range(
    stretch: LocalRange, kind: Kind, weekday_aligned: bool = False
) -> LocalRange | None:
    """Return a range with both ends a year or a month before; None before 1970.

    An end at 00:00 stands for the day it ends, so that a whole day stays one: 30 March a month
    before is 28 February.
    """
    day, minute = divmod(stretch.start, MINUTES_OF_A_DAY)
    last, left = divmod(stretch.end - 1, MINUTES_OF_A_DAY)
    first_day = shifted_date(date_of(day), kind, weekday_aligned)
    last_day = shifted_date(date_of(last), kind, weekday_aligned)
    if first_day is None or last_day is None:
        return None
    return LocalRange(
        epoch_day(first_day) * MINUTES_OF_A_DAY + minute,
        epoch_day(last_day) * MINUTES_OF_A_DAY + left + 1,
    )
