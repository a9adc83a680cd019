"""When the desk says that the wall has recovered, and that it cannot be told twice."""

from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from pipeline.clock import ManualClock
from pipeline.commands import demo_faults
from pipeline.commands.demo_faults import FaultDesk, source_instant, take_requests, write_request
from pipeline.commands.demo_keys import KEYS, DemoKeys
from pipeline.local.supervisor import State, Supervisor
from pipeline.stores.injected import FaultJournal
from pipeline.values.injected import InjectedFault


class FakeProcess:
    def __init__(self, pid: int) -> None:
        self.pid = pid


class FakePart:
    """A supervised part: its process can be changed by the test."""

    def __init__(self) -> None:
        self.process: FakeProcess | None = FakeProcess(100)
        self.state = State.UP


class FakeSupervisor:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.supervised = {"redis": FakePart(), "clickhouse": FakePart()}


class Plant:
    """A desk over fakes; `frame` is what the screen says."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.run = home / "ledger" / "simulated"
        self.run.mkdir(parents=True)
        self.supervisor = FakeSupervisor(home)
        self.clock = ManualClock(1_000_000)
        self.said: list[str] = []
        self.frame: dict[str, Any] | None = frame()
        self.monotonic = 100.0
        monkeypatch.setattr("time.monotonic", lambda: self.monotonic)
        monkeypatch.setattr(demo_faults, "kill", lambda one: one.process and one.process.pid)
        self.desk = FaultDesk(
            cast("Supervisor", self.supervisor),
            self.run,
            lambda: self.frame,
            self.clock,
            self.said.append,
        )

    def look(self) -> None:
        self.monotonic += 1
        self.clock.advance(1_000)
        self.desk.look()

    def known(self) -> dict[str, InjectedFault]:
        return {one.id: one for one in FaultJournal(self.home).latest()}


def frame(as_of: int = 5_000, consumed: int = 1_000, pending: int = 0) -> dict[str, Any]:
    return {
        "state": {"name": "live"},
        "as_of": as_of,
        "source": {"anchor_real_ms": 1_000_000, "anchor_ms": 5_000, "speed": 60},
        "accounting": {"consumed": consumed, "pending": pending},
        "stages": [{"id": "redis", "state": "live"}],
        "windows": {"28H": {"comparisons": {"yoy": {"state": "ready", "reason": None}}}},
    }


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    return Plant(tmp_path, monkeypatch)


def test_a_killed_part_has_recovered_when_the_wall_shows_what_came_after(plant: Plant) -> None:
    plant.desk.inject("kill_redis", "k")
    plant.look()
    assert plant.known()["k"].took_ms is None  # the same process still
    plant.supervisor.supervised["redis"].process = FakeProcess(101)
    plant.look()
    assert plant.known()["k"].took_ms is None  # the wall shows nothing newer
    plant.frame = frame(as_of=5_001)
    plant.frame["stages"][0]["state"] = "stale"
    plant.look()
    assert plant.known()["k"].took_ms is None  # the stage is not right yet
    plant.frame = frame(as_of=5_001)
    plant.look()
    assert plant.known()["k"].took_ms == 4_000
    assert plant.said[-1].endswith("recovered after 4.0 s")


def test_clickhouse_has_recovered_when_every_comparison_has(plant: Plant) -> None:
    plant.desk.inject("kill_clickhouse", "k")
    plant.supervisor.supervised["clickhouse"].process = FakeProcess(101)
    plant.frame = frame(as_of=6_000)
    plant.frame["windows"]["28H"]["comparisons"]["yoy"]["reason"] = "history_unreachable"
    plant.look()
    assert plant.known()["k"].took_ms is None
    plant.frame = frame(as_of=6_000)
    plant.look()
    assert plant.known()["k"].took_ms is not None


def test_a_burst_is_over_when_each_of_its_messages_has_a_class(plant: Plant) -> None:
    plant.desk.inject("poison", "b")
    assert orjson.loads((plant.run / "inject" / "b.json").read_bytes()) == {"kind": "poison"}
    plant.look()
    assert plant.known()["b"].messages is None
    made = {"token": "b", "kind": "poison", "at": 990, "arrived_ms": 0, "messages": 300}
    (plant.run / "injections.json").write_bytes(orjson.dumps({"injections": [made]}))
    plant.look()
    assert (plant.known()["b"].messages, plant.known()["b"].took_ms) == (300, None)
    plant.frame = frame(consumed=1_295, pending=6)
    plant.look()
    assert plant.known()["b"].took_ms is None
    plant.frame = frame(consumed=1_296, pending=6)
    plant.look()
    assert plant.known()["b"].took_ms == 4_000


def test_a_silent_screen_has_not_recovered(plant: Plant) -> None:
    plant.desk.inject("kill_redis", "k")
    plant.supervisor.supervised["redis"].process = FakeProcess(101)
    plant.frame = None
    plant.look()
    assert plant.known()["k"].took_ms is None


def test_what_is_not_ours_or_does_not_run_is_said(plant: Plant) -> None:
    plant.desk.inject("kill_kafka", "a")
    plant.supervisor.supervised["redis"].process = None
    plant.desk.inject("kill_redis", "b")
    assert plant.said == [
        "kafka is not ours: nothing was killed",
        "redis does not run just now: nothing was killed",
    ]
    assert plant.known() == {}


def test_requests_are_taken_once_and_wrong_ones_dropped(plant: Plant) -> None:
    write_request(plant.home / "inject", "t", "late")
    (plant.home / "inject" / "x.json").write_text("{")
    plant.look()
    assert list(plant.known()) == ["t"]
    assert take_requests(plant.home / "inject") == []


def test_the_clock_of_the_source_is_a_line() -> None:
    assert source_instant(frame(), 1_000_500) == 5_000 + 30_000
    assert source_instant(None, 1) is None


def test_keys_inject_and_an_unknown_one_does_nothing(plant: Plant) -> None:
    typed = ["dx?"]
    keys = DemoKeys(lambda: typed.pop() if typed else "", plant.desk, plant.home, plant.said.append)
    keys.look()
    assert [one.kind for one in plant.known().values()] == ["duplicates"]
    assert any("kill -9" in line for line in plant.said)
    assert set(KEYS.values()) == set(demo_faults.NAMES)
