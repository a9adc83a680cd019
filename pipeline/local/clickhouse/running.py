"""What runs now: by query id, so that it can be killed, and who has hung up meanwhile."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.local.clickhouse.faults import SAME_QUERY_ID, fault

LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Running:
    """A query on a connection; `gone()` says whether its client has hung up."""

    mark: str
    cancellable: bool
    gone: Callable[[], bool]


class Register:
    """Knows the running queries. A thread looks for hang-ups while there are any."""

    def __init__(self, kill: Callable[[str], None]) -> None:
        self._kill = kill
        self._changed = threading.Condition()
        self._running: dict[str, Running] = {}
        threading.Thread(target=self._watch, name="hang-ups", daemon=True).start()

    def enter(self, query_id: str, running: Running) -> None:
        with self._changed:
            if query_id in self._running:
                raise fault(
                    SAME_QUERY_ID,
                    f"Query with id = {query_id} is already running",
                    "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
                )
            self._running[query_id] = running
            self._changed.notify()

    def leave(self, query_id: str) -> None:
        with self._changed:
            self._running.pop(query_id, None)

    def kill(self, query_id: str) -> bool:
        """End a query; return whether it ran."""
        # Under the lock, so that the connection cannot be at another query by then.
        with self._changed:
            found = self._running.get(query_id)
            if found is not None:
                self._kill(found.mark)
            return found is not None

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._running:
                    self._changed.wait()
                for one in self._running.values():
                    if one.cancellable and one.gone():
                        self._kill(one.mark)
                self._changed.wait(LOOK_EVERY_S)
