"""What the calendar says a date is compared with, worked out from plain dates. Pure.

Rules: docs/design.md §12. Shares no code with what the screen goes by: only the standard library is
imported here.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def epoch_minute(zone: str, local_minutes: int) -> int:
    """Return the epoch minute of a clock that shows so many minutes since 1970-01-01 00:00."""
    shown = datetime(1970, 1, 1) + timedelta(minutes=local_minutes)  # noqa: DTZ001  the zone's own
    return int(shown.replace(tzinfo=ZoneInfo(zone)).timestamp()) // 60


def bounds_on(zone: str, day: date, window: tuple[int, int]) -> tuple[int, int]:
    """Return the epoch minutes of a window, given in minutes from the 00:00 of its date."""
    midnight = (day - date(1970, 1, 1)).days * 1440
    first, last = window
    return epoch_minute(zone, midnight + first), epoch_minute(zone, midnight + last)


def compared_date(promotions: Mapping[date, str], day: date, kind: str) -> date | None:
    """Return the date before that a date is compared with, None when there is none.

    `promotions`: alias by date. One of them is compared with its own of the year before (yoy) or
    the promotion before (mom); any other day with its date a year or a month ago, or the last day
    of that month.
    """
    alias = promotions.get(day)
    if alias is None:
        year, month = (day.year - 1, day.month) if kind == "yoy" else (day.year, day.month - 1)
        if month == 0:
            year, month = year - 1, 12
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    if kind == "mom":
        return max((other for other in promotions if other < day), default=None)
    last_year = [d for d, name in promotions.items() if name == alias and d.year == day.year - 1]
    return min(last_year, key=lambda d: abs((day - d).days - 366), default=None)
