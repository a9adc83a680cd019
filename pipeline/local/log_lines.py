"""What a part tells a person through its log: the new lines that begin with a mark."""

from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 65_536


class LogLines:
    """Follows a log from where it ends now; a log that was turned over is read from its start."""

    def __init__(self, log: Path, mark: str) -> None:
        self._log = log
        self._mark = mark
        self._at = self._size()
        self._rest = b""

    def new(self) -> Iterator[str]:
        """Yield each new whole line that begins with the mark, without it."""
        size = self._size()
        if size < self._at:
            self._at, self._rest = 0, b""
        if size == self._at:
            return
        with self._log.open("rb") as file:
            file.seek(self._at)
            found = file.read(MOST_BYTES)
        self._at += len(found)
        *lines, self._rest = (self._rest + found).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace")
            if text.startswith(self._mark):
                yield text.removeprefix(self._mark)

    def _size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0
