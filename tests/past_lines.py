"""Order lines as the project's own values: past stretches of them, and their comparison."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.comparing import Base, Drawn, Side, comparison_document
from pipeline.catalogue.model import Catalogue, Measure
from pipeline.trading.comparisons import Missing, baseline, edges, own_span
from pipeline.trading.windows import TradingTime
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.past import PastStretch, Stretch
from pipeline.values.table import CellTable
from tests.brute_comparison import Case, Line

if TYPE_CHECKING:
    from pipeline.trading.shifting import Kind

DRAWN = Drawn("sales_per_minute", "category_minute", "region_ranking")
Read = Callable[[Stretch], PastStretch]


def past_of(catalogue: Catalogue, lines: Sequence[Line], stretch: Stretch) -> PastStretch:
    """Return a stretch as history would, counted line by line."""
    bounds = stretch.bounds
    inside = [line for line in lines if line.minute in bounds]
    table = CellTable(catalogue)
    for cube in catalogue.minute_cubes():
        cells: dict[tuple[int, str], list[int]] = {}
        for line in inside:
            key = line.key("guests" if cube.dimension == "guest" else cube.dimension)
            cell = cells.setdefault((line.minute, key), [0] * (1 + len(cube.measures)))
            added = [adds(catalogue.measures[name], line) for name in cube.measures]
            cell[:] = [a + b for a, b in zip(cell, [1, *added], strict=True)]
        for (minute, key), (n, *sums) in cells.items():
            table.put(CellRow(cube.name, minute, key, CellValue(n, tuple(sums))))
    firsts = np.zeros(len(bounds), np.int64)
    seen: set[str] = set()
    for line in sorted(inside, key=lambda line: line.ms):
        if line.user and line.kind == "sale" and line.user not in seen:
            seen.add(line.user)
            firsts[line.minute - bounds.start] += 1
    return PastStretch(stretch, table, firsts, (), bounds.end, "events")


def adds(measure: Measure, line: Line) -> int:
    if measure.kind not in ("any", line.kind) or (measure.first_line_only and line.line_no != 1):
        return 0
    if measure.priced and line.amount == 0:
        return 0
    return {"amount_cents": line.amount, "quantity": line.quantity}.get(measure.of, 1)


def compared(catalogue: Catalogue, trading: TradingTime, read: Read, case: Case) -> dict[str, Any]:
    """Return the comparison document of a case, without `source`; both sides are read."""
    span = own_span(trading, case.window, case.day)
    kind: Kind = "yoy" if case.kind == "yoy" else "mom"
    other = baseline(trading, kind, case.window, case.day)
    if isinstance(other, Missing):
        return {"reason": other.reason}
    own, base = (read(Stretch("A", s.bounds, s.days(trading))) for s in (span, other))
    side = Side.of_past(catalogue, own, span.bounds, span.bounds.start + case.elapsed)
    held = Base(catalogue, other, base, edges(trading, other.bounds))
    document = comparison_document(kind, side, held, DRAWN)
    return {name: value for name, value in document.items() if name != "source"}
