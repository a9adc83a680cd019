"""`complete` and `comparisons` of a window of the frame (docs/design.md §12), made when needed.

A comparison changes once a minute: between two ticks that know the same it is the same object.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.baselines.asking import Baseline, Baselines, Compared
from app.comparing import (
    Base,
    Drawn,
    FirstBuyers,
    Side,
    comparison_document,
    complete_document,
    not_ready,
)
from pipeline.catalogue.model import Catalogue
from pipeline.trading import comparisons
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.values.past import PastStretch
from pipeline.values.table import CellTable

Document = dict[str, Any]


@dataclass(frozen=True)
class Own:
    """A window of today: what it is made of and its first minute that is not complete (epoch)."""

    link: str
    window: str
    day: date
    bounds: MinuteRange
    table: CellTable
    until: int | None


@dataclass
class _Made:
    """What was made for a window, and of what: `cells` and `complete` decide whether it holds."""

    cells: tuple[object, ...]
    complete: Document
    known: Compared
    documents: Document


class Comparing:
    """Makes the documents of all windows; `drawn` are the metrics the tiles compare."""

    def __init__(
        self, catalogue: Catalogue, trading: TradingTime, drawn: Drawn, baselines: Baselines
    ) -> None:
        self._catalogue = catalogue
        self._trading = trading
        self._drawn = drawn
        self._baselines = baselines
        self._cubes = tuple(cube.name for cube in catalogue.minute_cubes())
        self._made: dict[str, _Made] = {}
        self._bases: dict[tuple[str, str], Base] = {}

    def of(self, own: Own) -> Document:
        """Return {"complete", "comparisons"}; what was returned before must not be changed."""
        until = own.bounds.start if own.until is None else own.until
        known = self._baselines.of(own.link, own.window, own.day, until)
        made = self._made.get(own.window)
        versions = tuple(own.table.version(cube) for cube in self._cubes)
        cells = (id(own.table), versions, own.bounds, until)
        if made is not None and made.cells == cells and same(made.known, known):
            return made.documents
        side = Side.of(self._catalogue, own.table, own.bounds, own.until)
        complete = complete_document(side)
        if made is not None and made.complete == complete and same(made.known, known):
            made.cells = cells
            return made.documents
        documents = {"complete": complete, "comparisons": self._compare(own.window, side, known)}
        self._made[own.window] = _Made(cells, complete, known, documents)
        return documents

    def bases(self, window: str) -> dict[str, Base]:
        """Return the baselines that a window was last compared with, those that are there."""
        made = self._made.get(window)
        return {
            b.kind: self._base(window, b, b.span, b.past)
            for b in (made.known.baselines if made else ())
            if b.state == "ready" and b.span is not None and b.past is not None
        }

    def _compare(self, window: str, side: Side, known: Compared) -> Document:
        side = side.with_buyers(first_buyers(known.buyers))
        return {b.kind: self._document(window, side, b) for b in known.baselines}

    def _document(self, window: str, side: Side, known: Baseline) -> Document:
        if known.state != "ready" or known.past is None or known.span is None:
            state = "loading" if known.state == "ready" else known.state
            return not_ready(known.kind, state, known.reason or "", known.params, known.span)
        base = self._base(window, known, known.span, known.past)
        document = comparison_document(known.kind, side, base, self._drawn)
        return {**document, "reason": known.reason}

    def _base(self, window: str, known: Baseline, span: Span, past: PastStretch) -> Base:
        """Return the baseline with what it worked out before, while it is the same."""
        held = self._bases.get((window, known.kind))
        if held is None or held.past is not past or held.span != span:
            edges = comparisons.edges(self._trading, span.bounds)
            held = Base(self._catalogue, span, past, edges)
            self._bases[window, known.kind] = held
        return held


def same(held: Compared, now: Compared) -> bool:
    """Say whether two answers hold the same stretches, by identity: they are never changed."""
    if held.buyers is not now.buyers or len(held.baselines) != len(now.baselines):
        return False
    return all(
        a.past is b.past and (a.state, a.reason, a.span) == (b.state, b.reason, b.span)
        for a, b in zip(held.baselines, now.baselines, strict=True)
    )


def first_buyers(past: PastStretch | None) -> FirstBuyers | None:
    return None if past is None else FirstBuyers.of(past)
