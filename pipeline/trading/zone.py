"""A shop's zone as arithmetic: instants at which its offset from UTC changes.

Flink's SQL gets the same transitions, so both sides count local minutes alike.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import ConfigurationError

MINUTE_MS = 60_000
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the tz database; raises ConfigurationError for a name that is not one."""

    name: str

    def __post_init__(self) -> None:
        _zone_info(self.name)

    def offset_ms(self, ms: int) -> int:
        """Return what local time is ahead of UTC at an instant (epoch ms), in ms."""
        return _offset_ms(self.name, ms)

    def local_minute(self, ms: int) -> int:
        """Return local epoch day * 1440 + minute of day at an instant (epoch ms)."""
        return (ms + self.offset_ms(ms)) // MINUTE_MS

    def instant_of_local_minute(self, local_minute: int) -> int:
        """Return the instant (epoch ms) at which the local clock first reads this minute.

        A minute that comes twice means the first time. A minute that is skipped means the moment
        of the skip, which is when a clock first reads something later.
        """
        wall_ms = local_minute * MINUTE_MS
        before = self.offset_ms(wall_ms - DAY_MS)
        after = self.offset_ms(wall_ms + DAY_MS)
        fits = [wall_ms - o for o in (before, after) if self.offset_ms(wall_ms - o) == o]
        return min(fits) if fits else self._change(wall_ms - after, wall_ms - before)

    def transitions(self, first_year: int, last_year: int) -> list[tuple[int, int]]:
        """Return (instant ms, offset ms from then on) of the UTC years given, both included.

        The first entry is the start of `first_year` with the offset in force there.
        """
        start = _year_start(first_year)
        changes = [(start, self.offset_ms(start))]
        for year in range(first_year, last_year + 1):
            changes.extend(_transitions_of_year(self.name, year))
        return changes

    def repeats(self, first_year: int, last_year: int) -> list[tuple[int, int]]:
        """Return the stretches of local minutes [first, end) that come twice in these years."""
        changes = self.transitions(first_year, last_year)
        return [
            ((instant + offset) // MINUTE_MS, (instant + before) // MINUTE_MS)
            for (_, before), (instant, offset) in pairwise(changes)
            if offset < before
        ]

    def _change(self, low: int, high: int) -> int:
        return _bisect(self.name, low, high)


@cache
def _zone_info(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ConfigurationError(
            f"unknown zone {name!r}; use a name of the tz database such as Europe/London"
        ) from fault


def _offset_ms(name: str, ms: int) -> int:
    offset = datetime.fromtimestamp(ms // 1000, _zone_info(name)).utcoffset()
    if offset is None:
        raise ConfigurationError(f"zone {name!r} has no offset; use a name of the tz database")
    return (offset.days * 86_400 + offset.seconds) * 1000


def _year_start(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000


@cache
def _transitions_of_year(name: str, year: int) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    start, end = _year_start(year), _year_start(year + 1)
    before = _offset_ms(name, start)
    for day in range(start, end, DAY_MS):
        after = _offset_ms(name, day + DAY_MS)
        if after != before:
            found.append((_bisect(name, day, day + DAY_MS), after))
        before = after
    return tuple(found)


def _bisect(name: str, low: int, high: int) -> int:
    """Return the first instant in (low, high] with the offset of `high`, to the second."""
    wanted = _offset_ms(name, high)
    while high - low > 1000:
        middle = (low + high) // 2000 * 1000
        if _offset_ms(name, middle) == wanted:
            high = middle
        else:
            low = middle
    return high
