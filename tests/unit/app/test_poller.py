import threading
from typing import Any

import orjson
import pytest

from app.metrics import Metrics
from app.poller import Poller
from pipeline.clock import ManualClock

STATE = {"name": "live", "as_of": 5, "reason": None, "params": {}}


class FakeWork:
    """Counts up; fails when told to."""

    def __init__(self) -> None:
        self.total = 0
        self.changed = False
        self.reading: Exception | None = None
        self.building: Exception | None = None

    def refresh(self, real_now: int) -> bool:
        if self.reading:
            raise self.reading
        return self.changed

    def frame(self, real_now: int) -> dict[str, Any]:
        if self.building:
            raise self.building
        self.total += 1
        tiles = {"hero": {"state": STATE, "metrics": []}}
        return {
            "total": self.total,
            "state": STATE,
            "windows": {"28H": {"state": STATE, "tiles": tiles}},
        }


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_000)


@pytest.fixture
def work() -> FakeWork:
    return FakeWork()


@pytest.fixture
def published() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def poller(work: FakeWork, clock: ManualClock, published: list[dict[str, Any]]) -> Poller:
    return Poller(work, lambda frame, etag, at: published.append(frame), clock, Metrics())


def served(poller: Poller) -> Any:
    assert poller.latest is not None
    return orjson.loads(poller.latest.body)


def test_a_frame_comes_once_a_tick(poller: Poller, clock: ManualClock, work: FakeWork) -> None:
    for _ in range(5):
        poller.turn()
        clock.advance(500)
    assert work.total == 3
    assert served(poller)["total"] == 3


def test_a_change_brings_a_frame_at_once(
    poller: Poller, clock: ManualClock, work: FakeWork
) -> None:
    poller.turn()
    work.changed = True
    clock.advance(500)
    poller.turn()
    assert work.total == 2


def test_a_failed_read_keeps_the_frames_coming(
    poller: Poller, clock: ManualClock, work: FakeWork
) -> None:
    work.reading = RuntimeError("boom")
    poller.turn()
    clock.advance(1000)
    poller.turn()
    assert work.total == 2
    assert poller.beating()


def test_a_failed_frame_keeps_the_numbers_and_the_tiles_say_error(
    poller: Poller, clock: ManualClock, work: FakeWork
) -> None:
    poller.turn()
    work.building = KeyError("boom")
    clock.advance(1000)
    poller.turn()
    frame = served(poller)
    assert frame["total"] == 1
    state = frame["windows"]["28H"]["tiles"]["hero"]["state"]
    assert (state["name"], state["reason"], state["as_of"]) == ("error", "screen_fault", 5)
    assert frame["state"]["params"] == {"detail": "KeyError"}
    work.building = None
    clock.advance(1000)
    poller.turn()
    assert served(poller)["state"]["name"] == "live"


def test_a_frame_that_never_was_is_not_made_up(poller: Poller, work: FakeWork) -> None:
    work.building = KeyError("boom")
    poller.turn()
    assert poller.latest is None


def test_the_heart_beats_three_ticks_long(poller: Poller, clock: ManualClock) -> None:
    assert not poller.beating()
    poller.turn()
    clock.advance(3_000)
    assert poller.beating()
    clock.advance(1)
    assert not poller.beating()


def test_the_thread_starts_once_and_outlives_every_fault(
    work: FakeWork, clock: ManualClock
) -> None:
    twice = threading.Event()
    calls: list[int] = []

    def publish(frame: dict[str, Any], etag: str, at: int) -> None:
        calls.append(at)
        if len(calls) > 1:
            twice.set()
        raise RuntimeError("boom")

    work.changed = True
    others = set(threading.enumerate())  # apps of other tests have theirs
    poller = Poller(work, publish, clock, Metrics())
    poller.ensure_started()
    poller.ensure_started()
    assert [t.name for t in set(threading.enumerate()) - others] == ["poller"]
    assert twice.wait(30)
    poller.stop()


def test_the_etag_is_that_of_the_values(poller: Poller, clock: ManualClock, work: FakeWork) -> None:
    poller.turn()
    assert poller.latest is not None
    first = poller.latest.etag
    work.total -= 1
    clock.advance(1000)
    poller.turn()
    assert poller.latest.etag == first


def test_instants_that_move_by_themselves_are_not_in_the_etag(
    poller: Poller, clock: ManualClock, work: FakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def frame(real_now: int) -> dict[str, Any]:
        source = {"kind": "simulated", "heartbeat_real_ms": real_now}
        return {"source": source, "stages": [{"id": "kafka", "lag": 0, "heard_at": real_now}]}

    monkeypatch.setattr(work, "frame", frame)
    poller.turn()
    assert poller.latest is not None
    first = poller.latest.etag
    clock.advance(1000)
    poller.turn()
    assert poller.latest.etag == first
    assert poller.heard_at == f"kafka={clock.now_ms()}"
    assert served(poller)["stages"][0]["heard_at"] == clock.now_ms()
