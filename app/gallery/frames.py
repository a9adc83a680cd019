"""One frame a state, made by what makes the wall's: only the sales and the trouble are made up."""

from dataclasses import replace
from datetime import date
from typing import Any

from app.comparing import Drawn, Kind, Side, comparison_document, complete_document, not_ready
from app.day import day_on_the_wall
from app.frame import build_frame, with_fault
from app.gallery import alarms, market, past, trouble
from app.gallery.market import Day
from app.gallery.trouble import Trouble
from app.masking import UserMask
from app.screen import Screen
from app.windows import WindowPlan
from pipeline.catalogue.model import BucketKind
from pipeline.stores.protocol import RankedRow, Ranking
from pipeline.trading.comparisons import Span, baseline
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.table import CellTable

Frame = dict[str, Any]
DATE = date(2026, 11, 11)
COMPLETE = 1248  # minutes since the opening: 16:48
SECOND_MS = 6_000  # of the minute after them
BEFORE_MS = 8_070_000  # 02:14:30
TODAY = Day(1111)
PAST: dict[Kind, Day] = {"yoy": Day(2025, 85), "mom": Day(618, 61)}
BUYERS = 70_320_000
ORDERS = (62, 62, 28, 31, 37, 24, 19, 22, 18, 25)
AMOUNTS = (128, 111, 97, 88, 81, 77, 74, 69, 66, 61)  # 10,000 yuan each
BUILD = "gallery"


class Frames:
    """Frames of the default window on a promotion's day; `drawn` is what its tiles compare."""

    def __init__(self, screen: Screen, trading: TradingTime, drawn: Drawn) -> None:
        self._screen = screen
        self._catalogue = screen.catalogue
        self._trading = trading
        self._drawn = drawn
        self.window = self._catalogue.shop.default_window
        self._bounds = trading.bounds(self.window, DATE)
        self._as_of = (self._bounds.start + COMPLETE) * MINUTE_MS + SECOND_MS
        self._made: dict[str, Frame] = {}

    def of(self, state: str) -> Frame:
        """Return the frame of a state; `lost` is another way to be degraded."""
        if state not in self._made:
            self._made[state] = self._make(state)
        return self._made[state]

    def _make(self, state: str) -> Frame:
        troubled = replace(trouble.STATES[state], as_of=self._as_of)
        if state == "loading":
            return self._frame(state, replace(troubled, as_of=None), CellTable(self._catalogue))
        if state == "empty":
            early = replace(troubled, as_of=self._bounds.start * MINUTE_MS - BEFORE_MS)
            return self._frame(state, early, CellTable(self._catalogue))
        if state == "degraded":
            rolled_up = self._catalogue.metrics[self._drawn.regions].cube
            return self._frame(state, troubled, self._sold(replace(TODAY, lacking=rolled_up)))
        made = self._frame(state, troubled, self._sold(TODAY))
        return with_fault(made, BUILD) if state == "error" else made

    def _sold(self, day: Day) -> CellTable:
        """Return the cells of today: the minutes that are whole, and the one that is not."""
        table = market.table(self._catalogue, day, self._bounds.start, COMPLETE + 1)
        for cube in self._catalogue.cubes.values():
            if cube.bucket is BucketKind.WINDOW:
                cell = CellValue(BUYERS, (BUYERS,))
                table.put(CellRow(cube.name, epoch_day(DATE), "0", cell))
        return table

    def _frame(self, state: str, said: Trouble, table: CellTable) -> Frame:
        judged = trouble.judged(said, self._as_of)
        day = day_on_the_wall(self._trading, self._as_of)
        frame = build_frame(
            self._catalogue, BUILD, judged, day, {self.window: self._plan(said, table)}
        )
        return {**frame, **alarms.alerts(self._catalogue, state, said.as_of or self._as_of)}

    def _plan(self, said: Trouble, table: CellTable) -> WindowPlan:
        until = None if said.as_of is None else said.as_of // MINUTE_MS
        side = Side.of(self._catalogue, table, self._bounds, until)
        compared = {kind: self._compare(kind, side, said) for kind in PAST}
        return WindowPlan(
            bounds=self._bounds,
            segments=self._trading.segments(self.window, DATE),
            business_day=epoch_day(DATE),
            table=table,
            rankings=self._rankings(said) if said.sold else {},
            tiles=self._screen.roles,
            mask=UserMask(b"the users of the gallery are none"),
            compared={"complete": complete_document(side), "comparisons": compared},
        )

    def _compare(self, kind: Kind, side: Side, said: Trouble) -> dict[str, Any]:
        assert kind != "versus"
        span = baseline(self._trading, kind, self.window, DATE)
        if not isinstance(span, Span):
            return not_ready(kind, "missing", span.reason)
        if said.history:
            reason, state = said.history
            return not_ready(kind, state, reason, {}, span)
        base = past.base(self._catalogue, self._trading, span, PAST[kind])
        return comparison_document(kind, side, base, self._drawn)

    def _rankings(self, said: Trouble) -> dict[str, Ranking]:
        places = list(self._catalogue.dimensions["province"].members)
        rows = tuple(
            RankedRow(f"u_{2513946780 + 97_813_411 * i}", n, (cents * 1_000_000, n), places[i % 5])
            for i, (n, cents) in enumerate(zip(ORDERS, AMOUNTS, strict=True))
        )
        return {
            cube.name: Ranking(rows, proven=said.proven)
            for cube in self._catalogue.cubes.values()
            if cube.keep
        }
