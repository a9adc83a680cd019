"""The minutes a rule looks at, and what they are held against, key by key. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.model import Metric
from pipeline.rollup.arithmetic import combine
from pipeline.rollup.baseline import Base
from pipeline.rollup.protocol import Cells
from pipeline.trading.windows import MinuteRange

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Today:
    """Today's cells and the window they lie in, whole from minute `first` (epoch) on."""

    cells: Cells
    bounds: MinuteRange
    first: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of every key (None: the whole), int64[minutes, keys].

    `against`: what is expected, or what a ratio is divided by.
    """

    keys: tuple[str | None, ...]
    values: Ints
    against: Ints

    def columns(self) -> Iterator[tuple[str | None, list[int], list[int]]]:
        """Yield each key with its minutes."""
        yield from zip(self.keys, self.values.T.tolist(), self.against.T.tolist(), strict=True)

    def whole(self) -> tuple[list[int], list[int]]:
        """Return the minutes of all keys together."""
        return self.values.sum(axis=1).tolist(), self.against.sum(axis=1).tolist()


def stretch(
    rule: AlertRule, metric: Metric, today: Today, base: Base | None, minutes: MinuteRange
) -> Stretch | None:
    """Return a stretch; None where its minutes, or those of the baseline, are not all known."""
    opening = today.bounds.start
    if minutes.start < max(today.first, opening) or minutes.end > today.bounds.end:
        return None
    cube = rule.cube or metric.cube
    block = today.cells.block(cube, minutes.start, minutes.end)
    values = combine(metric.numerator, block.measures, block.values)
    if rule.kind == "band":
        places = (minutes.start - opening, minutes.end - opening)
        usual = base.usual(cube, metric.numerator, *places) if base else None
        if usual is None:
            return None
        keys, by_key, whole = usual
        if rule.dimension is None:
            return Stretch((None,), _whole(values), whole[:, None])
        return Stretch(keys, _in_order(keys, block.keys, values), by_key)
    against = np.ones_like(values)
    if metric.denominator is not None:
        against = combine(metric.denominator, block.measures, block.values)
    if rule.dimension is None:
        return Stretch((None,), _whole(values), _whole(against))
    return Stretch(block.keys, values, against)


def _whole(values: Ints) -> Ints:
    summed: Ints = values.sum(axis=1)[:, None]
    return summed


def _in_order(keys: tuple[str, ...], held: tuple[str, ...], values: Ints) -> Ints:
    """Return the columns of `keys`; one that sold nothing today has zeros."""
    found = np.zeros((len(values), len(keys)), np.int64)
    places = {key: place for place, key in enumerate(held)}
    for place, key in enumerate(keys):
        if key in places:
            found[:, place] = values[:, places[key]]
    return found
