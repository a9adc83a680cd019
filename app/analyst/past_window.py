"""One past window as the frame says it, from cells that stand still. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from app.comparing import Side, complete_document
from app.derived import tile_values
from app.freshness import Health, State
from app.masking import UserMask
from app.windows import TileContext, not_known, tile_state
from pipeline.catalogue.model import Catalogue, Metric
from pipeline.rollup.evaluate import evaluate
from pipeline.rollup.hierarchy import rollup_check
from pipeline.rollup.past import PastCells
from pipeline.stores.protocol import Ranking
from pipeline.trading.windows import MinuteRange
from pipeline.values.past import PastStretch

MINUTE_MS = 60_000
FLOW, GENDER = "flow", "gender"
Document = dict[str, Any]


@dataclass(frozen=True)
class PastWindow:
    """What a window is made of. `until`: before this epoch minute; `cursor`: an epoch minute.

    `empty` says why there is nothing, `partial` that not all of it is there. `tiles`: tile -> role
    -> metric.
    """

    bounds: MinuteRange
    segments: tuple[int, ...]
    business_day: int
    past: PastStretch
    until: int
    rankings: Mapping[str, Ranking]
    tiles: Mapping[str, Mapping[str, str]]
    mask: UserMask
    step: int = 1
    cursor: int | None = None
    empty: State | None = None
    partial: State | None = None

    @cached_property
    def cells(self) -> PastCells:
        return PastCells(self.past, self.until)

    @property
    def as_of(self) -> int | None:
        return self.until * MINUTE_MS if self.until > self.bounds.start else None


def window_document(catalogue: Catalogue, past: PastWindow) -> Document:
    """Return the frame's document of a past window, without its comparisons."""
    fine = values(catalogue, past, past.until)
    check = rollup_check(catalogue, past.cells, past.bounds)
    metrics = past.mask.of(catalogue, drawn(catalogue, past, fine))
    side = Side.of_past(catalogue, past.past, past.bounds, past.until)
    if past.empty is not None and past.empty.reason != "no_orders":
        metrics = {name: not_known(value) for name, value in metrics.items()}
    return {
        "start": past.bounds.start,
        "end": past.bounds.end,
        "state": (past.empty or past.partial or State("live", past.as_of)).document(),
        "metrics": metrics,
        "cubes": cube_totals(catalogue, past),
        "tiles": tiles(catalogue, past, metrics, fine, check),
        "checks": {"rollup": check},
        "complete": complete_document(side),
    }


def values(catalogue: Catalogue, past: PastWindow, until: int) -> dict[str, Document]:
    """Return the value documents at a minute; nothing runs any more, so `running` is None."""
    found = evaluate(
        catalogue,
        past.cells,
        past.rankings,
        past.bounds,
        past.segments,
        past.business_day,
        until,
    )
    return {
        name: {**value, "running": None} if "running" in value and value["step"] == 1 else value
        for name, value in found.items()
    }


def drawn(
    catalogue: Catalogue, past: PastWindow, fine: Mapping[str, Document]
) -> dict[str, Document]:
    """Return the documents, series in the steps asked for, rankings of the cursor's minute."""
    series = {
        name: replace(metric, step=past.step)
        for name, metric in catalogue.metrics.items()
        if metric.shape == "series" and metric.step < past.step
    }
    found = {**fine}
    if series:
        found |= values(replace(catalogue, metrics=series), past, past.until)
    if past.cursor is not None and past.cursor < past.until:
        found |= values(of_minute(catalogue), past, past.cursor + 1)
    return found


def of_minute(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with the metrics of one minute only."""
    metrics = {n: m for n, m in catalogue.metrics.items() if m.scope == "minute"}
    return replace(catalogue, metrics=metrics)


def cube_totals(catalogue: Catalogue, past: PastWindow) -> dict[str, Any]:
    """Return {cube: {key: {measure: sum}}} over the window."""
    totals: dict[str, Any] = {}
    for cube in catalogue.minute_cubes():
        block = past.cells.block(cube.name, past.bounds.start, past.bounds.end)
        sums = block.values.sum(axis=0).tolist()
        totals[cube.name] = {
            key: dict(zip(block.measures, row, strict=True))
            for key, row in zip(block.keys, sums, strict=True)
        }
    return totals


def tiles(
    catalogue: Catalogue,
    past: PastWindow,
    metrics: Mapping[str, Document],
    fine: Mapping[str, Document],
    check: Mapping[str, Any],
) -> dict[str, Document]:
    """Return the tiles; what they show besides metrics comes from single minutes."""
    health = Health(past.as_of, past.as_of or 0, 1.0, redis=True, active=True, read=True)
    context = TileContext(metrics, health, past.empty, check)
    found: dict[str, Document] = {}
    for name, roles in past.tiles.items():
        state = tile_state(catalogue, name, tuple(roles.values()), context)
        if state.name == "live" and past.partial is not None:
            state = past.partial
        whole = name == GENDER  # its bars and their label are of the same step
        held = {
            role: (metrics if whole or is_ranked(metrics[m]) else fine)[m]
            for role, m in roles.items()
        }
        shown = tile_values(name, held)
        if name == FLOW and past.cursor is not None:
            shown = {**shown, "minute": minute_at(held, past.cursor)}
        found[name] = {
            "state": state.document(),
            "metrics": list(roles.values()),
            "values": shown,
        }
    return found


def is_ranked(document: Mapping[str, Any]) -> bool:
    """Say whether a document follows the cursor or is masked, so that the drawn one counts."""
    return bool(document["shape"] == "ranking")


def minute_at(roles: Mapping[str, Mapping[str, Any]], cursor: int) -> Document | None:
    """Return the chart's readout at the cursor; None where nothing is counted."""
    flow, orders = roles["flow"], roles["orders"]["values"]
    place = cursor - flow["start"]
    if not 0 <= place < len(flow["values"]):
        return None
    return {
        "minute": cursor,
        "value": flow["values"][place],
        "orders": orders[place] if place < len(orders) else None,
    }


def users_limit(catalogue: Catalogue, cube: str) -> int:
    """Return how many users the tiles need."""
    asking: list[Metric] = [m for m in catalogue.metrics.values() if m.cube == cube]
    return max((m.limit for m in asking), default=10)
