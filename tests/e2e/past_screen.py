"""The screen of past_site.py in a process of its own, with the gallery."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.conftest import ROOT, START_S, ready, wait_until


@contextmanager
def past_screen(folder: Path) -> Iterator[str]:
    """Start it, wait until it answers, and end it; its log is in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DAPING_HOME": str(folder), "DAPING_DEVELOPMENT": "1"}
    with (folder / "screen.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.past_site", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: ready(address), START_S)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
