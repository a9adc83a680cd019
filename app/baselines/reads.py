"""Reads of history in threads of their own: one at a time for each key, again after a failure.

Whoever asks gets at once what is known; nothing here makes the asker wait.
"""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog

from app.metrics import Metrics
from pipeline.clock import Clock
from pipeline.errors import DapingError

THREADS = 2
LIMIT_MS = 10_000  # what a read may take; the store gives up by then
FIRST_WAIT_MS = 2_000  # after a failure, doubled with each
LONGEST_WAIT_MS = 30_000
FAULTS_KEPT = 256  # keys of days long gone are forgotten
UNREACHABLE, SLOW = "history_unreachable", "history_slow"
log = structlog.get_logger()


@dataclass
class _Attempt:
    """What became of the last reads of a key; instants are epoch ms of the real clock."""

    flying: bool = False
    started_ms: int = 0
    ended_ms: int | None = None
    fault: str | None = None
    wait_ms: int = FIRST_WAIT_MS


class Reads:
    """Runs reads. `submit(key, work, take)`: `take` gets the result, in the read's thread."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._attempts: dict[Hashable, _Attempt] = {}

    def submit(
        self, what: str, key: Hashable, work: Callable[[], Any], take: Callable[[Any], None]
    ) -> bool:
        """Start a read unless one of its key runs or the last one failed just now."""
        now = self._clock.now_ms()
        with self._lock:
            attempt = self._attempts.setdefault(key, _Attempt())
            waiting = attempt.fault and now - (attempt.ended_ms or 0) < attempt.wait_ms
            if attempt.flying or waiting:
                return False
            attempt.flying, attempt.started_ms = True, now
            if self._pool is None:  # not before the first question: a thread survives no fork
                self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="history")
            pool = self._pool
        pool.submit(self._run, what, attempt, work, take)
        return True

    @property
    def running(self) -> int:
        """How many reads run or wait for a thread."""
        with self._lock:
            return sum(attempt.flying for attempt in self._attempts.values())

    def fault(self, key: Hashable) -> str | None:
        """Return why a key cannot be read: its last failure, or that it takes too long."""
        with self._lock:
            attempt = self._attempts.get(key)
            if attempt is None:
                return None
            late = attempt.flying and self._clock.now_ms() - attempt.started_ms > LIMIT_MS
            return SLOW if late else attempt.fault

    def ended_ms(self, key: Hashable) -> int | None:
        """Return when the last read of a key came back."""
        with self._lock:
            attempt = self._attempts.get(key)
            return attempt.ended_ms if attempt else None

    def stop(self) -> None:
        """Start nothing more; a read that runs ends by itself."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None

    def _run(
        self,
        what: str,
        attempt: _Attempt,
        work: Callable[[], Any],
        take: Callable[[Any], None],
    ) -> None:
        fault: str | None = None
        try:
            with self._metrics.history_seconds.labels(what).time():
                take(work())
        except DapingError as said:
            took = self._clock.now_ms() - attempt.started_ms
            fault = SLOW if took >= LIMIT_MS * 9 // 10 else UNREACHABLE
            if attempt.fault is None:
                log.warning("history not read", what=what, cause=str(said))
        except Exception:  # a fault of ours must not leave the key flying for ever
            fault = UNREACHABLE
            self._metrics.faults.labels("history").inc()
            log.exception("history not read", what=what)
        self._metrics.history_reads.labels(what, fault or "done").inc()
        with self._lock:
            attempt.flying, attempt.ended_ms = False, self._clock.now_ms()
            again = min(2 * attempt.wait_ms, LONGEST_WAIT_MS) if attempt.fault else FIRST_WAIT_MS
            attempt.fault, attempt.wait_ms = fault, again
            self._forget()

    def _forget(self) -> None:
        if len(self._attempts) > FAULTS_KEPT:
            for key in [k for k, a in self._attempts.items() if not a.flying][:FAULTS_KEPT]:
                del self._attempts[key]
