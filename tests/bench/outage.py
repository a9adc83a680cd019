"""ClickHouse away for ten minutes beside a running demo at real speed, then verify.

Run it with `python -m tests.bench.outage [minutes, default 10]`; it takes some minutes more.
Prints once a minute what the wall says, and how long the archive needs to catch up. Fails when a
number fell, the wall stood still, a comparison went away or verify found a difference.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from pipeline.local.ports import next_free_port
from tests.integration.breaking import kill
from tests.integration.running_demo import RunningDemo
from tests.integration.watching import Watcher

STANDS_STILL_S = 60.0
CATCHES_UP_S = 600.0
LOOK_EVERY_S = 0.1


@contextmanager
def away(demo: RunningDemo) -> Iterator[None]:
    """Kill ClickHouse, and hold every new one before it listens: connections are refused."""
    ended = threading.Event()

    def hold() -> None:
        held = {kill(demo, "clickhouse")}
        while not ended.wait(LOOK_EVERY_S):
            pid = int(demo.run.get("pids", {}).get("clickhouse", 0))
            if pid and pid not in held:
                held.add(pid)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        yield
    finally:
        ended.set()
        holder.join()
        with suppress(psutil.NoSuchProcess, KeyError):
            kill(demo, "clickhouse")


def pass_minutes(demo: RunningDemo, minutes: int) -> None:
    """See the wall go on, minute by minute."""
    counted = demo.counted()
    for minute in range(1, minutes + 1):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            counted = demo.wait_counted(counted, STANDS_STILL_S)
            time.sleep(1)
        states = sorted(set(demo.compared().values()))
        say(f"{minute:3d} min away: {counted:,} lines counted, comparisons {states}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(minutes: int) -> None:
    jars = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    with tempfile.TemporaryDirectory() as home:
        demo = RunningDemo.start(
            Path(home), jars.resolve(), next_free_port(18250), "--months", "0", "--lines", "40000"
        )
        try:
            demo.wait_live()
            demo.wait_compared()
            demo.verify()
            with Watcher(demo) as watcher:
                before = demo.archived()
                with away(demo):
                    pass_minutes(demo, minutes)
                began = time.monotonic()
                demo.wait("the archive goes on", lambda: demo.archived() > before, CATCHES_UP_S)
                say(f"the archive went on {time.monotonic() - began:.0f} s after")
                demo.verify()
                say(f"equal by five ways {time.monotonic() - began:.0f} s after")
            watcher.assert_nothing_fell()
            watcher.assert_compared_all_along()
        finally:
            demo.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
