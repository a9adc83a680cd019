"""The archive's sink: a pandas function that inserts counted events and notes how far it came.

Nothing here needs a transaction: Flink flushes a bundle before a checkpoint barrier, an event that
is inserted twice is one event (the table replaces by its id), and progress is told only after the
events before it are in.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd
from pyflink.table import DataTypes
from pyflink.table.udf import ScalarFunction, udf
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from pipeline.clock import SystemClock
from pipeline.errors import ServiceUnavailable
from pipeline.jobs.archive_batch import ArchiveBatch, Origin
from pipeline.jobs.specification import ArchiveSpec

if TYPE_CHECKING:
    from pipeline.values.past import ArchivePosition

# Then the job fails, restarts from its checkpoint and says why. Together with a call that hangs
# this stays far below the 180 s after which a task that cannot be cancelled ends its TaskManager.
GIVE_UP_AFTER_S = 60
LONGEST_PAUSE_S = 5


class EventSink(ScalarFunction):  # type: ignore[misc]  # pyflink has no types
    """Writes the events of one archive job. Pickled to the workers; connects in its first batch."""

    def __init__(self, spec: ArchiveSpec) -> None:
        self._target = spec.target
        self._origin = Origin(spec.stream.link, spec.topic, spec.stream.generation)
        self._clock = SystemClock()
        self._history: Any = None
        self._known: dict[int, ArchivePosition] | None = None

    def open(self, function_context: object) -> None:
        """Make the store in the worker."""
        from pipeline.stores.history import ClickHouseHistory

        target = self._target
        self._history = ClickHouseHistory(
            target.url, target.database, target.catalogue, target.trading
        )

    def eval(self, *columns: "pd.Series[Any]") -> "pd.Series[Any]":
        """Write a batch of ARCHIVE_COLUMNS; returns zeros."""
        batch = ArchiveBatch(tuple(column.to_numpy() for column in columns))
        for attempt in Retrying(
            retry=retry_if_exception_type(ServiceUnavailable),
            stop=stop_after_delay(GIVE_UP_AFTER_S),
            wait=wait_exponential_jitter(multiplier=0.2, max=LONGEST_PAUSE_S),
            reraise=True,
        ):
            with attempt:
                self._write(batch)
        return pd.Series([0] * len(columns[0]), dtype="int32")

    def _write(self, batch: ArchiveBatch) -> None:
        """Write all of it; an insert whose answer was lost is simply repeated."""
        link, topic = self._origin.link, self._origin.topic
        if self._known is None:
            self._known = dict(self._history.progress(link, topic))
        events = batch.events(self._origin)
        if len(events["event_id"]):
            self._history.insert_events(events)
        reached = batch.positions(self._known, self._clock.now_ms())
        if reached:
            self._history.put_progress(link, topic, reached)
            self._known |= reached


def event_sink(spec: ArchiveSpec) -> Any:
    """Return the function to be registered as `write_events`."""
    return udf(EventSink(spec), result_type=DataTypes.INT(), func_type="pandas")
