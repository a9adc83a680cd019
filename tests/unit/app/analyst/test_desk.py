"""Work is bounded, done once for all who wait, and never holds a request for long."""

import threading
import time
from collections.abc import Iterator

import pytest

from app.analyst.desk import Busy, Desk, Progress, StillWorking
from app.analyst.keeping import Kept


class Gate:
    """Work that waits until it is let go."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.go = threading.Event()
        self.done = 0

    def __call__(self, progress: Progress) -> str:
        progress.total = 3
        progress.done = 1
        self.came.set()
        assert self.go.wait(60)
        self.done += 1
        return "done"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.go.set()


def test_who_waits_too_long_is_told_how_far_it_is(gate: Gate) -> None:
    desk = Desk()
    desk.begin("a", gate)
    assert gate.came.wait(10)
    began = time.monotonic()
    with pytest.raises(StillWorking) as still:
        desk.ask("a", gate, 0.05)
    assert time.monotonic() - began < 8
    assert still.value.progress.document() == {"done": 1, "total": 3}


def test_the_same_question_is_worked_on_once(gate: Gate) -> None:
    desk = Desk()
    for _ in range(3):
        with pytest.raises(StillWorking):
            desk.ask("a", gate, 0.01)
    gate.go.set()
    assert desk.ask("a", gate, 30) == "done"
    assert gate.done == 1


def test_a_full_desk_says_that_it_is_busy(gate: Gate) -> None:
    desk = Desk(threads=1, queue=2)
    for name in "abc":
        with pytest.raises(StillWorking):
            desk.ask(name, gate, 0.01)
    with pytest.raises(Busy):
        desk.ask("d", gate, 0.01)
    desk.begin("e", gate)
    assert len(desk) == 3


def test_what_goes_wrong_is_told_and_the_next_one_works() -> None:
    desk = Desk()

    def fail(progress: Progress) -> str:
        raise LookupError("nothing there")

    with pytest.raises(LookupError):
        desk.ask("a", fail, 30)
    assert desk.ask("a", lambda progress: "works", 30) == "works"


def test_work_gives_way_to_the_wall_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    working = threading.Event()
    working.set()
    progress = Progress(busy=working.is_set)
    threading.Timer(0.05, working.clear).start()
    with monkeypatch.context() as patience:
        patience.setattr("app.analyst.desk.GIVE_WAY_S", 30.0)  # the timer may be late
        progress.step()
    assert not working.is_set()
    began = time.monotonic()
    stuck = Progress(busy=lambda: True)
    stuck.step()
    assert (stuck.done, time.monotonic() - began < 30) == (1, True)


def test_the_least_lately_used_goes_first_when_room_runs_out() -> None:
    kept: Kept[str] = Kept(count=10, size=100)
    kept.put("a", "A", 40)
    kept.put("b", "B", 40)
    assert kept.get("a") == "A"
    kept.put("c", "C", 40)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")
    assert (kept.bytes, len(kept)) == (80, 2)
    kept.put("huge", "H", 101)
    assert kept.get("huge") is None
    kept.put("a", "again", 10)
    assert kept.bytes == 50


def test_no_more_are_kept_than_may_be() -> None:
    kept: Kept[int] = Kept(count=3, size=1_000)
    for number in range(10):
        kept.put(number, number, 1)
    assert (len(kept), kept.get(9), kept.get(6)) == (3, 9, None)
