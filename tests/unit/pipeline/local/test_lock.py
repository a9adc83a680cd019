"""One supervisor per home."""

import json
import os
from pathlib import Path

import psutil
import pytest

from pipeline.errors import Refused
from pipeline.local.lock import SupervisorLock, holder


def test_a_second_supervisor_is_refused_and_told_who_holds_the_home(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        SupervisorLock(path, "demo"),
        pytest.raises(Refused, match=f"in use \\(demo, pid {os.getpid()}\\)"),
    ):
        SupervisorLock(path, "services")


def test_a_released_home_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    SupervisorLock(path, "demo").release()
    assert holder(path) is None
    with SupervisorLock(path, "services"):
        held = holder(path)
    assert held is not None
    assert held.what == "services"


def test_a_pid_that_now_belongs_to_another_process_is_no_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    started = psutil.Process().create_time()
    path.write_text(json.dumps({"pid": os.getpid(), "started": started - 100, "what": "demo"}))
    assert holder(path) is None
    path.write_text(json.dumps({"pid": os.getpid(), "started": started, "what": "demo"}))
    assert holder(path) is not None


def test_half_a_lock_file_is_no_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text('{"pid": 1')
    assert holder(path) is None
