"""The one thread that reads, judges and publishes, for all viewers; it survives everything.

Every turn (500 ms) it asks what is known; every tick (1 s), or at once when something changed, it
builds one frame and has the views of it drawn. Requests never wait for it and never make it work.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from app.frame import timeless, with_fault
from app.metrics import Metrics
from app.published import Document, digest, document, encode
from app.settings import HEARTBEAT_LIMIT_MS, POLL_SECONDS, TICK_MS
from app.stages import heard_at
from pipeline.clock import Clock

STOP_SECONDS = 5.0  # longer than a turn with a dead Redis takes
log = structlog.get_logger()

Publish = Callable[[dict[str, Any], str, int], None]


class Work(Protocol):
    """What a turn does; both may raise anything."""

    def refresh(self, real_now: int) -> bool:
        """Read what is known; say whether a value changed."""

    def frame(self, real_now: int) -> dict[str, Any]:
        """Build the frame of what is known."""


class Poller:
    """Holds the latest frame (`latest` as it travels, `said` as it was built), and when each stage
    was heard of (`heard_at`, as a header's text).

    `working`: a turn is being made; what can wait does.

    `publish(frame, etag, generated_at)` is told of each new one.
    """

    def __init__(self, work: Work, publish: Publish, clock: Clock, metrics: Metrics) -> None:
        self.latest: Document | None = None
        self.said: dict[str, Any] | None = None
        self.heard_at = ""
        self.working = False
        self._work = work
        self._publish = publish
        self._clock = clock
        self._metrics = metrics
        self._frame: dict[str, Any] | None = None
        self._ticked_ms = 0
        self._heartbeat_ms: int | None = None
        self._starting = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0

    def ensure_started(self) -> None:
        """Start the thread unless it runs in this process: a thread does not survive a fork."""
        if self._process == os.getpid():
            return
        with self._starting:
            if self._process == os.getpid():
                return
            self._stopped = threading.Event()
            self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
            self._process = os.getpid()
            self._thread.start()

    def stop(self) -> None:
        """End the thread and keep what is published."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def beating(self) -> bool:
        """Say whether the poller turned within the last three ticks."""
        beat = self._heartbeat_ms
        return beat is not None and self._clock.now_ms() - beat <= HEARTBEAT_LIMIT_MS

    def turn(self) -> None:
        """Read, and build a frame when one is due; raises nothing."""
        now, began = self._clock.now_ms(), time.perf_counter()
        self._heartbeat_ms = now
        self._metrics.heartbeat.set(now / 1000)
        changed = self._refresh(now)
        if changed or now - self._ticked_ms >= TICK_MS:
            self._ticked_ms = now
            self._tick(now)
            self._metrics.tick_seconds.set(time.perf_counter() - began)

    def _run(self) -> None:
        stopped = self._stopped
        while not stopped.is_set():
            self.working = True
            try:
                self.turn()
            except Exception:  # a fault of publishing itself; the next turn may do better
                self._metrics.faults.labels("turn").inc()
                log.exception("turn failed")
            self.working = False
            stopped.wait(POLL_SECONDS)

    def _refresh(self, now: int) -> bool:
        try:
            with self._metrics.poll_seconds.time():
                return self._work.refresh(now)
        except Exception:  # the frame says how old its values are; that is what viewers need
            self._metrics.faults.labels("refresh").inc()
            log.exception("reading failed")
            return False

    def _tick(self, now: int) -> None:
        try:
            with self._metrics.frame_seconds.time():
                frame = self._work.frame(now)
        except Exception as fault:  # the tiles say so, and the last numbers stay
            self._metrics.faults.labels("frame").inc()
            log.exception("frame not built")
            if self._frame is None:
                return
            frame = with_fault(self._frame, type(fault).__name__)
        else:
            self._frame = frame
        body = encode(frame)
        self.heard_at = heard_at(frame.get("stages", ()))
        self.said = frame
        self.latest = document(body, digest(encode(timeless(frame))), now)
        self._metrics.ticks.inc()
        self._publish(frame, self.latest.etag, now)
