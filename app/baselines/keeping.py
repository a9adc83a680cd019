"""Finished days are read once: kept while there is room, the least lately used goes first."""

import threading
from collections import OrderedDict

from pipeline.values.past import PastStretch, Stretch

MOST = 16
MOST_BYTES = 256 * 1024 * 1024
CELL_BYTES = 8


class Keeping:
    """Past stretches by what was asked; thread-safe."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[Stretch, tuple[PastStretch, int]] = OrderedDict()

    def get(self, stretch: Stretch) -> PastStretch | None:
        with self._lock:
            found = self._held.get(stretch)
            if found is None:
                return None
            self._held.move_to_end(stretch)
            return found[0]

    def put(self, past: PastStretch, size: int) -> None:
        """Keep an answer of so many bytes; the newest is always kept."""
        with self._lock:
            self._held[past.stretch] = (past, size)
            self._held.move_to_end(past.stretch)
            while len(self._held) > 1 and (len(self._held) > self._most or self._full()):
                self._held.popitem(last=False)

    def __len__(self) -> int:
        return len(self._held)

    def _full(self) -> bool:
        return sum(size for _, size in self._held.values()) > self._most_bytes


def size_of(past: PastStretch, cubes: tuple[str, ...]) -> int:
    """Return about how many bytes a stretch takes: its minutes of every cube, and the buyers."""
    size = int(past.first_buyers.nbytes)
    minutes = len(past.stretch.bounds)
    start = past.stretch.bounds.start
    for cube in cubes:
        block = past.table.block(cube, start, start + 1)
        size += minutes * len(block.keys) * (1 + len(block.measures)) * CELL_BYTES
    return size
