"""Outlives the supervisor by a moment, to end what `kill -9` of it leaves behind.

The kernel ends the supervisor's children with it, but not what those have started: the Python
workers of a TaskManager stay. This process waits for the end of a pipe that only the supervisor
holds, then ends everything of the home that was started before that.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pipeline.local.leftovers import end, marked_processes
from pipeline.local.process import MARK

# What is ended may have been starting something itself.
SWEEPS = 3
BETWEEN_S = 0.5


def start_guardian(home: Path) -> subprocess.Popen[bytes]:
    """Start the guardian; it ends by itself when its `stdin` is closed or this process ends."""
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.local.guardian", str(home)],
        env={**environment, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main(home: Path) -> None:
    """Wait for the end of stdin, then sweep."""
    sys.stdin.buffer.read()
    ended = time.time()
    for _ in range(SWEEPS):
        end([one for one in marked_processes(home) if _older(one, ended)], orderly_s=0)
        time.sleep(BETWEEN_S)


def _older(process: psutil.Process, instant: float) -> bool:
    """A new supervisor may have started its parts already: those are not ours to end."""
    try:
        return process.create_time() <= instant
    except psutil.Error:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
