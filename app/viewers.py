"""How many pages look at the wall: each asks for its view once a second, and says nothing else."""

from collections import deque

SPAN_S = 10  # a page that misses a tick is still there


class Viewers:
    """Counts what was asked in the last ten whole seconds; for threads, but only roughly so."""

    def __init__(self) -> None:
        self._seconds: deque[list[int]] = deque([[-1, 0]], maxlen=SPAN_S + 1)

    def asked(self, now_ms: int) -> None:
        """Note one question for a live view at a real instant (epoch ms)."""
        second = now_ms // 1000
        if self._seconds[-1][0] != second:
            self._seconds.append([second, 0])
        self._seconds[-1][1] += 1

    def count(self, now_ms: int) -> int:
        """Return the pages that look, half up: questions a second over the last ten whole ones."""
        now = now_ms // 1000
        asked = sum(n for second, n in tuple(self._seconds) if now - SPAN_S <= second < now)
        return (2 * asked + SPAN_S) // (2 * SPAN_S)
