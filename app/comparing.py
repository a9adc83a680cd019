"""The same elapsed time of another day, beside today's: comparison documents of the frame. Pure.

The documents are those of docs/design.md §12: integers only, cents, epoch minutes UTC, parts per
million.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.comparing_keys import keys_of_minute, keys_of_window
from app.derived import stretches
from pipeline.catalogue.model import BucketKind, Catalogue, Metric
from pipeline.rollup.arithmetic import linear
from pipeline.rollup.baseline import Base
from pipeline.rollup.comparing import (
    BAND,
    band,
    change,
    expected,
    in_band,
    lead,
    mean,
    ratio_to,
    smooth,
)
from pipeline.rollup.protocol import Document
from pipeline.rollup.side import FirstBuyers, Side
from pipeline.trading.comparisons import Span, cut
from pipeline.values.past import PastStretch

__all__ = [
    "Base",
    "Drawn",
    "FirstBuyers",
    "Kind",
    "Side",
    "band",
    "comparison_document",
    "complete_document",
    "expected",
    "not_ready",
    "smooth",
]

Kind = Literal["yoy", "mom", "versus"]
State = Literal["loading", "missing", "unreachable"]


@dataclass(frozen=True)
class Drawn:
    """The metrics that the tiles compare besides the totals: the flow by minute, the ranking of a
    minute, the ranking that rolls up; `band`: what is usual (parts per million of the expected).
    """

    flow: str
    minute: str
    regions: str
    band: tuple[int, int] = BAND


def complete_document(own: Side) -> Document:
    """Return `complete`: a window's totals and cubes up to its last complete minute."""
    return {
        "until": own.until,
        "elapsed": own.until - own.bounds.start,
        "metrics": {metric.name: own.total(metric) for metric in _totals(own.catalogue)},
        "cubes": own.cubes(),
    }


def comparison_document(kind: Kind, own: Side, base: Base, drawn: Drawn) -> Document:
    """Return a comparison that is ready, both sides cut at the own one's complete minutes.

    A baseline that history does not have whole yet is compared as far as it does.
    """
    bounds = base.span.bounds
    at = cut(own.bounds, bounds, own.until)
    elapsed = at.elapsed if base.known == len(bounds) else min(at.elapsed, base.known)
    earlier = elapsed < own.until - own.bounds.start
    own = own.cut_at(own.bounds.start + elapsed)
    then = base.side(elapsed)
    flow = base.flow(drawn.flow).tolist()
    return {
        **_head(kind, "ready", base.span),
        "start": bounds.start,
        "end": bounds.end,
        "until": then.until,
        "elapsed": elapsed,
        "source": _source(base.past),
        "metrics": {m.name: _metric(m, own, then) for m in _totals(own.catalogue)},
        "cubes": then.cubes(),
        **({"own": {"until": own.until, "cubes": own.cubes()}} if earlier else {}),
        "flow": {"start": bounds.start, "step": 1, "values": flow},
        "stretches": stretches(flow, bounds.start, len(bounds)),
        "minute": _minute(own, base, drawn),
        "lead": _lead(own, base, drawn.flow),
        "categories": keys_of_minute(own, base, drawn.minute),
        "regions": keys_of_window(own, then, drawn.regions),
    }


def not_ready(
    kind: Kind,
    state: State,
    reason: str,
    params: Mapping[str, Any] | None = None,
    span: Span | None = None,
) -> Document:
    """Return a comparison that there is not (yet); `reason` is a code of docs/design.md §12."""
    return {**_head(kind, state, span), "reason": reason, "params": dict(params or {})}


def _head(kind: Kind, state: str, span: Span | None) -> Document:
    day = span.day if span else None
    name = span.name if span else None
    return {
        "kind": kind,
        "state": state,
        "reason": None,
        "params": {},
        "date": day.isoformat() if day else None,
        "name": {"zh": name.zh, "en": name.en} if name else None,
    }


def _source(past: PastStretch) -> Document:
    return {
        "generation": past.generation,
        "recounted_at": max((record.recounted_ms for record in past.closed), default=None),
        "final": past.final,
        "origin": past.origin,
    }


def _totals(catalogue: Catalogue) -> list[Metric]:
    return [metric for metric in catalogue.metrics.values() if metric.shape == "total"]


def _metric(metric: Metric, own: Side, then: Side) -> Document:
    """Compare one total; distinct buyers as far as both sides know them."""
    if own.catalogue.cubes[metric.cube].bucket is BucketKind.WINDOW and own.buyers is not None:
        elapsed = min(own.until, max(own.buyers.until, own.bounds.start)) - own.bounds.start
        own = own.cut_at(own.bounds.start + elapsed)
        then = then.cut_at(min(then.until, then.bounds.start + elapsed))
    mine, value = own.total(metric)["value"], then.total(metric)["value"]
    return {
        "own": mine,
        "value": value,
        "change": change(mine, value),
        "difference": None if mine is None or value is None else mine - value,
        "until": own.until,
    }


def _minute(own: Side, base: Base, drawn: Drawn) -> Document | None:
    """Compare the last complete minute with what is expected of it."""
    place = own.until - own.bounds.start - 1
    around = base.around(place)
    if around is None:
        return None
    flow = own.flow(own.catalogue.metrics[drawn.flow], own.until - 1, own.until)
    value, usual = int(flow[0]), mean(base.flow(drawn.flow)[slice(*around)])
    ratio = ratio_to(value, usual)
    return {
        "minute": own.until - 1,
        "value": value,
        "expected": usual,
        "ratio": ratio,
        "in_band": in_band(ratio, drawn.band),
    }


def _lead(own: Side, base: Base, name: str) -> Document | None:
    metric = own.catalogue.metrics[name]
    total = linear(metric.numerator, own.sums(metric.cube).total())
    found = lead(total, own.until - own.bounds.start, base.flow(name))
    if found is None or (found.beyond and base.known < len(base.span.bounds)):
        return None
    return {
        "minutes": found.minutes,
        "direction": found.direction,
        "reaches": None if found.count is None else own.bounds.start + found.count,
        "beyond": found.beyond,
    }
