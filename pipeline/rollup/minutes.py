"""One minute cube over a window, with what several metrics ask of it worked out once."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import Linear
from pipeline.rollup.arithmetic import combine
from pipeline.rollup.protocol import Minutes

Int64s = NDArray[np.int64]


class CubeMinutes:
    """Sums of a block: over minutes, over keys, over both."""

    def __init__(self, block: Minutes) -> None:
        self.block = block
        self.keys = block.keys

    @cached_property
    def by_key(self) -> Int64s:
        """int64[keys, measures] over the window."""
        return np.asarray(self.block.values.sum(axis=0), np.int64)

    @cached_property
    def by_minute(self) -> Int64s:
        """int64[minutes, measures] over all keys."""
        return np.asarray(self.block.values.sum(axis=1), np.int64)

    @cached_property
    def touched(self) -> NDArray[np.bool_]:
        """bool[keys]: has a line in the window."""
        return np.asarray(self.block.lines.any(axis=0), np.bool_)

    @cached_property
    def total(self) -> Mapping[str, int]:
        """Each measure over everything."""
        sums = self.by_key.sum(axis=0).tolist()
        return dict(zip(self.block.measures, sums, strict=True))

    def key_values(self, terms: Linear) -> dict[str, int]:
        """Return a metric's value by key over the window, of the keys with a line in it."""
        values = combine(terms, self.block.measures, self.by_key).tolist()
        return {
            key: value
            for key, value, touched in zip(self.keys, values, self.touched, strict=True)
            if touched
        }

    def key_values_at(self, terms: Linear, place: int) -> dict[str, int]:
        """Return a metric's value by key in one minute, of the keys with a line in it."""
        values = combine(terms, self.block.measures, self.block.values[place]).tolist()
        lines = self.block.lines[place]
        return {k: v for k, v, n in zip(self.keys, values, lines, strict=True) if n}
