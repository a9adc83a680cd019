"""`services` from a shell: up, status, kill -9 of the supervisor, up again, down."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.local.leftovers import end_leftovers, marked_processes
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]
GONE_WITHIN_S = 60.0


def run(home: Path, *arguments: str) -> str:
    given = {name: value for name, value in os.environ.items() if not name.startswith("DAPING_")}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "services", *arguments],
        env={**given, "DAPING_HOME": str(home), "DAPING_PROFILE": "laptop"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture
def home(tmp_path: Path, real_parts: RealParts) -> Iterator[Path]:
    (tmp_path / "jars").symlink_to(real_parts.jars)
    yield tmp_path
    run(tmp_path, "down")
    end_leftovers(tmp_path)


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(home: Path) -> None:
    run(home, "up")
    first = json.loads((home / "run.json").read_text())
    assert set(first["states"]) == {
        *("kafka", "redis", "clickhouse", "zookeeper", "jobmanager", "taskmanager")
    }
    psutil.Process(first["supervisor"]).kill()
    until = time.monotonic() + GONE_WITHIN_S
    while marked_processes(home):
        assert time.monotonic() < until, marked_processes(home)
        time.sleep(0.1)
    assert "nothing runs" in run(home, "status")
    run(home, "up")
    second = json.loads((home / "run.json").read_text())
    assert second["ports"] == first["ports"]
    assert "taskmanager" in run(home, "status")
    assert "stopped services" in run(home, "down")
    assert marked_processes(home) == []
    assert not (home / "run.json").exists()
