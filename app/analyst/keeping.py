"""What was made once and is kept while there is room: the least lately used goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, at most `count` of them and `size` bytes together; thread-safe."""

    def __init__(self, count: int, size: int) -> None:
        self._count = count
        self._size = size
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep a value of so many bytes; one that is larger than all the room is not kept."""
        with self._lock:
            old = self._held.pop(key, None)
            self._bytes -= old[1] if old else 0
            if size > self._size:
                return
            self._held[key] = (value, size)
            self._bytes += size
            while self._bytes > self._size or len(self._held) > self._count:
                _, (_, gone) = self._held.popitem(last=False)
                self._bytes -= gone
