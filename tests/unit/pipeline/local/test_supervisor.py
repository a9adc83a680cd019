"""The supervisor with small shell programs as parts."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.local.leftovers import end_leftovers, marked_processes
from pipeline.local.part import Part, Restart, Stage
from pipeline.local.supervisor import State, Supervised, Supervisor

LIMIT_S = 20.0  # only reached by a failure: a loaded machine may take seconds to start a shell


class Told:
    """Keeps what the supervisor reports."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.at: dict[tuple[str, str], float] = {}  # when a line was first told

    def __call__(self, one: Supervised, what: str) -> None:
        self.lines.append((one.part.name, what))
        self.at.setdefault(self.lines[-1], time.monotonic())


def shell(home: Path, name: str, script: str, **more: object) -> Part:
    return Part(
        name=name,
        command=lambda: ("/bin/sh", "-c", script),
        log=home / "logs" / f"{name}.log",
        working=home,
        **more,  # type: ignore[arg-type]
    )


def tick_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until, "it did not come to that in time"
        supervisor.tick()
        time.sleep(0.01)


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def make(*parts: Part, told: Told | None = None) -> Supervisor:
        made.append(Supervisor(tmp_path, parts, told or Told()))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.kill()


def pid_of(supervisor: Supervisor, name: str) -> int:
    process = supervisor.supervised[name].process
    assert process is not None
    return process.pid


def test_a_part_waits_until_what_it_needs_is_healthy(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    flag = tmp_path / "flag"
    store = shell(tmp_path, "store", "sleep 60", healthy=flag.exists)
    supervisor = supervise(store, shell(tmp_path, "reader", "sleep 60", needs=("store",)))
    for _ in range(5):
        supervisor.tick()
    assert supervisor.supervised["reader"].state is State.WAITING
    flag.touch()
    tick_until(supervisor, supervisor.all_up)


def test_a_part_leaves_the_cores_to_others_for_as_long_as_it_says(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    store = shell(tmp_path, "store", "sleep 60")
    patient = shell(tmp_path, "patient", "sleep 60", needs=("store",), waits_s=0.3)
    told = Told()
    supervisor = supervise(store, patient, told=told)
    tick_until(supervisor, supervisor.all_up)
    assert told.at["patient", "starting"] - told.at["store", "up"] >= 0.3


def test_a_part_that_needs_one_that_ends_waits_until_it_has_ended_well(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    flag = tmp_path / "flag"
    once = f"test -e {flag} || {{ touch {flag}; exit 3; }}"
    first = shell(tmp_path, "first", once, restart=Restart.ON_FAILURE, ends=True)
    second = shell(tmp_path, "second", "sleep 60", needs=("first", "not there"))
    supervisor = supervise(first, second)
    tick_until(supervisor, lambda: supervisor.supervised["first"].deaths == 1)
    supervisor.tick()
    assert supervisor.supervised["second"].state is State.WAITING
    tick_until(supervisor, supervisor.all_up)
    assert supervisor.supervised["first"].state is State.DONE


def test_a_killed_part_is_started_again(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    told = Told()
    supervisor = supervise(shell(tmp_path, "part", "exec sleep 60"), told=told)
    tick_until(supervisor, supervisor.all_up)
    first = pid_of(supervisor, "part")
    psutil.Process(first).kill()
    tick_until(supervisor, lambda: supervisor.supervised["part"].deaths == 1)
    tick_until(supervisor, supervisor.all_up)
    assert pid_of(supervisor, "part") != first
    assert ("part", "was ended by signal 9; last in its log: ") in told.lines


def test_workers_of_a_killed_part_are_ended_before_it_starts_again(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    script = "setsid sleep 61 & sleep 62 & exec sleep 63"
    supervisor = supervise(shell(tmp_path, "part", script))
    tick_until(supervisor, lambda: len(marked_processes(tmp_path)) == 3)
    before = {process.pid for process in marked_processes(tmp_path)}
    psutil.Process(pid_of(supervisor, "part")).kill()
    tick_until(supervisor, lambda: supervisor.supervised["part"].deaths == 1)
    assert before.isdisjoint(process.pid for process in marked_processes(tmp_path))


def test_a_part_that_ends_in_order_is_done_and_one_that_fails_is_tried_again(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(
        shell(tmp_path, "good", "exit 0", restart=Restart.ON_FAILURE),
        shell(tmp_path, "bad", "echo no such file; exit 3", restart=Restart.ON_FAILURE),
    )
    tick_until(supervisor, lambda: supervisor.supervised["bad"].deaths == 2)
    assert supervisor.supervised["good"].state is State.DONE
    assert supervisor.supervised["good"].deaths == 0


def test_deaths_in_a_row_are_answered_ever_more_slowly(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(shell(tmp_path, "bad", "exit 3"))
    one = supervisor.supervised["bad"]
    until = time.monotonic() + LIMIT_S
    for wanted in (0.5, 1.0):
        deaths = one.deaths
        while one.deaths == deaths:
            assert time.monotonic() < until, "it did not come to that in time"
            time.sleep(0.01)
            before = time.monotonic()
            supervisor.tick()
        # The wait is counted from a moment within that tick.
        assert before + wanted <= one.again_at <= time.monotonic() + wanted


def test_a_part_that_never_becomes_healthy_is_started_again(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    part = shell(tmp_path, "deaf", "sleep 60", healthy=lambda: False, start_limit_s=0.2)
    supervisor = supervise(part)
    tick_until(supervisor, lambda: supervisor.supervised["deaf"].deaths == 1)
    assert supervisor.supervised["deaf"].process is None


def test_commands_are_stopped_before_the_stores(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    told = Told()
    supervisor = supervise(
        shell(tmp_path, "store", "exec sleep 60"),
        shell(tmp_path, "command", "exec sleep 60", stage=Stage.COMMAND),
        shell(tmp_path, "cluster", "exec sleep 60", stage=Stage.CLUSTER),
        told=told,
    )
    tick_until(supervisor, supervisor.all_up)
    supervisor.stop()
    stopped = [name for name, what in told.lines if what == "stopped"]
    assert stopped == ["command", "cluster", "store"]
    assert marked_processes(tmp_path) == []


def test_a_part_deaf_to_requests_is_killed_after_its_limit(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(
        shell(tmp_path, "deaf", "trap '' TERM; touch deaf; sleep 60", stop_limit_s=0.2)
    )
    tick_until(supervisor, (tmp_path / "deaf").exists)
    supervisor.stop()
    assert marked_processes(tmp_path) == []


def test_leftovers_are_those_of_this_home_only(
    tmp_path: Path, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(shell(tmp_path, "part", "exec sleep 64"))
    tick_until(supervisor, supervisor.all_up)
    pid = pid_of(supervisor, "part")
    assert end_leftovers(tmp_path / "another") == []
    assert psutil.pid_exists(pid)
    assert end_leftovers(tmp_path) == [f"{pid} sleep 64"]
    assert marked_processes(tmp_path) == []
