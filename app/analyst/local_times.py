"""Dates and times as an analyst writes them, on the shop's clock. Pure."""

import re
from datetime import date

from pipeline.trading.windows import MINUTES_OF_A_DAY, date_of, epoch_day

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})\Z")
FIRST_YEAR, LAST_YEAR = 1970, 2100


def read_date(text: str) -> date | None:
    """Return a date of 1970 to 2100, None for anything else.

    >>> read_date("2026-06-18"), read_date("2026-6-18"), read_date("2026-02-29")
    (datetime.date(2026, 6, 18), None, None)
    """
    found = DATE.match(text)
    if not found:
        return None
    year, month, day = map(int, found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_minute(text: str) -> int | None:
    """Return a moment as local epoch day * 1440 + minute of day; 24:00 ends a day.

    >>> read_minute("1970-01-02T00:30"), read_minute("1970-01-01T24:00"), read_minute("25:00")
    (1470, 1440, None)
    """
    found = MOMENT.match(text)
    day = read_date(found.group(1)) if found else None
    if not found or day is None:
        return None
    hour, minute = int(found.group(2)), int(found.group(3))
    if minute > 59 or hour * 60 + minute > MINUTES_OF_A_DAY:
        return None
    return epoch_day(day) * MINUTES_OF_A_DAY + hour * 60 + minute


def written(local_minute: int) -> str:
    """Return a moment as `read_minute` reads it.

    >>> written(1470)
    '1970-01-02T00:30'
    """
    day, minute = divmod(local_minute, MINUTES_OF_A_DAY)
    return f"{date_of(day).isoformat()}T{minute // 60:02}:{minute % 60:02}"
