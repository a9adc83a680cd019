"""Which stretch of a feed is sent, and from where on its clock runs at speed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Asked:
    """What a person asked for, in local dates and times of the feed (before any shift).

    `at` without a date is on the first day.
    """

    first: date | None = None
    last: date | None = None
    at: datetime | time | None = None
    shift_to: date | None = None


@dataclass(frozen=True)
class Schedule:
    """Instants in epoch ms UTC, after the shift. Lines of [send, clock) are prefilled at once.

    Lines of [send, first) belong to the eve of the first day: they are sent, so that its windows
    are whole, and not summed up.
    """

    send_ms: int
    first_ms: int
    clock_ms: int
    end_ms: int
    shift: timedelta


def plan_schedule(
    asked: Asked, zone: ZoneInfo, opening_minute: int, first_time: datetime, last_time: datetime
) -> Schedule:
    """Lay the stretch out; `first_time` and `last_time` are the naive local ends of the feed.

    `opening_minute` (<= 0) is where the longest window begins, in minutes from the day's midnight.
    Raises ConfigurationError when the stretch is empty.
    """
    first_day = asked.first or first_time.date()
    shift = timedelta() if asked.shift_to is None else asked.shift_to - first_day
    last_day = asked.last or last_time.date()
    if last_day < first_day or first_day > last_time.date() or last_day < first_time.date():
        raise ConfigurationError(
            f"the feed goes from {first_time:%Y-%m-%d} to {last_time:%Y-%m-%d}: "
            f"nothing lies from {first_day} to {last_day}"
        )
    midnight = datetime.combine(first_day, time())
    begins = midnight if asked.first else first_time
    at = datetime.combine(first_day, asked.at) if isinstance(asked.at, time) else asked.at
    clock = at or begins
    end = datetime.combine(last_day + timedelta(days=1), time())
    if not begins <= clock < end:
        raise ConfigurationError(f"--at {clock} is not within {first_day} to {last_day}")
    eve = min(begins, midnight + timedelta(minutes=opening_minute)) if asked.first else begins

    def instant(local: datetime) -> int:
        moved = (local + shift).replace(tzinfo=zone)
        return (moved.astimezone(UTC) - _EPOCH) // _MILLISECOND

    return Schedule(instant(eve), instant(begins), instant(clock), instant(end), shift)
