"""The journal of injected faults: `DAPING_HOME/injected.jsonl`, a line whenever one changes.

Written by the demo, read by the screen, both on this machine. It is a file and not a key in Redis,
so that a killed Redis cannot take away what is said of its death.
"""

import os
from pathlib import Path

from pipeline.values.documents import BrokenDocument, from_json, to_json
from pipeline.values.injected import InjectedFault

NAME = "injected.jsonl"
TAIL_BYTES = 16_384  # the last faults: more than any screen shows


class FaultJournal:
    """Appends and reads; `latest` costs one look at the file's size while nothing changes."""

    def __init__(self, home: Path) -> None:
        self._path = home / NAME
        self._seen: tuple[int, int] | None = None
        self._known: tuple[InjectedFault, ...] = ()

    def put(self, fault: InjectedFault) -> None:
        """Write what is known of a fault now; the last line of an id holds."""
        with self._path.open("ab") as file:
            file.write(to_json(fault) + b"\n")
            file.flush()

    def latest(self) -> tuple[InjectedFault, ...]:
        """Return the last faults, oldest first; none where there is no journal."""
        try:
            about = self._path.stat()
        except FileNotFoundError:
            self._seen, self._known = None, ()
            return ()
        mark = (about.st_mtime_ns, about.st_size)
        if mark != self._seen:
            self._seen, self._known = mark, tuple(self._read(about.st_size).values())
        return self._known

    def _read(self, size: int) -> dict[str, InjectedFault]:
        with self._path.open("rb") as file:
            file.seek(max(0, size - TAIL_BYTES), os.SEEK_SET)
            whole, _, _ = file.read().rpartition(b"\n")  # a line being written is read next time
        lines = whole.split(b"\n")
        found: dict[str, InjectedFault] = {}
        for line in lines[1:] if size > TAIL_BYTES else lines:
            if line:
                fault = self._fault(line)
                found[fault.id] = fault
        return found

    def _fault(self, line: bytes) -> InjectedFault:
        try:
            return from_json(InjectedFault, line, str(self._path))
        except BrokenDocument as fault:
            raise BrokenDocument(f"{fault}; the file may be deleted while no demo runs") from fault
