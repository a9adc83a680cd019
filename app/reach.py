"""How far the numbers reach: the instant of event time before which everything is counted.

Taken from what the job counted, what the auditor says of the log's ends, and whether all that was
sold has come to the log at all. Instants are epoch ms UTC; "real" ones are the machine's clock, the
others the source's. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.values.streams import AdapterState, AuditorState, PartitionAudit, SourceState

IDLE_MS = 10_000  # a partition that has not moved for this long no longer holds the others back
AUDITOR_SILENT_MS = 10_000
SOURCE_SILENT_MS = 10_000  # sources write every second
LAG_LIMIT = 5_000  # messages; if they are more than a second's work too, the job is behind
AHEAD_MS = 3_600_000  # a source that starts again at speed may be minutes behind what was told


@dataclass(frozen=True, slots=True)
class PartitionProgress:
    """How far the job is in one partition.

    `position`: the offset after the last row it has counted. `progress`: the latest
    min(event_time, arrived_at) among its rows, None while no row had a usable time.
    `moved_real_ms`: when `position` was last seen to change.
    """

    partition: int
    position: int
    progress: int | None
    moved_real_ms: int


def reached_end(
    auditor: AuditorState | None, positions: Mapping[int, int], real_now: int
) -> int | None:
    """Return the source's instant up to which every message in the log is counted, or None.

    The auditor must have been heard of lately and have read the whole log itself. A tail of
    messages that never become rows is not lag: `last_row`, not `end`, is what the job must reach.
    """
    if auditor is None or is_old(auditor, real_now):
        return None
    for part in auditor.partitions:
        if part.position < part.end:
            return None
        if part.last_row > part.first and positions.get(part.partition, 0) < part.last_row:
            return None
    return auditor.measured_ms


def is_old(auditor: AuditorState, real_now: int) -> bool:
    """Say whether what the auditor tells of the log's ends is no longer to be believed."""
    return real_now - auditor.measured_real_ms >= AUDITOR_SILENT_MS


def is_silent(source: SourceState | None, real_now: int) -> bool:
    """Say whether a source that told of itself has stopped: orders may wait where nobody sees them.

    The end of the log is then no word on what was sold since. A feed that never told is not judged,
    nor one whose clock stands: a replay that is over has nothing to bring.
    """
    if source is None or source.speed == 0:
        return False
    return real_now - source.heartbeat_real_ms > SOURCE_SILENT_MS


def is_filling(source: SourceState | None) -> bool:
    """Say whether a source still sends what lies before its clock: more is due than the log has."""
    return source is not None and not source.prefill_done


def waits_before(adapter: AdapterState | None, real_now: int) -> bool:
    """Say whether messages of a foreign topic wait to be mapped: the log ends before the feed.

    One not heard of lately is not judged here: it is a silent source, or is used no more.
    """
    if adapter is None or real_now - adapter.measured_real_ms > SOURCE_SILENT_MS:
        return False
    return any(part.position < part.end for part in adapter.partitions)


def last_row_end(audit: PartitionAudit) -> int:
    """Return the offset the job must reach in a partition.

    A tail of messages that never become rows is no work for it; while the auditor has not read
    the tail itself, it may be.
    """
    return audit.last_row if audit.position >= audit.end else audit.end


def unfinished(
    auditor: AuditorState | None, target: Mapping[int, int], positions: Mapping[int, int]
) -> frozenset[int]:
    """Return the partitions in which messages are known to wait for the job.

    `target`: where each partition ended when the generation began. The auditor tells the ends
    since then, and where the last message that becomes a row is.
    """
    ends = dict(target)
    for part in auditor.partitions if auditor else ():
        ends[part.partition] = last_row_end(part)
    return frozenset(p for p, end in ends.items() if positions.get(p, 0) < end)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the numbers reach: every partition's progress, those with messages waiting

    (`unfinished`), and the auditor's instant when nothing waits anywhere (`reached_end`).
    """

    partitions: Sequence[PartitionProgress]
    unfinished: frozenset[int] = frozenset()
    end: int | None = None

    def instant(self, real_now: int) -> int | None:
        """Return the instant before which everything is counted, None when nobody can say.

        The slowest partition decides. One that has nothing waiting and has not moved for a while
        is idle and holds nobody back; one with messages waiting always does.
        """
        if self.end is not None:
            return self.end
        if self.unfinished - {p.partition for p in self.partitions}:
            return None  # of some partition nothing was counted yet
        slow = [p for p in self.partitions if p.partition in self.unfinished]
        moving = [p for p in self.partitions if real_now - p.moved_real_ms < IDLE_MS]
        if any(p.progress is None for p in slow):
            return None
        return min((p.progress for p in (*slow, *moving) if p.progress is not None), default=None)


NOWHERE = Reach(())


def as_of(reach: Reach, real_now: int, previous: int | None, now: int) -> int | None:
    """Return the instant all numbers stand for: everything that arrived before it is in them.

    At the end of the log the auditor's instant counts: quiet is not stale. It never goes back
    within a generation: `previous` was true when it was said, and what comes later cannot make it
    untrue. Except what lies far ahead of the source's clock `now`: that was measured by another
    one, before the source was heard of.
    """
    reached = reach.instant(real_now)
    if reached is not None and reached > now + AHEAD_MS:
        reached = None if reach.end is None else replace(reach, end=None).instant(real_now)
    if previous is not None and previous > now + AHEAD_MS:
        previous = None
    if reached is None or previous is None:
        return previous if reached is None else reached
    return max(previous, reached)
