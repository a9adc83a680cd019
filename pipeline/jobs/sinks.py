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
from pipeline.jobs.encoding import CellEncoder
from pipeline.jobs.specification import LiveSpec

GIVE_UP_AFTER_S = 60  # then the job fails, restarts from its checkpoint and says why
LONGEST_PAUSE_S = 5


class CellSink(ScalarFunction):  # type: ignore[misc]  # pyflink has no types
    """Writes a generation's cells. Pickled to the workers; connects in `open`, lazily."""

    def __init__(self, spec: LiveSpec) -> None:
        self._redis_url = spec.redis_url
        self._stream = spec.stream
        self._layout = spec.sql.layout
        self._catalogue = spec.catalogue
        self._encoder: CellEncoder | None = None
        self._snapshots: Any = None

    def open(self, function_context: object) -> None:
        """Make the encoder and the store in the worker; the store connects on its first write."""
        from pipeline.stores.snapshots import RedisSnapshots

        self._encoder = CellEncoder(self._layout)
        self._snapshots = RedisSnapshots(self._redis_url, self._catalogue)

    def eval(self, *columns: "pd.Series[Any]") -> "pd.Series[Any]":
        """Write a batch: columns cube, bucket, key, label, n and the layout's; returns zeros."""
        assert self._encoder is not None
        cube, bucket, key, label, n, *measures = [column.tolist() for column in columns]
        hashes = self._encoder.encode((cube, bucket, key, label), n, measures)
        for attempt in Retrying(
            retry=retry_if_exception_type(ServiceUnavailable),
            stop=stop_after_delay(GIVE_UP_AFTER_S),
            wait=wait_exponential_jitter(initial=0.1, max=LONGEST_PAUSE_S),
            reraise=True,
        ):
            with attempt:
                self._snapshots.write_encoded(self._stream, hashes)
        return pd.Series([0] * len(cube), dtype="int32")


def cell_sink(spec: LiveSpec) -> Any:
    """Return the function to be registered as `write_cells`."""
    return udf(
        CellSink(spec),
        result_type=DataTypes.INT(),
        func_type="pandas",
    )
