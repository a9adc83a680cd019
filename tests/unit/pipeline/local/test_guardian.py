"""The guardian ends what a killed supervisor leaves behind."""

import os
import subprocess
import time
from pathlib import Path

from pipeline.local.guardian import start_guardian
from pipeline.local.leftovers import marked_processes
from pipeline.local.process import MARK


def sleeper(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "65"], env={**os.environ, MARK: str(home)})


def test_workers_end_when_the_pipe_of_the_supervisor_does(tmp_path: Path) -> None:
    guardian = start_guardian(tmp_path)
    worker, stranger = sleeper(tmp_path), sleeper(tmp_path / "another")
    try:
        time.sleep(0.2)
        assert worker.poll() is None
        assert guardian.stdin is not None
        guardian.stdin.close()
        assert worker.wait(60) == -15
        assert guardian.wait(60) == 0
        assert stranger.poll() is None
        assert marked_processes(tmp_path) == []
    finally:
        for process in (guardian, worker, stranger):
            process.kill()
            process.wait()
