"""`DAPING_HOME/audit.jsonl`: who was let in, who was not, and who did what.

One JSON object a line, never a token. Refusals can be as many as somebody likes to send: ten
lines a minute are written, the rest are counted into one, so that they cannot push what matters
out of a log that is bounded.
"""

import os
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog

from pipeline.clock import Clock

NAME = "audit.jsonl"
LIMIT = 8 * 1024 * 1024
KEPT = 4  # files beside the one that is written: audit.jsonl.1 is the newest
A_MINUTE = 10
MINUTE_MS = 60_000
OTHERS = "others"
Refused = tuple[str, int, str]  # asker, status, path
log = structlog.get_logger()


class AuditLog:
    """Appends to the file of a home; it is made with the first line."""

    def __init__(self, home: Path, clock: Clock, limit: int = LIMIT) -> None:
        self.path = home / NAME
        self._clock = clock
        self._limit = limit
        self._lock = threading.Lock()
        self._began = 0
        self._told: set[Refused] = set()
        self._untold: Counter[str] = Counter()

    def note(self, event: str, **what: Any) -> None:
        """Write one line; the server's own log has it when the file cannot be written."""
        with self._lock:
            self._try(event, what)

    def ready(self) -> bool:
        """Say whether a line can be written, before something is done that needs one."""
        with self._lock:
            try:
                os.close(self._open())
            except OSError as fault:
                log.error("the audit log cannot be written", path=str(self.path), why=str(fault))
                return False
        return True

    def refused(self, asker: str, status: int, path: str) -> None:
        """Note that somebody was not let in. It is not the asker's matter if that fails."""
        self.flush()
        refused = (asker, status, path[:200])
        with self._lock:
            if refused in self._told or len(self._told) >= A_MINUTE:
                known = any(asker == told[0] for told in self._told)
                self._untold[asker if known else OTHERS] += 1
                return
            if not self._told:
                self._began = self._clock.now_ms()
            self._told.add(refused)
            self._try("refused", {"peer": asker, "status": status, "path": refused[2]})

    def flush(self) -> None:
        """Write how many more there were, once their minute is over."""
        if not self._told:  # every request comes by here
            return
        with self._lock:
            if 0 <= self._clock.now_ms() - self._began < MINUTE_MS:
                return
            untold, self._untold, self._told = self._untold, Counter(), set()
            if untold:
                self._try("refused again", {"since": self._began, "times": dict(untold)})

    def _try(self, event: str, what: dict[str, Any]) -> None:
        try:
            self._write(event, what)
        except OSError as fault:
            cause = {"path": str(self.path), "why": str(fault)}
            log.error("the audit log cannot be written", **cause, line={"event": event, **what})

    def _write(self, event: str, what: dict[str, Any]) -> None:
        line = orjson.dumps({"at": self._clock.now_ms(), "event": event, **what}) + b"\n"
        with suppress(FileNotFoundError):
            if self.path.stat().st_size + len(line) > self._limit:
                self._turn()
        descriptor = self._open()
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _turn(self) -> None:
        for number in range(KEPT, 0, -1):
            older = self.path.with_name(f"{NAME}.{number}")
            newer = self.path.with_name(f"{NAME}.{number - 1}") if number > 1 else self.path
            with suppress(FileNotFoundError):
                newer.replace(older)
