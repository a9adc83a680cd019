"""A past window beside its baselines."""

from dataclasses import dataclass
from typing import Any

from app.analyst import periods
from app.analyst.asking import Ask
from app.analyst.library import Library, NoHistory
from app.comparing import Base, Drawn, Kind, Side, comparison_document, not_ready
from app.screen import Screen
from pipeline.rollup.past import begins_too_early
from pipeline.trading.comparisons import Missing, Span, edges
from pipeline.trading.windows import TradingTime, date_of
from pipeline.values.past import PastStretch

Document = dict[str, Any]


@dataclass(frozen=True)
class Beside:
    """Compares the windows of one ask."""

    screen: Screen
    trading: TradingTime
    library: Library
    ask: Ask

    def comparison(self, kind: Kind, own_span: Span, own: Side, cursor: int | None) -> Document:
        """Return a comparison of a window; the cursor's minute stands in for the last one."""
        span = periods.baseline_span(self.trading, self.ask, own_span, kind)
        if isinstance(span, Missing):
            return not_ready(kind, "missing", span.reason, span.params)
        stretch = periods.stretch_of(self.trading, self.library.link, self.ask, span)
        try:
            past = self.library.stretch(stretch)
        except NoHistory as fault:
            return not_ready(kind, "unreachable", fault.reason, None, span)
        base = Base(self.screen.catalogue, span, past, edges(self.trading, span.bounds))
        cubes = [cube.name for cube in self.screen.catalogue.minute_cubes()]
        days = [record.day for record in self.library.days()]
        early = begins_too_early(past, days, self.trading, cubes)
        unknown = not past.closed and not has_lines(self.screen, past)
        if early or unknown or not base.known:
            params = {"date": (span.day or date_of(stretch.days[0])).isoformat()}
            return not_ready(kind, "missing", "no_history", params, span)
        drawn = drawn_by(self.screen)
        document = comparison_document(kind, own, base, drawn)
        if cursor is not None and cursor < own.until:
            then = comparison_document(kind, own.cut_at(cursor + 1), base, drawn)
            document |= {name: then[name] for name in ("minute", "categories")}
        return document


def drawn_by(screen: Screen) -> Drawn:
    """Return the metrics that the tiles compare besides the totals."""
    roles = screen.roles
    names = (roles["flow"]["flow"], roles["categories"]["ranking"], roles["regions"]["ranking"])
    return Drawn(*names, band=screen.band)


def has_lines(screen: Screen, past: PastStretch) -> bool:
    """Say whether there is an order line in a stretch."""
    cube, bounds = screen.catalogue.minute_cubes()[0], past.stretch.bounds
    return bool(past.table.block(cube.name, bounds.start, bounds.end).lines.any())
