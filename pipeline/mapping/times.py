"""Instants of a feed: ISO texts, epoch seconds, epoch milliseconds; local times by their zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.mapping.numbers import number
from pipeline.mapping.unmapped import Unmapped, quoted
from pipeline.mapping.written import Time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SHORTEST_ISO = len("2026-11-11T16:48")
_LATEST_MS = 253_402_300_800_000  # the year 10000, where datetimes end


class Times:
    """Reads the instants that a mapping's [time] describes."""

    def __init__(self, time: Time) -> None:
        self._zone = None if time.zone is None else ZoneInfo(time.zone)
        self._fold = 0 if time.repeated == "first" else 1
        self._read = {"iso": self._iso, "epoch_s": _seconds, "epoch_ms": _milliseconds}[time.format]

    def instant(self, value: object) -> int:
        """Return epoch ms UTC; raises Unmapped, BinaryFraction."""
        found = self._read(value)
        if not 0 <= found < _LATEST_MS:
            raise Unmapped(f"is out of range ({quoted(value)})")
        return found

    def local(self, value: object) -> datetime:
        """Return the naive local time of the zone; raises Unmapped."""
        if self._zone is None:
            raise Unmapped("has no zone")
        at = datetime.fromtimestamp(self.instant(value) / 1000, self._zone)
        return at.replace(tzinfo=None, fold=0)

    def _iso(self, value: object) -> int:
        at = value if isinstance(value, datetime) else _parsed(value)
        if at.tzinfo is None:
            if self._zone is None:
                raise Unmapped(f"has no zone ({quoted(value)}), and [time] zone is not given")
            local = at.replace(tzinfo=self._zone, fold=self._fold)
            at = local.astimezone(UTC)
            if at.astimezone(self._zone).replace(fold=0) != local.replace(fold=0):
                raise Unmapped(f"never was in {self._zone.key}: the clocks went over it ({value})")
        return (at - _EPOCH) // _MILLISECOND


def _parsed(value: object) -> datetime:
    if not isinstance(value, str) or len(value) < _SHORTEST_ISO:
        raise Unmapped("is missing" if value in (None, "") else f"is no time ({quoted(value)})")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise Unmapped(f"is no time ({quoted(value)})") from None


def _seconds(value: object) -> int:
    return int(number(value) * 1000)


def _milliseconds(value: object) -> int:
    return int(number(value))
