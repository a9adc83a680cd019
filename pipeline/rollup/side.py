"""One side of a comparison: a stretch of cells cut at a minute, and its sums."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import BucketKind, Catalogue, Metric
from pipeline.rollup.arithmetic import combine, linear, ratio
from pipeline.rollup.hierarchy import ancestor
from pipeline.rollup.past import PastCells
from pipeline.rollup.protocol import Cells, Document
from pipeline.trading.windows import MinuteRange
from pipeline.values.past import PastStretch

Sums = Mapping[str, int]
_PIECE = 240  # minutes read at once: what the processor's cache holds is summed 3 times as fast


@dataclass(frozen=True)
class FirstBuyers:
    """Users by the minute of their first purchase inside the bounds, whole before `until`.

    `by_minute` int64[minutes of the bounds]; `until` epoch minute; `start` where the bounds begin,
    None when they are those of the side they are given to.
    """

    by_minute: NDArray[np.int64]
    until: int
    start: int | None = None

    @classmethod
    def of(cls, past: PastStretch) -> "FirstBuyers":
        return cls(past.first_buyers, past.until, past.stretch.bounds.start)


@dataclass(frozen=True)
class KeySums:
    """A minute cube before minute `until`: `values` int64[keys, measures], `lines` int64[keys]."""

    until: int
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    values: NDArray[np.int64]
    lines: NDArray[np.int64]

    def total(self) -> dict[str, int]:
        """Return each measure over all keys."""
        return dict(zip(self.measures, self.values.sum(axis=0).tolist(), strict=True))

    def rows(self) -> dict[str, list[int]]:
        """Return the measures by key, of the keys with a line."""
        rows = zip(self.keys, self.values.tolist(), self.lines.tolist(), strict=True)
        return {key: row for key, row, lines in rows if lines}


@dataclass(frozen=True)
class Side:
    """A stretch up to before minute `until` (epoch). `buyers` is None where nobody knows them.

    `held` keeps sums by cube; sides of cells that never change may share one, and then a later cut
    adds only the minutes between.
    """

    catalogue: Catalogue
    cells: Cells
    bounds: MinuteRange
    until: int
    buyers: FirstBuyers | None = None
    held: dict[str, KeySums] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, catalogue: Catalogue, cells: Cells, bounds: MinuteRange, until: int | None
    ) -> "Side":
        """Return the complete minutes of a stretch: those before `until`, which may lie outside."""
        inside = bounds.start if until is None else min(max(until, bounds.start), bounds.end)
        return cls(catalogue, cells, bounds, inside)

    @classmethod
    def of_past(
        cls, catalogue: Catalogue, past: PastStretch, bounds: MinuteRange, until: int | None
    ) -> "Side":
        """Return a past stretch or a part of it; its buyers are known if it starts as that does."""
        return cls.of(catalogue, PastCells(past), bounds, until).with_buyers(FirstBuyers.of(past))

    def with_buyers(self, buyers: FirstBuyers | None) -> "Side":
        """Return the same side with what is known of its buyers: of those that begin as it does."""
        same = buyers is not None and buyers.start in (None, self.bounds.start)
        return replace(self, buyers=buyers if same else None)

    def cut_at(self, until: int) -> "Side":
        """Return the same side up to another minute."""
        return self if until == self.until else replace(self, until=until, held={})

    def sums(self, cube: str) -> KeySums:
        """Return a minute cube over the minutes up to the cut; read once."""
        found = self.held.get(cube)
        if found is None or found.until > self.until:
            measures = self.catalogue.cubes[cube].measures
            nothing = np.zeros((0, len(measures)), np.int64)
            found = KeySums(self.bounds.start, (), measures, nothing, nothing[:, 0])
        while found.until < self.until:
            end = min(found.until + _PIECE, self.until)
            block = self.cells.block(cube, found.until, end)
            values, lines = block.values.sum(axis=0), block.lines.sum(axis=0)
            before = len(found.keys)  # a table only ever appends keys
            values[:before] += found.values
            lines[:before] += found.lines
            found = KeySums(end, block.keys, block.measures, values, lines)
        self.held[cube] = found
        return found

    def buyers_before(self, until: int) -> int | None:
        """Return the distinct buyers before a minute; None where that is not known."""
        if self.buyers is None or until > self.buyers.until:
            return None
        return int(self.buyers.by_minute[: max(until - self.bounds.start, 0)].sum())

    def total(self, metric: Metric) -> Document:
        """Return `value` (and `numerator`, `denominator`) of a metric of shape total at the cut."""
        cube = self.catalogue.cubes[metric.cube]
        if cube.bucket is BucketKind.WINDOW:
            return {"value": self.buyers_before(self.until)}
        measures = self.sums(cube.name).total()
        above = linear(metric.numerator, measures)
        if metric.denominator is None:
            return {"value": above}
        below = linear(metric.denominator, measures)
        value = ratio(above, below, metric.unit)
        return {"value": value, "numerator": above, "denominator": below}

    def cubes(self) -> dict[str, dict[str, Sums]]:
        """Return {cube: {key: {measure: sum}}} of all minute cubes, of the keys with a line."""
        return {
            cube.name: {
                key: dict(zip(cube.measures, row, strict=True))
                for key, row in self.sums(cube.name).rows().items()
            }
            for cube in self.catalogue.minute_cubes()
        }

    def key_values(self, metric: Metric) -> dict[str, int]:
        """Return a ranking's value by key of its dimension at the cut, and by leaf under them.

        Where a level and a leaf have the same key (`unknown`), it is the level's.
        """
        leaves: dict[str, int] = {}
        levels: dict[str, int] = {}
        for leaf, row in self.sums(metric.cube).rows().items():
            value = linear(metric.numerator, dict(zip(self._measures(metric), row, strict=True)))
            key = self._level_of(metric, leaf)
            leaves[leaf], levels[key] = value, levels.get(key, 0) + value
        return {**leaves, **levels}

    def flow(self, metric: Metric, start: int, end: int) -> NDArray[np.int64]:
        """Return a metric by minute over all keys, int64[end - start], whatever the cut."""
        block = self.cells.block(metric.cube, start, end)
        return combine(metric.numerator, block.measures, block.values.sum(axis=1))

    def key_flow(self, metric: Metric, start: int, end: int) -> dict[str, NDArray[np.int64]]:
        """Return a ranking's value by minute of every key of its dimension, whatever the cut."""
        block = self.cells.block(metric.cube, start, end)
        values = combine(metric.numerator, block.measures, block.values)
        found: dict[str, NDArray[np.int64]] = {}
        for place, leaf in enumerate(block.keys):
            key = self._level_of(metric, leaf)
            found[key] = values[:, place] + found.get(key, 0)
        return found

    def _measures(self, metric: Metric) -> tuple[str, ...]:
        return self.catalogue.cubes[metric.cube].measures

    def _level_of(self, metric: Metric, leaf: str) -> str:
        dimension = self.catalogue.cubes[metric.cube].dimension
        if metric.dimension is None or metric.dimension == dimension:
            return leaf
        return ancestor(self.catalogue.dimensions, dimension, leaf, metric.dimension)
