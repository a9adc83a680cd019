"""Makes the class archives: `python -m pipeline.local.class_archive_making DAPING_HOME`.

Every JVM part runs once in a temporary home, with the live job and some orders, and keeps what it
loaded when it ends. The compiled plan of the live job and the format of a broker's folder, which
come of it, are kept as well.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import ServiceUnavailable
from pipeline.local.broker import CHECKPOINT, kept_format
from pipeline.local.class_archives import MAKING, forget_older
from pipeline.local.embedded import describe
from pipeline.local.layout import Layout
from pipeline.local.process import Process
from pipeline.local.profiles import LAPTOP

COMMAND_LIMIT_S = 180
LOADING_S = 6.0  # the job runs this long: its first checkpoint and the Python workers fit in
DUMP_LIMIT_S = 60.0
TOPIC = "orders.classes"


def main() -> None:
    """Make the archives of the jars in a home; raises ServiceUnavailable when a part fails."""
    owner = Path(sys.argv[1]).resolve()
    folder = Path(tempfile.mkdtemp(prefix="daping-classes-"))
    (folder / "jars").symlink_to(owner / "jars")
    os.environ[MAKING] = "1"
    processes: list[Process] = []
    try:
        embedded = describe(Layout(folder), LAPTOP, ("kafka", "redis", "flink"))
        processes = [Process(part, folder) for part in embedded.parts]
        for process in processes:
            process.wait_healthy()
        run_a_job(folder, embedded.endpoints)
        layout = Layout(folder)
        shutil.copy(layout.kafka / "data" / CHECKPOINT, kept_format(layout))
        for process in processes:
            process.ask_to_end()
        wait(processes)
        forget_older(layout.jars)
    finally:
        for process in processes:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def run_a_job(home: Path, endpoints: dict[str, str]) -> None:
    """Submit the live job and give it a few orders, so that it loads what a night needs."""
    given = {f"DAPING_{name.upper()}": value for name, value in endpoints.items()}
    checkout = str(Path(__file__).resolve().parents[2])
    own = {"DAPING_HOME": str(home), "DAPING_TOPIC": TOPIC, "PYTHONPATH": checkout}
    for arguments in (
        ("simulate", "--lines", "2000", "--until", "2026-11-11 16:48"),
        ("submit", "live", "--no-wait", "--patience", "60"),
    ):
        done = subprocess.run(
            (sys.executable, "-m", "pipeline", *arguments),
            env={**os.environ, **given, **own},
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            raise ServiceUnavailable(f"{arguments[0]}: {(done.stdout + done.stderr).strip()}")
    time.sleep(LOADING_S)


def wait(processes: Iterable[Process]) -> None:
    """Wait until all have ended by themselves: they write their archives last."""
    until = time.monotonic() + DUMP_LIMIT_S
    for process in processes:
        while process.exit_code is None and time.monotonic() < until:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
