"""How often somebody may be wrong about a token."""

import threading
from collections import OrderedDict

A_MINUTE = 10
MINUTE_MS = 60_000
PEERS = 1024  # the longest silent is forgotten


class WrongTokens:
    """Counts the wrong tokens of each asker, minute by minute, in bounded memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # began, how many

    def wait_s(self, asker: str, now_ms: int) -> int:
        """Return how long no token of this asker is looked at; 0 when it is."""
        with self._lock:
            began, count = self._counts.get(asker, (now_ms, 0))
        left = began + MINUTE_MS - now_ms
        return -(-left // 1000) if count >= A_MINUTE and 0 < left <= MINUTE_MS else 0

    def add(self, asker: str, now_ms: int) -> None:
        with self._lock:
            began, count = self._counts.pop(asker, (now_ms, 0))
            if not 0 <= now_ms - began < MINUTE_MS:
                began, count = now_ms, 0
            self._counts[asker] = (began, count + 1)
            while len(self._counts) > PEERS:
                self._counts.popitem(last=False)
