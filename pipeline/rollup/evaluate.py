"""The value document of every metric of one window, from cells in memory. Pure.

The shapes are those of the frame (docs/design.md §8). Everything in them is a plain int.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.catalogue.model import BucketKind, Catalogue, Cube, Metric
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.rollup.minutes import CubeMinutes
from pipeline.rollup.protocol import Cells, Document, RankedKeys
from pipeline.rollup.rankings import minute_ranking, share, user_ranking, window_ranking
from pipeline.rollup.series import series
from pipeline.trading.windows import MinuteRange, segment_edges

MINUTES_OF_A_DAY = 1440


@dataclass
class Evaluation:
    """One window at one moment. `complete_until`: minutes before it are complete (epoch minute)."""

    catalogue: Catalogue
    cells: Cells
    rankings: Mapping[str, RankedKeys]
    bounds: MinuteRange
    window: str | None
    business_day: int
    complete_until: int
    _minutes: dict[str, CubeMinutes] = field(default_factory=dict)

    def minutes(self, cube: str) -> CubeMinutes:
        """Return a minute cube over the window; read once for all metrics."""
        held = self._minutes.get(cube)
        if held is None:
            block = self.cells.block(cube, self.bounds.start, self.bounds.end)
            held = self._minutes[cube] = CubeMinutes(block)
        return held

    def sums(self, cube: Cube) -> Mapping[str, int]:
        """Return the measures of a cube over the window, by name."""
        if cube.bucket is BucketKind.MINUTE:
            return self.minutes(cube.name).total
        totals = [0] * len(cube.measures)
        for cell in self.cells.bucket(self._of_window(cube).name, self.business_day).values():
            totals = [a + b for a, b in zip(totals, cell.measures, strict=True)]
        return dict(zip(cube.measures, totals, strict=True))

    def _of_window(self, cube: Cube) -> Cube:
        """A metric names the cube of the default window; take its sibling of this window."""
        for other in self.catalogue.cubes.values():
            if (
                other.window == self.window
                and other.bucket is cube.bucket
                and (other.dimension, other.measures) == (cube.dimension, cube.measures)
            ):
                return other
        return cube


def evaluate(  # noqa: PLR0913 - the contract of docs/design.md §10; all of it is the moment
    catalogue: Catalogue,
    table: Cells,
    rankings: Mapping[str, RankedKeys],
    bounds: MinuteRange,
    segments: tuple[int, ...],
    business_day: int,
    complete_until: int | None,
) -> dict[str, Document]:
    """Return {metric: value document} of a window.

    `rankings` by ranked cube; `bounds` epoch minutes; `segments` and `business_day` (epoch day) say
    which window it is; `complete_until` is the first epoch minute that is not complete, None when
    nothing is known yet.
    """
    until = bounds.start if complete_until is None else complete_until
    window = _window_of(catalogue, segments, business_day)
    moment = Evaluation(catalogue, table, rankings, bounds, window, business_day, until)
    return {
        name: _SHAPES[metric.shape](moment, metric) for name, metric in catalogue.metrics.items()
    }


def _window_of(catalogue: Catalogue, segments: tuple[int, ...], business_day: int) -> str | None:
    """Return the window that is made of these segments of a business date."""
    edges = segment_edges(catalogue.windows)
    starts = [
        (number // len(edges) - business_day) * MINUTES_OF_A_DAY + edges[number % len(edges)]
        for number in (*segments[:1], *(n + 1 for n in segments[-1:]))
    ]
    for window in catalogue.windows.values():
        if [window.start, window.end] == starts:
            return window.name
    return None


def _total(moment: Evaluation, metric: Metric) -> Document:
    measures = moment.sums(moment.catalogue.cubes[metric.cube])
    above = linear(metric.numerator, measures)
    if metric.denominator is None:
        return {"shape": "total", "value": above}
    below = linear(metric.denominator, measures)
    return {
        "shape": "total",
        "value": ratio(above, below, metric.unit),
        "numerator": above,
        "denominator": below,
    }


def _series(moment: Evaluation, metric: Metric) -> Document:
    minutes = moment.minutes(metric.cube)
    return series(metric, minutes, moment.bounds, moment.complete_until)


def _ranking(moment: Evaluation, metric: Metric) -> Document:
    cube = moment.catalogue.cubes[metric.cube]
    if cube.bucket is BucketKind.SEGMENT:
        return user_ranking(moment.catalogue, metric, cube, moment.rankings.get(cube.name))
    minutes = moment.minutes(cube.name)
    if metric.scope == "minute":
        last = min(moment.complete_until, moment.bounds.end) - 1
        return minute_ranking(moment.catalogue, metric, minutes, moment.bounds, last)
    return window_ranking(moment.catalogue, metric, minutes)


def _share(moment: Evaluation, metric: Metric) -> Document:
    return share(moment.catalogue, metric, moment.minutes(metric.cube))


_SHAPES: Mapping[str, Callable[[Evaluation, Metric], Document]] = {
    "total": _total,
    "series": _series,
    "ranking": _ranking,
    "share": _share,
}
