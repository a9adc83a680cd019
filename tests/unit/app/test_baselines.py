"""What the poller is told of the past, by a history that answers, lies still or is away."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from app.baselines import asking, own_buyers
from app.baselines.asking import Baselines, Compared
from app.metrics import Metrics
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.errors import ServiceUnavailable
from pipeline.stores.history_memory import MemoryHistory
from pipeline.trading.promotions import PromotionCalendar, load_promotions
from pipeline.trading.ranges import LocalRange, Ranges
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.past import DayRecord, PastStretch, Stretch
from tests.e2e.orders import Line, make_lines
from tests.e2e.past_orders import LINK, close_window, columns, filled, local_day

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
DAY, YEAR_BEFORE, JUNE = date(2026, 11, 11), date(2025, 11, 11), date(2026, 6, 18)
OPENING = TIME.bounds("28H", DAY).start
UNTIL = OPENING + 60
NOW = 1_000_000


def evening(day: date, minutes: int = 90, a_minute: int = 1) -> list[Line]:
    return make_lines(CATALOGUE, TIME.bounds("28H", day).start * MINUTE_MS, minutes, a_minute)


class Watched:
    """A history that counts what it is asked, and fails or hangs when the test says so."""

    def __init__(self, history: MemoryHistory) -> None:
        self.history = history
        self.asked: list[str] = []
        self.away = False
        self.answering = threading.Event()
        self.answering.set()

    def days(self, link: str) -> Any:
        return self._ask("days", lambda: self.history.days(link))

    def read(self, stretch: Stretch) -> PastStretch:
        found: PastStretch = self._ask("read", lambda: self.history.read(stretch))
        return found

    def first_buyers(self, stretch: Stretch) -> PastStretch:
        found: PastStretch = self._ask("buyers", lambda: self.history.first_buyers(stretch))
        return found

    def _ask(self, what: str, answer: Callable[[], Any]) -> Any:
        self.asked.append(what)
        self.answering.wait(20)
        if self.away:
            raise ServiceUnavailable("ClickHouse does not answer; look at its log")
        return answer()


class Wall:
    """The asking side, on a clock of the test's own."""

    def __init__(self, watched: Any, trading: TradingTime = TIME) -> None:
        self.clock = ManualClock(NOW)
        self.metrics = Metrics()
        self.watched = watched
        self.baselines = Baselines(lambda: watched, CATALOGUE, trading, self.clock, self.metrics)

    def ask(self, window: str = "28H", until: int = UNTIL) -> Compared:
        return self.baselines.of(LINK, window, DAY, until)

    def states(self, window: str = "28H") -> list[tuple[str, str | None]]:
        return [(one.state, one.reason) for one in self.ask(window).baselines]

    def has_read(self, times: int) -> bool:
        self.ask()
        return bool(self.watched.asked.count("read") == times)

    def until(self, true: Callable[[], bool]) -> None:
        """Ask turn by turn, as the poller does, until something holds."""
        deadline = time.monotonic() + 60
        while not true():
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.01)

    def settled(self, window: str = "28H") -> None:
        self.until(lambda: {state for state, _ in self.states(window)} == {"ready"})


@pytest.fixture(scope="module")
def past() -> dict[date, list[Line]]:
    return {YEAR_BEFORE: evening(YEAR_BEFORE), JUNE: evening(JUNE, 60)}


@pytest.fixture
def wall(past: dict[date, list[Line]]) -> Iterator[Wall]:
    watched = Watched(filled(CATALOGUE, TIME, past))
    wall = Wall(watched)
    yield wall
    watched.answering.set()
    wall.baselines.stop()


def test_the_first_answer_is_that_it_is_being_read_and_the_next_ones_are_there(wall: Wall) -> None:
    assert wall.states() == [("loading", "reading"), ("loading", "reading")]
    wall.settled()
    spans = [one.span.day if one.span else None for one in wall.ask().baselines]
    assert spans == [YEAR_BEFORE, JUNE]


def test_a_day_that_is_kept_asks_nothing(wall: Wall) -> None:
    wall.settled()
    wall.until(lambda: wall.ask().buyers is not None)
    before = [one for one in wall.watched.asked if one == "read"]
    for _ in range(20):
        wall.ask("28H")
        wall.ask("4H")
    assert [one for one in wall.watched.asked if one == "read"] == before


