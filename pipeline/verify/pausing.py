"""Holding our simulator still: the pause that is asked for by a file in the folder of its run.

What the files say stands in `simulator.pause`, which answers.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.clock import SystemClock

ACKNOWLEDGE_S = 30.0
LOOK_AGAIN_S = 0.1


@contextmanager
def paused(folder: Path, limit_s: float, say: Callable[[str], None]) -> Iterator[bool]:
    """Hold the simulator of a run while inside; gives False when it does not answer.

    Past `limit_s` the request lapses by itself, so that a crash here cannot stop the run for ever.
    """
    clock, token = SystemClock(), secrets.token_hex(8)
    request = folder / "pause"
    fresh = request.with_suffix(".asked")
    until = clock.now_ms() + int(limit_s * 1000)
    fresh.write_text(json.dumps({"token": token, "until_real_ms": until}))
    fresh.replace(request)
    try:
        say(f"pausing the simulator of run {folder.name}")
        yield _acknowledged(folder / "paused", token)
    finally:
        request.unlink(missing_ok=True)


def _acknowledged(path: Path, token: str) -> bool:
    until = time.monotonic() + ACKNOWLEDGE_S
    while time.monotonic() < until:
        try:
            if json.loads(path.read_text())["token"] == token:
                return True
        except (OSError, ValueError, KeyError):
            pass  # not answered yet, or half written: look again
        time.sleep(LOOK_AGAIN_S)
    return False
