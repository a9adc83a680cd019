"""One supervised run of a home: lock, leftovers, parts, run.json, signals, an orderly end."""

import contextlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Refused
from pipeline.local.guardian import start_guardian
from pipeline.local.layout import Layout
from pipeline.local.leftovers import end_leftovers
from pipeline.local.lock import SupervisorLock
from pipeline.local.run_file import write_run_file
from pipeline.local.supervisor import Supervisor

TICK_S = 0.1
LEAST_FREE_BYTES = 2 * 1024**3


class Hurry(BaseException):
    """The second request to stop, which ends waiting wherever it is."""


@dataclass
class StopRequests:
    """Turns SIGINT and SIGTERM into one request to stop, and a second one into `Hurry`."""

    asked: threading.Event

    def __call__(self, *_: object) -> None:
        if self.asked.is_set():
            raise Hurry
        self.asked.set()


def require_disk(home: Path) -> None:
    """Raise Refused when the disk of the home is all but full."""
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        raise Refused(
            f"only {free // 1024**2} MiB are free on the disk of {home}: "
            f"make room ({LEAST_FREE_BYTES // 1024**3} GiB at least) or set DAPING_HOME elsewhere"
        )


@contextlib.contextmanager
def claimed(layout: Layout, what: str) -> Iterator[list[str]]:
    """Hold the home for one supervisor, free of leftovers; gives a line about each one ended."""
    require_disk(layout.home)
    with SupervisorLock(layout.lock_file, what):
        layout.run_file.unlink(missing_ok=True)
        try:
            yield end_leftovers(layout.home)
        finally:
            layout.run_file.unlink(missing_ok=True)


def forget_jobs(layout: Layout) -> None:
    """Drop Flink's memory of jobs: an embedded Redis starts empty, and needs a new generation.

    Without this the cluster would bring back a job that writes into a life that is over.
    """
    for folder in (layout.zookeeper / "data", layout.recovery, layout.checkpoints):
        shutil.rmtree(folder, ignore_errors=True)


def nothing_else() -> None:
    return None


def supervise(
    layout: Layout,
    supervisor: Supervisor,
    facts: Mapping[str, object],
    between: Callable[[], None] = nothing_else,
) -> None:
    """Run the supervisor until SIGINT or SIGTERM, then stop all parts; a second one kills.

    `between` is called after every tick and must not take longer than a health check.
    """
    asked = threading.Event()
    requests = StopRequests(asked)
    earlier = {
        number: signal.signal(number, requests) for number in (signal.SIGINT, signal.SIGTERM)
    }
    written: dict[str, object] = {}
    guardian = start_guardian(layout.home)
    try:
        while not asked.is_set():
            supervisor.tick()
            now = {name: (one.state, one.process) for name, one in supervisor.supervised.items()}
            if now != written:
                write_run_file(layout.run_file, facts, supervisor)
                written = dict(now)
            between()
            asked.wait(TICK_S)
        supervisor.stop()
    except Hurry:
        supervisor.kill()
    finally:
        supervisor.kill()
        guardian.kill()
        guardian.wait()
        for number, handler in earlier.items():
            signal.signal(number, handler)
