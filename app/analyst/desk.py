"""Work done for analysts: two threads, a bounded queue, and nothing done twice at once.

Requests wait a moment and are then told to ask again, so that a slow history holds no thread of the
server for long; the poller has threads of its own.
"""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

THREADS = 2
QUEUE = 32
GIVE_WAY_S, GLANCE_S = 0.5, 0.004  # a turn of the wall takes some 50 ms
WAIT_S = 0.25  # a kept day is drawn within it; a longer wait would hold one of 16 server threads


class Busy(Exception):
    """So much waits that another piece of work would wait too long."""


@dataclass
class Progress:
    """How far a piece of work is: `done` of `total` reads. `busy`: whether the wall works now."""

    done: int = 0
    total: int = 0
    busy: Callable[[], bool] = field(default=lambda: False, repr=False)

    def step(self) -> None:
        """Say that a read is done."""
        self.done += 1
        self.give_way()

    def give_way(self) -> None:
        """Let the wall finish its turn first: threads share one processor of Python."""
        end = time.monotonic() + GIVE_WAY_S
        while self.busy() and time.monotonic() < end:
            time.sleep(GLANCE_S)

    def document(self) -> dict[str, int]:
        return {"done": self.done, "total": self.total}


class StillWorking(Exception):
    """The work goes on; ask again."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress


@dataclass
class _Job:
    future: "Future[Any]"
    progress: Progress = field(default_factory=Progress)


class Desk:
    """Runs work by key. Its threads start with the first work, which comes after any fork."""

    def __init__(
        self,
        threads: int = THREADS,
        queue: int = QUEUE,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._busy = busy
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="analyst")
        self._limit = threads + queue
        self._lock = threading.Lock()
        self._jobs: dict[Hashable, _Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def ask(self, key: Hashable, work: Callable[[Progress], Any], wait_s: float = WAIT_S) -> Any:
        """Return what the work gives, or raise what it raises; it is done once for all who wait.

        Raises StillWorking when it takes longer than `wait_s`, Busy when too much waits already.
        Who asks again after it ended finds what the work itself has kept.
        """
        job = self._job(key, work)
        try:
            return job.future.result(wait_s)
        except NotYet:
            if job.future.done():  # the work itself ran into a time limit
                raise
            raise StillWorking(job.progress) from None

    def begin(self, key: Hashable, work: Callable[[Progress], Any]) -> None:
        """Have work done that nobody waits for; when too much waits already, not now."""
        with suppress(Busy):
            self._job(key, work)

    def _job(self, key: Hashable, work: Callable[[Progress], Any]) -> _Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is not None:
                return job
            if len(self._jobs) >= self._limit:
                raise Busy
            progress = Progress(busy=self._busy)
            job = _Job(self._pool.submit(work, progress), progress)
            self._jobs[key] = job
        job.future.add_done_callback(lambda _: self._forget(key))
        return job

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._jobs.pop(key, None)

    def stop(self) -> None:
        """Take no more work and drop what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)
