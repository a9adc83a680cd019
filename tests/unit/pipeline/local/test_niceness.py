"""What stands back on the processor does so between sessions too, where the kernel has those."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.local.niceness import group_behind

STEPS_BACK = (
    "from pipeline.local.niceness import step_back; step_back(7); import time; "
    "print(1, flush=True); time.sleep(60)"
)
GROUPED = Path("/proc/self/autogroup")


def begun(session: bool) -> "subprocess.Popen[str]":
    code = [sys.executable, "-c", STEPS_BACK]
    child = subprocess.Popen(code, stdout=subprocess.PIPE, text=True, start_new_session=session)
    assert child.stdout is not None
    return child


@pytest.fixture(params=[True, False], ids=["own session", "a shell's"])
def child(request: pytest.FixtureRequest) -> Iterator["tuple[subprocess.Popen[str], bool]"]:
    with begun(request.param) as made:
        yield made, request.param
        made.kill()


@pytest.fixture
def own_session() -> Iterator[int]:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as made:
        yield made.pid
        made.kill()


def test_a_process_steps_back_and_a_shell_does_not(
    child: "tuple[subprocess.Popen[str], bool]",
) -> None:
    process, own = child
    before = GROUPED.read_text() if GROUPED.exists() else ""
    assert process.stdout is not None
    process.stdout.read(1)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 7
    if GROUPED.exists():
        said = Path(f"/proc/{process.pid}/autogroup").read_text()
        assert said.split()[-1] == "7" if own else said == before


def test_sessions_one_after_the_other(own_session: int) -> None:
    if not GROUPED.exists():
        pytest.skip("this kernel shares the processor by process: no /proc/self/autogroup")
    for niceness in (3, 9):  # a second change within a tenth of a second is refused at first
        assert group_behind(own_session, niceness)
        assert Path(f"/proc/{own_session}/autogroup").read_text().split()[-1] == str(niceness)


def test_no_process_no_harm() -> None:
    assert not group_behind(2**22 + 1, 5)
