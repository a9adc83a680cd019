"""The log of alerts: JSON lines, appended and flushed; it is the memory across restarts as well."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

MOST_BYTES = 1 << 20
MOST_WAITING = 1_000  # lines kept for a disk that may come back
Entry = Mapping[str, Any]
log = structlog.get_logger()


class AlertLog:
    """`<link>.jsonl`; the one before the last turn-over stays as `<link>.1.jsonl`.

    A disk that cannot be written costs no alert: lines wait, and `fault` says why.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._torn = False
        self.fault: str | None = None

    def read(self) -> list[dict[str, Any]]:
        """Return what was logged, oldest first; a line that is none (a torn one) is left out."""
        found: list[dict[str, Any]] = []
        for path in (self._older, self._path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as fault:
                self._failed(fault)
                continue
            for number, line in enumerate(data.splitlines(), 1):
                entry = _read(line)
                if entry is None:
                    log.warning("alert log: not a line", path=str(path), line=number)
                else:
                    found.append(entry)
            self._torn = bool(data) and not data.endswith(b"\n")
        return found

    def append(self, entries: Iterable[Entry], carried: Callable[[], Iterable[Entry]]) -> None:
        """Write entries and what waits; `carried`: what a new file must begin with."""
        self._waiting.extend(orjson.dumps(entry) + b"\n" for entry in entries)
        if not self._waiting:
            return
        try:
            self._turn_over(carried)
            self._write(b"".join(self._waiting))
        except OSError as fault:
            self._failed(fault)
            return
        self._waiting.clear()
        if self.fault is not None:
            log.info("alert log: written again", path=str(self._path))
        self.fault = None

    @property
    def _older(self) -> Path:
        return self._path.with_suffix(".1.jsonl")

    def _write(self, lines: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(b"\n" + lines if self._torn else lines)
        self._torn = False

    def _turn_over(self, carried: Callable[[], Iterable[Entry]]) -> None:
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < self._most_bytes:
            return
        self._path.replace(self._older)
        self._torn = False
        self._write(b"".join(orjson.dumps(entry) + b"\n" for entry in carried()))

    def _failed(self, fault: OSError) -> None:
        if self.fault is None:
            log.error("alert log: the disk fails", path=str(self._path), cause=str(fault))
        self.fault = type(fault).__name__


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return entry if isinstance(entry, dict) else None
