"""What the adapter of a foreign feed says, read beside the cells, in the poller's thread.

The feed's lines stand before the topic: what the mapping refused never became a message, so that
the accounting by offsets cannot know it.
"""

from collections.abc import Callable

import structlog

from app.knowledge import Knowledge
from pipeline.errors import DapingError
from pipeline.stores.protocol import Snapshots
from pipeline.values.streams import AdapterState

log = structlog.get_logger()


class Adapting:
    """Stands between a reading and its store: it asks the store that the reading was given.

    What was heard stays when nothing can be heard; the source's heartbeat says how old it is.
    """

    def __init__(self, connect: Callable[[], Snapshots]) -> None:
        self._connect = connect
        self._store: Snapshots | None = None
        self._heard: AdapterState | None = None
        self._silent = False

    def connect(self) -> Snapshots:
        """Give the reading its store; raises what connecting raises."""
        self._store = self._connect()
        return self._store

    def state(self, known: Knowledge, link: str) -> AdapterState | None:
        """Return the adapter's word on the topic that is shown; None when there is none."""
        if self._store is not None and known.redis_ok:  # a dead one has been waited for already
            try:
                self._heard = self._store.adapter(link) or self._heard
                self._silent = False
            except DapingError as fault:
                if not self._silent:
                    log.warning("adapter unreadable", cause=str(fault))
                self._silent = True
        said = self._heard
        return said if said and known.meta and said.topic == known.meta.topic else None
