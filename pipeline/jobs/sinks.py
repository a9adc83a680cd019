"""The sink: a pandas function, chained to the aggregate, that writes emitted cells to Redis.

Cells are absolute and guarded by their count, so at-least-once is enough: Flink flushes a bundle
before a checkpoint barrier, and what is written twice is refused by the guard.
"""

from typing import Any

import pandas as pd
from pyflink.table import DataTypes
from pyflink.table.udf import ScalarFunction, udf
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from pipeline.errors import ServiceUnavailable
from pipeline.jobs.encoding import hashes_of
from pipeline.jobs.specification import LiveSpec

GIVE_UP_AFTER_S = 60  # then the job fails, restarts from its checkpoint and says why
LONGEST_PAUSE_S = 5


class CellSink(ScalarFunction):  # type: ignore[misc]  # pyflink has no types
    """Writes a generation's cells. Pickled to the workers; connects in `open`, lazily."""

    def __init__(self, spec: LiveSpec) -> None:
        self._redis_url = spec.redis_url
        self._stream = spec.stream
        self._catalogue = spec.catalogue
        self._snapshots: Any = None

    def open(self, function_context: object) -> None:
        """Make the store in the worker; it connects on its first write."""
        from pipeline.stores.snapshots import RedisSnapshots

        self._snapshots = RedisSnapshots(self._redis_url, self._catalogue)

    def eval(self, *columns: "pd.Series[Any]") -> "pd.Series[Any]":
        """Write a batch of (place, cell_key, cell); returns zeros."""
        places, keys, cells = (column.tolist() for column in columns)
        hashes = hashes_of(places, keys, cells)
        for attempt in Retrying(
            retry=retry_if_exception_type(ServiceUnavailable),
            stop=stop_after_delay(GIVE_UP_AFTER_S),
            wait=wait_exponential_jitter(initial=0.1, max=LONGEST_PAUSE_S),
            reraise=True,
        ):
            with attempt:
                self._snapshots.write_encoded(self._stream, hashes)
        return pd.Series([0] * len(cells), dtype="int32")


def cell_sink(spec: LiveSpec) -> Any:
    """Return the function to be registered as `write_cells`."""
    return udf(
        CellSink(spec),
        result_type=DataTypes.INT(),
        func_type="pandas",
    )
