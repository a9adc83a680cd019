"""Days that are being closed one by one, as a backfill does."""

from collections.abc import Mapping

from pipeline.clock import Clock
from pipeline.values.past import Stretch


class BeingClosed:
    """Knows since when how many days of a stretch are closed; `patience_ms`: then it is at rest."""

    def __init__(self, clock: Clock, patience_ms: int) -> None:
        self._clock = clock
        self._patience_ms = patience_ms
        self._seen: dict[Stretch, tuple[int, int]] = {}  # days closed, seen since (epoch ms)

    def look(self, stretch: Stretch, held: Mapping[int, int], now: Mapping[int, int]) -> bool:
        """Say whether more days of it are closed than were read (day -> generation), not yet all.

        A read before the last of them is slow, since it is one of events, and shows nothing.
        """
        if len(now) == len(stretch.days) or not held.items() < now.items():
            self._seen.pop(stretch, None)
            return False
        count, since = self._seen.get(stretch, (0, 0))
        if count != len(now):
            since = self._clock.now_ms()
            self._seen[stretch] = (len(now), since)
        return self._clock.now_ms() - since < self._patience_ms
