"""A history made of order lines, which can be slow, away or counted anew, as a test says."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Metric
from pipeline.errors import ServiceUnavailable
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.stores.protocol import RankedRow, Ranking
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import MinuteRange, TradingTime, epoch_day
from pipeline.trading.zone import Zone
from pipeline.values.past import (
    ArchivePosition,
    DayRecord,
    PastStretch,
    Recount,
    Stretch,
    WindowSums,
)
from pipeline.values.places import MINUTES_OF_A_DAY
from pipeline.values.table import CellTable
from tests.e2e.orders import MINUTE_MS, Line, cells_of, make_lines, worth

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())


class Archive:
    """History of link A: `lines` of the closed days, each of them counted as `generation`."""

    def __init__(self, lines: list[Line], until: int | None = None) -> None:
        self.lines = lines
        self.until = until
        self.away = False
        self.asked: list[str] = []
        self.sums: list[WindowSums] = []
        self.generation = 7
        self.held = sorted({self._day(line) for line in lines})
        self.running = ""

    def _day(self, line: Line) -> int:
        return TIME.zone.local_minute(line.at) // MINUTES_OF_A_DAY

    def _heard(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise ServiceUnavailable("history is away; start it")

    def close(self, day: int, lines: int) -> DayRecord:
        return DayRecord(day, "A", self.generation, 1_790_000_000_000, "close", lines)

    def days(self, link: str) -> tuple[DayRecord, ...]:
        self._heard("days")
        open_from = None if self.until is None else self.until // MINUTES_OF_A_DAY
        lines = Counter(map(self._day, self.lines))
        closed = (d for d in self.held if open_from is None or d < open_from)
        return tuple(self.close(day, lines[day]) for day in closed)

    def _inside(self, stretch: Stretch) -> list[Line]:
        only = dict(stretch.only)
        return [
            line
            for line in self.lines
            if line.at // MINUTE_MS in stretch.bounds
            and all(getattr(line, name) in keys for name, keys in only.items())
        ]

    def read(self, stretch: Stretch) -> PastStretch:
        self._heard("read")
        return self._stretch(stretch)

    def _stretch(self, stretch: Stretch) -> PastStretch:
        table, lines = CellTable(CATALOGUE), self._inside(stretch)
        for cube in CATALOGUE.minute_cubes() if lines else ():
            rows = list(cells_of(CATALOGUE, TIME, cube, lines))
            numbers = np.array([(r.value.n, *r.value.measures) for r in rows], np.int64)
            minutes = np.array([r.bucket for r in rows], np.int64)
            table.fill(cube.name, minutes, [r.key for r in rows], numbers)
        firsts: dict[str, int] = {}
        for line in sorted(lines, key=lambda line: line.at):
            if line.user is not None and line.kind == "sale":
                firsts.setdefault(line.user, line.at // MINUTE_MS - stretch.bounds.start)
        by_minute = np.bincount(list(firsts.values()), minlength=len(stretch.bounds))
        closed = tuple(r for r in self.days_now() if r.day in stretch.days)
        whole = {r.day for r in closed} >= set(stretch.days)
        known = stretch.bounds.end if whole or self.until is None else self.until
        until = min(max(known, stretch.bounds.start), stretch.bounds.end)
        origin: Any = "facts" if whole and not stretch.only else "events"
        return PastStretch(stretch, table, by_minute.astype(np.int64), closed, until, origin)

    def days_now(self) -> tuple[DayRecord, ...]:
        asked, away = list(self.asked), self.away
        self.away = False
        found = self.days("A")
        self.asked, self.away = asked, away
        return found

    def first_buyers(self, stretch: Stretch) -> PastStretch:
        self._heard("first_buyers")
        return replace(self._stretch(stretch), table=CellTable(CATALOGUE))

    def top_users(self, stretch: Stretch, until: int, limit: int) -> Ranking:
        self._heard("top_users")
        paid, orders = CATALOGUE.measures["paid_amount"], CATALOGUE.measures["orders"]
        found: dict[str, list[int]] = {}
        for line in self._inside(stretch):
            if line.user is not None and line.at // MINUTE_MS < until:
                sums = found.setdefault(line.user, [0, 0, 0])
                sums[0] += worth(line, paid)
                sums[1] += worth(line, orders)
                sums[2] += 1
        best = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        rows = tuple(RankedRow(user, n, (a, b), "zhejiang") for user, (a, b, n) in best)
        return Ranking(rows, True)

    def window_sums(self, day: int, window: str) -> tuple[WindowSums, ...]:
        self._heard("window_sums")
        return tuple(s for s in self.sums if (s.day, s.window) == (day, window))

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        return {}

    def recount(
        self, metric: Metric, stretch: Stretch, until: int, query_id: str, limit_s: float
    ) -> Recount:
        self._heard("recount")
        self.running = query_id
        lines = [line for line in self._inside(stretch) if line.at // MINUTE_MS < until]
        names = CATALOGUE.cubes[metric.cube].measures
        measures = {
            name: len({line.user for line in lines if line.kind == "sale" and line.user})
            if CATALOGUE.measures[name].distinct
            else sum(worth(line, CATALOGUE.measures[name]) for line in lines)
            for name in names
        }
        above = linear(metric.numerator, measures)
        below = None if metric.denominator is None else linear(metric.denominator, measures)
        value = above if below is None else ratio(above, below, metric.unit)
        asked = (("start", str(stretch.bounds.start)), ("until", str(until)))
        return Recount(value, above, below, len(lines), 0.01, "SELECT {start:UInt32}", asked)

    def cancel(self, query_id: str) -> None:
        self._heard(f"cancel {query_id}")

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterable[Sequence[Any]]:
        return ()


def lines_of(*dates: str, minutes: int = 1680, a_minute: int = 1) -> list[Line]:
    """Return lines of the 28H windows of some dates."""
    found = []
    for text in dates:
        start = TIME.bounds("28H", day_of(text)).start * MINUTE_MS
        found += make_lines(CATALOGUE, start, minutes, a_minute)
    return found


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def record_sums(archive: Archive, text: str, generation: int, paid: int, live: int | None) -> None:
    """Record a recount of the 28H window of a date."""
    held = None if live is None else (("paid_amount", live),)
    sums = WindowSums(
        epoch_day(day_of(text)),
        "28H",
        "A",
        generation,
        1,
        "close",
        1,
        (("paid_amount", paid),),
        held,
    )
    archive.sums.append(sums)
