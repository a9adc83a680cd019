"""Whether the live job and the auditor say the same of the same offsets. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.accounting import CONFLICT, VALID, Tally, heard_tally
from pipeline.values.streams import AuditorState

# The classes of a partition reach Redis apart from each other: between two writes one of them may
# be behind while the position is not. A disagreement that is none ends with the next write.
DOUBTS = 3
DOUBT_EVERY_MS = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of both words: `agree`, and how often in a row they were found to differ."""

    agree: bool | None = None
    doubts: int = 0
    doubted_real_ms: int = 0

    def after(self, found: bool | None, real_now: int) -> "Verdict":
        """Return the verdict after another comparison; a difference must be seen DOUBTS times."""
        if found is None:
            return self
        if found:
            return Verdict(True)
        if self.doubts and real_now - self.doubted_real_ms < DOUBT_EVERY_MS:
            return self
        doubts = self.doubts + 1
        return Verdict(False if doubts >= DOUBTS else self.agree, doubts, real_now)


def agreement(tallies: Sequence[Tally], auditor: AuditorState | None) -> bool | None:
    """Compare both words where they speak of the same offsets; None while they do not.

    Which of two events with one id came first is the order of reading when they lie in two
    partitions, and each reads in its own: there they agree on how many came first.
    """
    if auditor is None or all(audit.position == audit.first for audit in auditor.partitions):
        return None  # nothing was compared
    live = {t.partition: t for t in tallies}
    for audit in auditor.partitions:
        mine = live.get(audit.partition)
        if mine is None:
            if audit.position > audit.first:
                return None
            continue
        if (mine.first, mine.position, mine.pending) != (audit.first, audit.position, 0):
            return None
        if _by_itself(mine) != _by_itself(heard_tally(audit)):
            return False
    heard = [heard_tally(audit) for audit in auditor.partitions]
    spoken = [live[audit.partition] for audit in auditor.partitions if audit.partition in live]
    return _by_sight(spoken) == _by_sight(heard)


def _by_itself(tally: Tally) -> dict[str, int]:
    """Return the classes a message has whatever came before it."""
    found = {k: n for k, n in tally.rejected.items() if n and k != CONFLICT}
    return {**found, VALID: tally.counted + tally.duplicate + tally.rejected.get(CONFLICT, 0)}


def _by_sight(tallies: Iterable[Tally]) -> tuple[int, ...]:
    """Return how many valid ones came first, again, and again with something else in them."""
    rows = [(t.counted, t.duplicate, t.rejected.get(CONFLICT, 0)) for t in tallies]
    return tuple(map(sum, zip(*rows, strict=True)))
