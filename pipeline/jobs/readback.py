"""From where a new generation reads: far enough back for the longest window that may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.catalogue.model import Catalogue
from pipeline.errors import Refused
from pipeline.events.model import LATEST_MS
from pipeline.sql.local_time import DAY, Transitions

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The first offset of each partition, and the first epoch minute whose cells are whole."""

    first: dict[int, int]
    cells_from_minute: int


@dataclass(frozen=True, slots=True)
class Log:
    """What Kafka tells of a topic: partition -> offset of the oldest record and of the end."""

    topic: str
    first: Mapping[int, int]
    end: Mapping[int, int]


def window_start_ms(catalogue: Catalogue, transitions: Transitions, now_ms: int) -> int:
    """Return the earliest start (epoch ms) of a window that holds `now_ms` or begins that day."""
    offset = next((o for at, o in reversed(transitions) if at <= now_ms), transitions[0][1])
    local_minute = (now_ms + offset) // MINUTE_MS
    today = local_minute // DAY * DAY
    start = today + min(window.start for window in catalogue.windows.values())
    return start * MINUTE_MS - offset


def read_back(log: Log, wanted: Mapping[int, int], start_ms: int) -> ReadBack:
    """Choose the offsets; `wanted` are those at `start_ms` minus 48 h, the latest an event may be.

    Raises Refused when records that are needed were deleted: the numbers would be too small.
    """
    lost = [
        partition
        for partition, oldest in log.first.items()
        if 0 < oldest == wanted[partition] < log.end[partition]
    ]
    if lost:
        since = datetime.fromtimestamp((start_ms - LATEST_MS) / 1000, UTC).isoformat()
        raise Refused(
            f"topic {log.topic} no longer holds all records since {since} (partitions {lost}): "
            "raise its retention.ms, then wait until it covers the longest window and 48 h"
        )
    whole = all(wanted[p] <= 0 for p in log.first)
    return ReadBack(dict(wanted), 0 if whole else start_ms // MINUTE_MS)


def from_beginning(log: Log) -> ReadBack:
    """Read all that was ever sent; raises Refused when Kafka no longer holds the beginning."""
    lost = [partition for partition, oldest in log.first.items() if oldest > 0]
    if lost:
        raise Refused(
            f"topic {log.topic} no longer begins at offset 0 (partitions {lost}): it cannot be "
            "read from its beginning; leave --from-beginning out"
        )
    return ReadBack(dict(log.first), 0)


def wanted_from(start_ms: int) -> int:
    """Return the record time (epoch ms) from which a generation must read."""
    return max(0, start_ms - LATEST_MS)
