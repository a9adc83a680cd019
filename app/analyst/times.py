"""Minutes as the shop's clock says them, for documents that leave the screen. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Times:
    """The shop's zone."""

    zone: str

    def local(self, minute: int) -> str:
        """Return an epoch minute as local time with its offset.

        >>> Times("Asia/Shanghai").local(0)
        '1970-01-01T08:00+08:00'
        """
        return self.instant(minute * MINUTE_MS)

    def instant(self, ms: int) -> str:
        """Return an instant (epoch ms), cut to the minute."""
        moment = datetime.fromtimestamp(ms // 1000, UTC).astimezone(ZoneInfo(self.zone))
        return moment.isoformat(timespec="minutes")
