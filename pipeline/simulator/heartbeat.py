"""The source's word about itself, every second, whatever Kafka and Redis are doing."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog

from pipeline.errors import DapingError
from pipeline.values.streams import SourceState

EVERY_S = 1.0
STOP_LIMIT_S = 5.0
log = structlog.get_logger()


class Heartbeat(AbstractContextManager["Heartbeat"]):
    """Puts `state()` once a second in its own thread; a dead Redis is said once, and waited for."""

    def __init__(
        self, put: Callable[[SourceState], None], state: Callable[[], SourceState]
    ) -> None:
        self._put = put
        self._state = state
        self._ended = threading.Event()
        self._silent = False
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(STOP_LIMIT_S)

    def speak_for(self, state: Callable[[], SourceState]) -> None:
        """Put what this says from now on."""
        self._state = state

    def beat(self) -> None:
        """Put the state now."""
        try:
            self._put(self._state())
        except DapingError as fault:
            if not self._silent:
                log.warning("heartbeat not written", reason=str(fault))
            self._silent = True
        else:
            self._silent = False

    def _run(self) -> None:
        while True:
            self.beat()
            if self._ended.wait(EVERY_S):
                return
