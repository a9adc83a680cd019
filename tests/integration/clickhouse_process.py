"""A ClickHouse server of a test's own, that it may kill, stop and start again."""

import sys
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import clickhouse_connect

from pipeline.local.clickhouse.service import clickhouse_server
from pipeline.local.layout import Layout
from pipeline.local.ports import free_port
from pipeline.local.process import Process
from pipeline.local.profiles import LAPTOP


@dataclass
class ClickHouseProcess:
    """One server on a folder; `start` after `kill` is a restart on the same port."""

    home: Path
    port: int
    process: Process

    @classmethod
    def begin(cls, home: Path) -> "ClickHouseProcess":
        port = free_port()
        process = Process(clickhouse_server(Layout(home), LAPTOP, port), home)
        process.wait_healthy()
        return cls(home, port, process)

    def kill(self) -> None:
        self.process.kill()

    def start(self) -> None:
        self.process = Process(self.process.part, self.home)
        self.process.wait_healthy()

    def client(self, **options: Any) -> Any:
        return connect(f"http://127.0.0.1:{self.port}", **options)


def connect(url: str, **options: Any) -> Any:
    """Return a client with a pool of its own, which a test may break."""
    at = urllib.parse.urlsplit(url)
    return clickhouse_connect.get_client(
        host=at.hostname, port=at.port, dedicated_pool=True, **options
    )


def eventually(true: Any, limit_s: float = 60.0) -> None:
    """Wait until something holds."""
    until = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)


def serve_command(port: int, path: Path) -> list[str]:
    """Return the command that starts a server by hand."""
    given = ["--port", str(port), "--path", str(path)]
    return [sys.executable, "-m", "pipeline.local.clickhouse", *given]
