"""A server under gunicorn as the README runs the screen: one worker, sixteen threads."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pipeline.local.ports import next_free_port
from pipeline.local.probes import http_answers
from tests.bench.recording import ROOT

FIRST_PORT = 18600
STARTS_S = 60.0


@contextmanager
def served(application: str, ready: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Run `module:server` until the block ends; gives its port once the path `ready` answers.

    `{port}` in a value of the environment is its port. Ends the bench when it does not start.
    """
    port = next_free_port(FIRST_PORT)
    own = {name: value.replace("{port}", str(port)) for name, value in environment.items()}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "16"),
            *("--worker-connections", "4000", "--keep-alive", "10"),
            *("--log-level", "warning", "-b", f"127.0.0.1:{port}", application),
        ],
        cwd=ROOT,
        env={**os.environ, **own},
    )
    try:
        until = time.monotonic() + STARTS_S
        while not http_answers(port, ready):
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{application} did not start")
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(20)
