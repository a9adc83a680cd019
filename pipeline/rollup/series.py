"""Series: complete buckets of minutes, and the running one apart."""

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import Metric
from pipeline.rollup.arithmetic import combine
from pipeline.rollup.minutes import CubeMinutes
from pipeline.rollup.protocol import Document
from pipeline.trading.windows import MinuteRange


def series(
    metric: Metric, minutes: CubeMinutes, bounds: MinuteRange, complete_until: int
) -> Document:
    """Return a series of `metric.step` minutes from the window's start.

    A bucket is complete once `complete_until` has reached its end; the window's last bucket may be
    shorter than a step. `running` is the next one, None when the window is over.
    """
    step = metric.step
    until = min(max(complete_until, bounds.start), bounds.end)
    over = until == bounds.end
    complete = -(-len(bounds) // step) if over else (until - bounds.start) // step
    document: Document = {
        "shape": "series",
        "start": bounds.start,
        "step": step,
        "complete": complete,
    }
    stop = len(bounds) if over else (complete + 1) * step
    measures = minutes.block.measures
    if metric.dimension is None:
        line = _buckets(combine(metric.numerator, measures, minutes.by_minute[:stop]), step)
        values = line.tolist()
        return document | {
            "values": values[:complete],
            "running": None if over else values[complete],
        }
    lines = _buckets(combine(metric.numerator, measures, minutes.block.values[:stop]), step)
    by_key = dict(zip(minutes.keys, lines.T.tolist(), strict=True))
    shown = [key for key, touched in zip(minutes.keys, minutes.touched, strict=True) if touched]
    return document | {
        "values": {key: by_key[key][:complete] for key in sorted(shown)},
        "running": None if over else {key: by_key[key][complete] for key in sorted(shown)},
    }


def _buckets(values: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Return sums of `step` rows each; the last bucket may have fewer."""
    if step == 1 or not len(values):
        return values
    return np.add.reduceat(values, np.arange(0, len(values), step), axis=0)
