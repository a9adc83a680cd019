"""`close --follow`: closes days as they finish, and outlives a ClickHouse that goes away."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from pipeline.errors import ServiceUnavailable
from pipeline.history.closing import ClosedDay, Closing

LOOK_EVERY_S = 30.0
LOG = structlog.get_logger()


@dataclass
class Following:
    """Looks every half minute. `told` gets every closed day."""

    closing: Closing
    told: Callable[[ClosedDay], None]
    _finished: int = -1
    _away: bool = False

    def run(self, pause: Callable[[float], object] = time.sleep) -> None:
        """Go on until the process ends."""
        while True:
            self.look()
            pause(LOOK_EVERY_S)

    def look(self) -> None:
        """Close what is due, once; a service that is away is said once and tried again."""
        try:
            if self._finished < 0:
                self.closing.history.migrate()
            finished = self.closing.finished_before()
            days = self.closing.due() if finished != self._finished else ()
            for day in (*days, *self.closing.changed()):
                self.told(self.closing.close(day))
            self._finished = finished
        except ServiceUnavailable as fault:
            if not self._away:
                LOG.warning("waiting for history", cause=str(fault))
            self._away = True
            return
        if self._away:
            LOG.info("history answers again")
        self._away = False
