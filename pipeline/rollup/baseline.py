"""A baseline: a past window that is compared again every minute."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import Catalogue, Linear
from pipeline.rollup.arithmetic import combine
from pipeline.rollup.comparing import EXPECTED_WIDTH, divided, reach
from pipeline.rollup.side import KeySums, Side
from pipeline.trading.comparisons import Span
from pipeline.values.past import PastStretch


@dataclass(frozen=True)
class Base:
    """A baseline: its window, what history knows of it, the edges in it (minutes from its start).

    `past` covers `span.bounds` and may be longer. What does not change with the cut is kept.
    """

    catalogue: Catalogue
    span: Span
    past: PastStretch
    edges: tuple[int, ...]

    _flows: dict[str, NDArray[np.int64]] = field(default_factory=dict, compare=False, repr=False)
    _held: dict[str, KeySums] = field(default_factory=dict, compare=False, repr=False)

    @property
    def known(self) -> int:
        """The minutes of the window that history has whole."""
        bounds = self.span.bounds
        return min(max(self.past.until - bounds.start, 0), len(bounds))

    def side(self, elapsed: int) -> Side:
        """Return its first minutes."""
        bounds = self.span.bounds
        side = Side.of_past(self.catalogue, self.past, bounds, bounds.start + elapsed)
        return replace(side, held=self._held)

    def flow(self, metric: str) -> NDArray[np.int64]:
        """Return a metric by minute over all keys, the known minutes of the whole window."""
        held = self._flows.get(metric)
        if held is None:
            start = self.span.bounds.start
            side = self.side(self.known)
            held = side.flow(self.catalogue.metrics[metric], start, start + self.known)
            self._flows[metric] = held
        return held

    def around(self, place: int) -> tuple[int, int] | None:
        """Return the minutes averaged for what is expected of one; None past the known ones."""
        if not 0 <= place < self.known:
            return None
        low, high = self._reach
        return int(low[place]), int(high[place])

    @cached_property
    def _reach(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return reach(self.known, self.edges, EXPECTED_WIDTH)

    def usual(
        self, cube: str, terms: Linear, first: int, end: int
    ) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]] | None:
        """Return what is expected of the minutes `first` to before `end` from the window's start.

        (keys, int64[minutes, keys], int64[minutes] of all keys together); None where history does
        not have all of them.
        """
        if not 0 <= first < end <= self.known:
            return None
        low, high = (side[first:end] for side in self._reach)
        start, begin = self.span.bounds.start, int(low[0])
        block = self.past.table.block(cube, start + begin, start + int(high[-1]))
        values = combine(terms, block.measures, block.values)
        running = np.zeros((len(values) + 1, len(block.keys)), np.int64)
        np.cumsum(values, axis=0, out=running[1:])
        sums, widths = running[high - begin] - running[low - begin], high - low
        return block.keys, divided(sums, widths[:, None]), divided(sums.sum(axis=1), widths)