def test_one_read_serves_the_windows_that_begin_together(wall: Wall) -> None:
    wall.settled("28H")
    reads = wall.watched.asked.count("read")
    wall.settled("4H")
    assert wall.watched.asked.count("read") == reads == 2
    longest = wall.ask("28H").baselines[0].past
    assert wall.ask("4H").baselines[0].past is longest
    wall.settled("24H")  # its buyers are counted from midnight: they need a read of their own
    assert wall.watched.asked.count("read") == 4


def test_a_recount_is_noticed_and_the_old_one_is_shown_meanwhile(wall: Wall) -> None:
    wall.settled()
    wall.until(lambda: wall.ask().buyers is not None)
    held = wall.ask().baselines[0].past
    wall.watched.history.insert_events(columns(evening(YEAR_BEFORE, 10, 5), "late"))
    close_window(wall.watched.history, TIME, YEAR_BEFORE, generation=2)
    wall.watched.answering.clear()
    wall.clock.advance(asking.DAYS_MS)
    assert wall.ask().baselines[0].past is held
    wall.watched.answering.set()
    wall.until(lambda: getattr(wall.ask().baselines[0].past, "generation", 0) == 2)
    assert wall.states()[0] == ("ready", None)


def test_a_dead_history_says_so_and_is_asked_again_ever_more_slowly(wall: Wall) -> None:
    wall.watched.away = True
    wall.until(lambda: wall.states() == [("unreachable", "history_unreachable")] * 2)
    wall.until(lambda: not wall.baselines._reads.running)  # the first fault says it already
    asked = len(wall.watched.asked)
    for _ in range(20):
        wall.ask()
    assert len(wall.watched.asked) == asked
    for wait in (2_000, 4_000, 8_000):
        wall.until(lambda: not wall.baselines._reads.running)
        before = wall.watched.asked.count("read")
        wall.clock.advance(wait - 1)
        wall.ask()
        time.sleep(0.05)
        assert wall.watched.asked.count("read") == before
        wall.clock.advance(1)
        wall.until(partial(wall.has_read, before + 2))
    wall.watched.away = False
    wall.clock.advance(30_000)
    wall.settled()


def test_a_hung_history_costs_the_asker_nothing_and_is_called_slow(wall: Wall) -> None:
    wall.watched.answering.clear()
    started = time.perf_counter()
    for _ in range(200):
        for window in ("4H", "24H", "28H"):
            wall.ask(window)
    assert time.perf_counter() - started < 15
    wall.clock.advance(11_000)
    assert wall.states() == [("unreachable", "history_slow")] * 2
    wall.watched.answering.set()
    wall.settled()


def test_a_history_that_goes_away_leaves_what_was_read_and_says_so(wall: Wall) -> None:
    wall.settled()
    wall.watched.away = True
    wall.clock.advance(asking.DAYS_MS)
    wall.until(lambda: wall.states()[0] == ("ready", "history_unreachable"))
    assert wall.ask().baselines[0].past is not None


def test_a_day_that_was_never_kept_is_missing_by_its_date(past: dict[date, list[Line]]) -> None:
    wall = Wall(Watched(filled(CATALOGUE, TIME, {YEAR_BEFORE: past[YEAR_BEFORE]})))
    wall.until(lambda: wall.states() == [("ready", None), ("missing", "no_history")])
    assert wall.ask().baselines[1].params == {"date": "2026-06-18"}
    wall.baselines.stop()


def test_without_a_history_nothing_is_asked_and_the_reason_is_told() -> None:
    wall = Wall(None)
    wall.until(lambda: wall.states() == [("missing", "no_clickhouse")] * 2)
    assert wall.ask().buyers is None
    wall.baselines.stop()


def test_a_day_being_filled_is_not_shown_before_it_is_closed(past: dict[date, list[Line]]) -> None:
    history = filled(CATALOGUE, TIME, {JUNE: past[JUNE]})
    history.insert_events(columns(past[YEAR_BEFORE][:40], "half"))
    wall = Wall(Watched(history))
    wall.until(lambda: wall.states() == [("loading", "reading"), ("ready", None)])
    history.insert_events(columns(past[YEAR_BEFORE], "2025-11-11"))
    close_window(history, TIME, YEAR_BEFORE)
    wall.clock.advance(asking.EAGER_MS)
    wall.settled()
    wall.baselines.stop()


