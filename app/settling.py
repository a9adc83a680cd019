"""What may be believed of a job's positions while it catches up.

Instants are epoch ms; all here are the machine's clock. Pure.
"""

from collections import deque
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from app.reach import LAG_LIMIT, PartitionProgress, Reach

SETTLE_MS = 3_000
RATE_MS = 2_000  # over which it is seen how fast the job counts
AUDITOR_PATIENCE_MS = 60_000
SEEN = 3


@dataclass
class Settling:
    """Whether the job may be believed to have counted everything before where it says it is.

    A position is the farthest that was written; what was read with it may be a moment behind.
    While the job catches up a moment is hours of orders, so that its word is not taken then, nor
    until all of it has arrived.
    """

    _places: deque[tuple[int, int]] = field(default_factory=deque)
    _began_ms: int | None = None
    _behind_ms: int | None = None

    def settled(self, real_now: int, positions: Mapping[int, int], pending: int | None) -> bool:
        """Look, every turn; `pending`: messages not reached, None while no auditor tells."""
        if self._began_ms is None:
            self._began_ms = real_now
        self._places.append((real_now, sum(positions.values())))
        while real_now - self._places[0][0] > RATE_MS:
            self._places.popleft()
        if self._is_behind(real_now, pending):
            self._behind_ms = real_now
        return self._behind_ms is None or real_now - self._behind_ms >= SETTLE_MS

    def _is_behind(self, real_now: int, pending: int | None) -> bool:
        if pending is None:  # an auditor may come; without one a wall goes by the job's word
            return real_now - (self._began_ms or 0) < AUDITOR_PATIENCE_MS
        (then_ms, then), (now_ms, now) = self._places[0], self._places[-1]
        rate = (now - then) * 1000 // max(1, now_ms - then_ms)
        return pending > max(LAG_LIMIT, rate)


@dataclass
class Ordered:
    """How far the cells surely are of a job that is not split: they come in the order of the log.

    Only within one batch of sums is the order any. So when a partition's counted rows were seen to
    be farther twice, everything up to where they were first is there: the batch of the second
    sight ended before that of the third began, also when the job went back to a checkpoint between.
    """

    _seen: dict[int, deque[PartitionProgress]] = field(default_factory=dict)

    def follow(self, found: PartitionProgress) -> None:
        """Note where a partition's counted rows are, every turn."""
        seen = self._seen.setdefault(found.partition, deque(maxlen=SEEN))
        if not seen or seen[-1].position != found.position:
            seen.append(found)

    def reach(self, real_now: int, unfinished: Set[int]) -> Reach:
        """Return how far the numbers surely reach; `unfinished`: partitions with messages waiting.

        One that has just moved holds the others back as well: its last rows may be on their way.
        """
        settled = {
            p: real_now - seen[-1].moved_real_ms >= SETTLE_MS for p, seen in self._seen.items()
        }
        certain = tuple(
            seen[-1]
            if settled[p]
            else replace(seen[-1], progress=seen[0].progress if len(seen) == SEEN else None)
            for p, seen in self._seen.items()
        )
        return Reach(certain, frozenset(unfinished | {p for p in settled if not settled[p]}))
