"""One supervisor per home: a locked file that names the process holding it.

The kernel drops the lock with its holder, however that ends, so that a stale one cannot exist;
pid and start time are for `status` and `down`, and are checked against each other there.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from pipeline.errors import Refused

START_TOLERANCE_S = 2.0


@dataclass(frozen=True)
class Holder:
    """The process that holds the lock, by pid and start time."""

    pid: int
    started: float
    what: str

    def process(self) -> psutil.Process | None:
        """Return the living process, None when it is gone or its pid is now another's."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < START_TOLERANCE_S
            alive = process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if same and alive else None


class SupervisorLock:
    """Held for the life of a supervisor; the children do not inherit it."""

    def __init__(self, path: Path, what: str) -> None:
        """Take the lock; raises Refused when another supervisor holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._file.close()
            raise Refused(_taken(path)) from fault
        own = psutil.Process()
        self._file.truncate(0)
        self._file.write(
            json.dumps({"pid": os.getpid(), "started": own.create_time(), "what": what})
        )
        self._file.flush()

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder(path: Path) -> Holder | None:
    """Return the living supervisor of a home, or None."""
    try:
        found = Holder(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.process() is not None else None


def _taken(path: Path) -> str:
    who = holder(path)
    named = f"{who.what}, pid {who.pid}" if who else "another process"
    return (
        f"{path.parent} is in use ({named}): stop it (Ctrl-C, or python -m pipeline services down) "
        "or give another DAPING_HOME"
    )
