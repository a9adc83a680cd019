"""The screen on a real Redis: filled through the store, killed, emptied and brought back."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

import pytest

from app.connecting import Connecting
from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.errors import ServiceUnavailable
from pipeline.settings import Settings
from pipeline.stores.reader import SETTLE_S
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.streams import LinkGeneration
from tests.e2e.orders import STREAM, Sums, fill, make_cells, make_lines, tell_states
from tests.integration.real_parts import RealParts

pytestmark = pytest.mark.services

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
DAY = date(2026, 11, 11)
BOUNDS = TIME.bounds("28H", DAY)
START = BOUNDS.start * MINUTE_MS


class Screen:
    """A screen whose poller turns when the test says so, and the Redis it reads."""

    def __init__(self, url: str) -> None:
        self.clock = ManualClock(1_000_000)
        self.store = RedisSnapshots(url, CATALOGUE, timeout_s=30)
        app = create_app(ScreenSettings(redis_url=url), clock=self.clock)
        self.poller = app.server.extensions[EXTENSION]
        self.poller.ensure_started = lambda: None
        self.client = app.server.test_client()
        self.lines = make_lines(CATALOGUE, START, 30, 5)

    def feed(self, stream: LinkGeneration = STREAM) -> None:
        fill(self.store, make_cells(CATALOGUE, TIME, self.lines), stream)
        tell_states(self.store, self.lines, self.clock.now_ms(), START + 30 * MINUTE_MS)

    def tick(self, ms: int = 1000) -> Any:
        self.clock.advance(ms)
        self.poller.turn()
        return self.client.get("/frame.json").json

    def live(self) -> Any:
        """Turn until the frame is live; a turn that a busy machine held up is not the last one."""
        until = time.monotonic() + 30
        while (frame := self.tick())["state"]["name"] != "live":
            assert time.monotonic() < until, frame["state"]
            time.sleep(0.6)
        return frame

    def tick_until_compared(self) -> None:
        """Turn until the baselines were asked for, which happens beside the poller."""
        until = time.monotonic() + 60
        while any(
            one["state"] == "loading"
            for window in self.tick()["windows"].values()
            for one in window["comparisons"].values()
        ):
            assert time.monotonic() < until
            time.sleep(0.5)

    def drop(self) -> None:
        """Lose everything, as a Redis does that was killed."""
        for generation in self.store.generations("A"):
            self.store.drop(LinkGeneration("A", generation))
        self.store._connection.run("FLUSHALL")


@pytest.fixture
def screen(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Its patience is that of a test: a machine that pauses is no Redis that is away."""
    monkeypatch.setattr("app.connecting.QUESTION_S", 5.0)
    monkeypatch.setattr("app.connecting.ANSWER_S", 10.0)
    screen = Screen(redis_url)
    screen.drop()
    yield screen
    screen.drop()


def gross(frame: Any, window: str = "28H") -> int:
    return int(frame["windows"][window]["metrics"]["gross_sales"]["value"])


def test_the_frame_equals_the_sums_of_the_lines(screen: Screen) -> None:
    screen.feed()
    frame = screen.tick()
    for window in CATALOGUE.windows:
        bounds = TIME.bounds(window, DAY)
        sums = Sums.of(screen.lines, bounds.start, bounds.end)
        metrics = frame["windows"][window]["metrics"]
        assert metrics["gross_sales"]["value"] == sums.paid
        assert metrics["refund_amount"]["value"] == sums.refunded
        assert metrics["orders"]["value"] == sums.orders
        assert metrics["buyers"]["value"] == sums.buyers
    assert frame["accounting"]["counted"] == len(screen.lines)
    assert frame["accounting"]["agree"] is True
    assert (frame["business_date"], frame["state"]["name"]) == ("2026-11-11", "live")


def test_no_user_id_leaves_the_server(screen: Screen) -> None:
    screen.feed()
    screen.tick()
    users = {line.user for line in screen.lines if line.user}
    for path in ("/frame.json", "/view.json", "/"):
        body = screen.client.get(path).get_data(as_text=True)
        assert not any(user in body for user in users)


def test_an_empty_redis_is_a_state_and_orders_end_it(screen: Screen) -> None:
    frame = screen.tick()
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("loading", "no_generation")
    assert screen.client.get("/readyz").status_code == 200
    screen.feed()
    screen.live()