def test_days_being_closed_are_read_once_the_last_of_them_is(past: dict[date, list[Line]]) -> None:
    history = filled(CATALOGUE, TIME, {JUNE: past[JUNE]})
    history.insert_events(columns(past[YEAR_BEFORE], "2025-11-11"))
    wall = Wall(Watched(history))
    wall.until(lambda: wall.states()[1] == ("ready", None))
    wall.until(lambda: not wall.baselines._reads.running)
    before = wall.watched.asked.count("read")

    def close(local: int) -> None:
        asked = wall.watched.asked.count("days")
        lines = history.build_facts(LINK, local, local_day(TIME, local))
        history.close_day(DayRecord(local, LINK, 1, 1_000, "backfill", lines), ())
        wall.clock.advance(asking.DAYS_MS)
        wall.until(lambda: bool(wall.ask()) and wall.watched.asked.count("days") > asked)
        wall.until(lambda: bool(wall.ask()) and not wall.baselines._reads.running)

    close(epoch_day(YEAR_BEFORE) - 1)
    assert wall.watched.asked.count("read") == before
    close(epoch_day(YEAR_BEFORE))
    wall.settled()
    assert wall.watched.asked.count("read") == before + 1
    wall.baselines.stop()


def test_todays_first_purchases_are_asked_for_now_and_then(wall: Wall) -> None:
    wall.watched.history.insert_events(columns(evening(DAY, 30), "today"))
    wall.until(lambda: wall.ask().buyers is not None)
    buyers = wall.ask().buyers
    assert buyers is not None
    assert int(buyers.first_buyers.sum()) == len(
        {line.user for line in evening(DAY, 30) if line.user and line.kind == "sale"}
    )
    asked = wall.watched.asked.count("buyers")
    for _ in range(10):
        wall.ask()
    assert wall.watched.asked.count("buyers") == asked
    wall.clock.advance(own_buyers.BUYERS_MS)
    wall.ask()
    wall.until(lambda: wall.watched.asked.count("buyers") > asked)
    assert wall.ask().buyers is buyers  # the same again: nothing is compared anew


def test_a_late_first_purchase_of_a_minute_told_before_is_noticed(wall: Wall) -> None:
    wall.watched.history.insert_events(columns(evening(DAY, 30), "today"))
    wall.until(lambda: wall.ask().buyers is not None)
    late = [replace(line, user="late-buyer") for line in evening(DAY, 1) if line.kind == "sale"]
    wall.watched.history.insert_events(columns(late[:1], "late"))
    before = wall.ask().buyers
    assert before is not None
    wall.clock.advance(own_buyers.BUYERS_MS)

    def told() -> int:
        now = wall.ask().buyers
        return 0 if now is None else int(now.first_buyers.sum())

    wall.until(lambda: told() == int(before.first_buyers.sum()) + 1)


def test_what_was_asked_and_how_it_ended_is_counted(wall: Wall) -> None:
    wall.settled()
    text = wall.metrics.render().decode()
    assert 'daping_history_reads_total{outcome="done",what="read"} 2.0' in text
    assert 'daping_history_seconds_count{what="days"}' in text


def test_todays_buyers_are_those_of_the_window_the_wall_draws(
    past: dict[date, list[Line]],
) -> None:
    midnight = epoch_day(DAY) * 1440
    given = Ranges(DAY, "28H", LocalRange(midnight - 120, midnight + 1440), None, None)
    calendar = PromotionCalendar(load_promotions().promotions, [given])
    time_of_given = TradingTime(TIME.zone, CATALOGUE.windows, calendar)
    wall = Wall(Watched(filled(CATALOGUE, TIME, past)), time_of_given)
    wall.until(lambda: wall.ask().buyers is not None)
    buyers = wall.ask().buyers
    wall.baselines.stop()
    assert buyers is not None
    assert buyers.stretch.bounds == TIME.bounds("28H", DAY)
