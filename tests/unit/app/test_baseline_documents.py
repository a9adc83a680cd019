"""The comparisons in the live frame: made once a minute, and never the reason it is late."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.baselines.asking import Baselines
from app.baselines.documents import Comparing
from app.comparing import Drawn
from app.metrics import Metrics
from app.reading import Reading
from app.wall import Wall
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from tests.e2e.orders import Line, Sums, fill, make_cells, make_lines, tell_states
from tests.e2e.past_orders import filled
from tests.unit.app.test_baselines import Watched

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
DAY, YEAR_BEFORE, JUNE = date(2026, 11, 11), date(2025, 11, 11), date(2026, 6, 18)
START = TIME.bounds("28H", DAY).start * MINUTE_MS
REAL = 1_000
MINUTES = 40


def evening(day: date, minutes: int, a_minute: int) -> list[Line]:
    start = TIME.bounds("28H", day).start * MINUTE_MS
    return make_lines(CATALOGUE, start, minutes, a_minute)


class Site:
    """A wall over a Redis in memory and a history the test can stop."""

    def __init__(self) -> None:
        past = {YEAR_BEFORE: evening(YEAR_BEFORE, 90, 1), JUNE: evening(JUNE, 90, 2)}
        self.past = past
        self.history = Watched(filled(CATALOGUE, TIME, past))
        self.store = MemorySnapshots(CATALOGUE)
        self.lines: list[Line] = []
        clock = ManualClock(REAL)
        connect: Any = lambda: self.history  # noqa: E731 - of the reader's half what is asked
        self.baselines = Baselines(connect, CATALOGUE, TIME, clock, Metrics())
        drawn = Drawn("sales_per_minute", "category_minute", "region_ranking")
        comparing = Comparing(CATALOGUE, TIME, drawn, self.baselines)
        reading = Reading(lambda: self.store, CATALOGUE, TIME, "A")
        self.wall = Wall(CATALOGUE, TIME, {}, reading, "build", comparing)

    def feed(self, lines: list[Line], minutes: int) -> None:
        self.lines += lines
        fill(self.store, make_cells(CATALOGUE, TIME, self.lines))
        tell_states(self.store, self.lines, REAL, START + minutes * MINUTE_MS)

    def window(self, name: str = "28H") -> Any:
        self.wall.refresh(REAL)
        return self.wall.frame(REAL)["windows"][name]

    def ready(self) -> Any:
        deadline = time.monotonic() + 60
        while True:
            window = self.window()
            if all(c["state"] == "ready" for c in window["comparisons"].values()):
                return window
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.feed(evening(DAY, MINUTES, 3), MINUTES)
    yield site
    site.history.answering.set()
    site.baselines.stop()


def test_a_frame_is_cut_at_its_complete_minutes_on_both_sides(site: Site) -> None:
    window = site.ready()
    start = window["start"]
    assert window["complete"]["until"] == start + MINUTES
    own = Sums.of(site.lines, start, start + MINUTES)
    for kind, day in (("yoy", YEAR_BEFORE), ("mom", JUNE)):
        said = window["comparisons"][kind]
        begin = TIME.bounds("28H", day).start
        base = Sums.of(site.past[day], begin, begin + MINUTES)
        found = said["metrics"]["gross_sales"]
        assert (found["own"], found["value"]) == (own.paid, base.paid)
        assert (said["date"], said["until"]) == (day.isoformat(), begin + MINUTES)


def test_between_two_minutes_the_comparison_is_not_made_again(site: Site) -> None:
    first = site.ready()["comparisons"]
    assert site.window()["comparisons"] is first
    running = make_lines(CATALOGUE, START + MINUTES * MINUTE_MS, 1, 5)
    site.feed(running, MINUTES)  # a minute that is not complete changes no comparison
    assert site.window()["comparisons"] is first


def test_the_next_minute_and_a_late_order_make_it_again(site: Site) -> None:
    first = site.ready()["comparisons"]
    site.feed([], MINUTES + 1)
    second = site.window()["comparisons"]
    assert second["yoy"]["elapsed"] == first["yoy"]["elapsed"] + 1
    late = make_lines(CATALOGUE, START + 5 * MINUTE_MS, 1, 1)
    site.feed(late, MINUTES + 1)
    third = site.window()["comparisons"]["yoy"]["metrics"]["gross_sales"]
    before = second["yoy"]["metrics"]["gross_sales"]
    assert third["own"] - before["own"] == Sums.of(late, 0, 10**9).paid


def test_a_history_that_hangs_holds_up_no_frame(site: Site) -> None:
    site.history.answering.clear()
    started = time.perf_counter()
    for _ in range(5):
        window = site.window()
    assert time.perf_counter() - started < 15
    assert window["metrics"]["gross_sales"]["value"] == Sums.of(site.lines, 0, 10**9).paid
    assert window["state"]["name"] == "live"
    assert {c["state"] for c in window["comparisons"].values()} == {"loading"}


def test_a_history_that_is_away_leaves_the_live_numbers_and_says_so(site: Site) -> None:
    site.history.away = True
    deadline = time.monotonic() + 60
    while {c["reason"] for c in site.window()["comparisons"].values()} != {"history_unreachable"}:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert site.window()["state"]["name"] == "live"
    assert "metrics" not in site.window()["comparisons"]["yoy"]


def test_the_night_before_the_opening_is_compared_with_nothing_sold(site: Site) -> None:
    window = site.ready()
    assert window["comparisons"]["yoy"]["metrics"]["gross_sales"]["change"] is not None
    later = site.window("24H")  # it begins at midnight
    assert later["complete"]["elapsed"] == 0
    assert later["complete"]["metrics"]["gross_sales"]["value"] == 0