def test_lost_data_leaves_the_numbers_until_a_generation_brings_them_back(screen: Screen) -> None:
    screen.feed()
    before = gross(screen.tick())
    screen.drop()
    frame = screen.tick()
    assert gross(frame) == before
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("degraded", "data_lost")
    screen.feed(LinkGeneration("A", 2))
    until = time.monotonic() + 10 * SETTLE_S
    while frame["generation"] == 1 and time.monotonic() < until:
        frame = screen.tick()
        assert gross(frame) == before
        time.sleep(0.1)
    assert (frame["state"]["name"], frame["generation"]) == ("live", 2)
    assert gross(frame) == before


def test_age_is_marked_within_two_ticks_of_its_limit(screen: Screen) -> None:
    screen.feed()
    assert screen.tick()["state"]["name"] == "live"
    assert screen.tick(58_000)["state"]["name"] == "live"
    screen.tick()
    assert screen.tick()["state"]["name"] == "stale"


def test_a_dead_redis_leaves_the_frame_and_its_return_needs_nothing(
    screen: Screen, real_parts: RealParts
) -> None:
    screen.feed()
    before = gross(screen.tick())
    real_parts.kill("redis")
    try:
        frame = screen.tick()
        assert gross(frame) == before
        redis = next(s for s in frame["stages"] if s["id"] == "redis")
        assert (redis["state"], redis["reason"]) == ("error", "unreachable")
        assert screen.tick(61_000)["state"]["reason"] == "redis_unreachable"
    finally:
        real_parts.restart("redis")
    screen.feed(LinkGeneration("A", 2))
    screen.live()


def test_a_redis_that_hangs_does_not_hold_up_the_ticks(
    screen: Screen, real_parts: RealParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some ticks of a paused machine take longer; with a limit too long all of them would."""
    monkeypatch.undo()  # the limits of the product are what is held here
    first, later = [], []
    for _ in range(3):
        screen.feed()
        waits = _waits_of_ticks(screen, real_parts.processes["redis"].pid)
        first.append(waits[0])
        later += waits[1:]
    assert min(first) < 1.5
    assert median(later) < 0.6
    screen.feed()
    screen.live()


def _waits_of_ticks(screen: Screen, redis_pid: int) -> list[float]:
    """Freeze Redis under a live screen; return what the next ticks wait beside their own work."""
    before = gross(screen.live())
    waits = []
    os.killpg(redis_pid, signal.SIGSTOP)
    try:
        for _ in range(4):
            began = time.monotonic() - time.thread_time()
            frame = screen.tick()
            waits.append(time.monotonic() - time.thread_time() - began)
            assert gross(frame) == before
            assert screen.client.get("/readyz").status_code == 200
    finally:
        os.killpg(redis_pid, signal.SIGCONT)
    redis = next(s for s in frame["stages"] if s["id"] == "redis")
    assert (redis["state"], redis["reason"]) == ("error", "unreachable")
    return waits


def test_a_redis_that_does_not_answer_is_asked_once_a_second() -> None:
    clock = ManualClock(1_000_000)
    connect = Connecting(Settings(redis_url="redis://127.0.0.1:1/0"), CATALOGUE, clock)
    for wait, said in ((0, "did not do"), (999, "asked again"), (1, "did not do")):
        clock.advance(wait)
        with pytest.raises(ServiceUnavailable, match=said):
            connect()


def test_users_that_look_alike_are_rows_apart(screen: Screen) -> None:
    screen.feed()
    rows = screen.tick()["windows"]["28H"]["metrics"]["top_users"]["rows"]
    assert len({row["id"] for row in rows}) == len(rows) == 10


def test_a_quiet_wall_is_not_sent_again(screen: Screen) -> None:
    screen.feed()
    screen.tick_until_compared()
    screen.clock.advance(1000)
    for path in ("/frame.json", "/view.json?lang=en"):
        first = screen.client.get(path)
        screen.tick()
        again = screen.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["X-Heard-At"] != first.headers["X-Heard-At"]


def test_a_screen_without_redis_starts_and_says_so() -> None:
    screen = Screen("redis://127.0.0.1:1/0")
    frame = screen.tick()
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("error", "redis_unreachable")
    assert screen.client.get("/view.json").status_code == 200


@pytest.mark.parametrize("window", list(CATALOGUE.windows))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_view_can_be_drawn(screen: Screen, window: str, lang: str) -> None:
    screen.feed()
    screen.tick()
    answer = screen.client.get(f"/view.json?window={window}&lang={lang}&theme=light")
    assert answer.status_code == 200
    chosen = {"window": window, "lang": lang, "theme": "light", "baseline": "yoy"}
    assert answer.get_json()["choice"] == chosen
