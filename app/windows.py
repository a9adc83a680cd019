"""One trading window of the frame: its metrics, its cubes, its tiles and their states. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.derived import tile_values
from app.freshness import Health, State, judge, limit_ms, worst
from app.limits import Limits
from app.masking import UserMask
from pipeline.catalogue.model import Catalogue, Metric
from pipeline.rollup.evaluate import evaluate
from pipeline.rollup.hierarchy import rollup_check
from pipeline.rollup.protocol import Cells, Minutes
from pipeline.stores.protocol import Ranking
from pipeline.trading.windows import MinuteRange
from pipeline.values.cells import CellValue
from pipeline.values.table import MinuteBlock

MINUTE_MS = 60_000


class Blocks:
    """The cells of one turn: what its windows have in common is copied once; not to be changed."""

    def __init__(self, cells: Cells, windows: Iterable[MinuteRange]) -> None:
        bounds = tuple(windows)
        self._cells = cells
        self._start = min(window.start for window in bounds)
        self._end = max(window.end for window in bounds)
        self._whole: dict[str, Minutes] = {}

    def block(self, cube: str, start: int, end: int) -> Minutes:
        """Return a minute cube from `start` to before `end` (epoch minutes UTC)."""
        if not self._start <= start <= end <= self._end:
            return self._cells.block(cube, start, end)
        if cube not in self._whole:
            self._whole[cube] = self._cells.block(cube, self._start, self._end)
        whole, inside = self._whole[cube], slice(start - self._start, end - self._start)
        return MinuteBlock(whole.keys, whole.measures, whole.values[inside], whole.lines[inside])

    def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
        """Return the cells of one bucket by key."""
        return self._cells.bucket(cube, bucket)


@dataclass(frozen=True)
class WindowPlan:
    """What a window of one business date is computed from.

    `segments`: its segment numbers; `rankings`: by ranked cube; `business_day`: epoch day;
    `tiles`: tile id -> role -> metric; `mask` hides users.
    `compared`: the window's `complete` and `comparisons` (docs/design.md §12).
    """

    bounds: MinuteRange
    segments: tuple[int, ...]
    business_day: int
    table: Cells
    rankings: Mapping[str, Ranking]
    tiles: Mapping[str, Mapping[str, str]]
    mask: UserMask
    compared: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


def window_document(catalogue: Catalogue, plan: WindowPlan, health: Health) -> dict[str, Any]:
    """Return the frame's document of one window."""
    values = evaluate(
        catalogue,
        plan.table,
        plan.rankings,
        plan.bounds,
        plan.segments,
        plan.business_day,
        None if health.as_of is None else health.as_of // MINUTE_MS,
    )
    cubes, lines = cube_totals(catalogue, plan)
    check = rollup_check(catalogue, plan.table, plan.bounds)
    empty = emptiness(plan.bounds, lines, health)
    state = judge(health, limit_ms(plan.limits.all_s, health.speed), empty)
    metrics = plan.mask.of(catalogue, values)
    if state.name == "loading":
        metrics = {name: not_known(value) for name, value in metrics.items()}
    context = TileContext(metrics, health, empty, check, plan.limits)
    tiles = {
        name: {
            "state": tile_state(catalogue, name, tuple(roles.values()), context).document(),
            "metrics": list(roles.values()),
            "values": tile_values(name, {role: metrics[m] for role, m in roles.items()}),
        }
        for name, roles in plan.tiles.items()
    }
    return {
        "start": plan.bounds.start,
        "end": plan.bounds.end,
        "state": state.document(),
        "metrics": metrics,
        "cubes": cubes,
        "tiles": tiles,
        "checks": {"rollup": check},
        **plan.compared,
    }


def cube_totals(catalogue: Catalogue, plan: WindowPlan) -> tuple[dict[str, Any], int]:
    """Return {cube: {key: {measure: sum}}} over the window, and the order lines in it."""
    totals: dict[str, Any] = {}
    lines = 0
    for cube in catalogue.minute_cubes():
        block = plan.table.block(cube.name, plan.bounds.start, plan.bounds.end)
        sums = block.values.sum(axis=0).tolist()
        totals[cube.name] = {
            key: dict(zip(block.measures, row, strict=True))
            for key, row in zip(block.keys, sums, strict=True)
        }
        lines = max(lines, int(block.lines.sum()))
    return totals, lines


def not_known(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value document before anything was read: never 0 for "don't know"."""
    unknown = dict.fromkeys(("value", "total", "numerator", "denominator", "running"))
    return {**value, **{name: None for name in unknown if name in value}}


def emptiness(bounds: MinuteRange, lines: int, health: Health) -> State | None:
    """Say why a window has nothing to show; None when it has something.

    While the job has counted nothing at all and orders may be waiting, nobody knows yet.
    """
    if lines:
        return None
    if health.as_of is None and health.pending != 0:
        return State("loading", None, "catching_up")
    if health.now < bounds.start * MINUTE_MS:
        return State("empty", health.as_of, "not_open", {"opens": bounds.start})
    return State("empty", health.as_of, "no_orders")


@dataclass(frozen=True)
class TileContext:
    """What the tiles of one window have in common."""

    metrics: Mapping[str, Any]
    health: Health
    empty: State | None
    check: Mapping[str, Any]
    limits: Limits = field(default_factory=Limits)


def tile_state(
    catalogue: Catalogue, tile: str, names: tuple[str, ...], context: TileContext
) -> State:
    """Judge a tile by its limit of age and by what is wrong with any of its metrics."""
    metrics = [catalogue.metrics[name] for name in names]
    seconds = context.limits.seconds(tile, (metric.freshness_s for metric in metrics))
    damages = [d for m in metrics if (d := damage(catalogue, m, context)) is not None]
    limit = limit_ms(seconds, context.health.speed)
    return judge(context.health, limit, context.empty, worst(damages) if damages else None)


def damage(catalogue: Catalogue, metric: Metric, context: TileContext) -> State | None:
    """Say what is wrong with a metric's numbers: a broken roll-up, an open ranking, or nothing."""
    as_of = context.health.as_of
    if context.metrics[metric.name].get("proven") is False:
        return State("degraded", as_of, "unproven")
    check = context.check
    dimension = catalogue.dimensions.get(metric.dimension or "")
    rolled_up = dimension is not None and dimension.field is None
    if rolled_up and check["comparable"] and not check["equal"]:
        return State("degraded", as_of, "rollup_gap", {"gap": check["sum"] - check["whole"]})
    return None
