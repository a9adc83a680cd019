"""`python -m pipeline.local.clickhouse --port N --path DIR`: the server, until SIGTERM."""

import signal
import sys
from pathlib import Path

import click
import structlog
import waitress

from pipeline import logs
from pipeline.errors import DapingError
from pipeline.local.clickhouse.application import SLOTS, Application
from pipeline.local.clickhouse.engine import Engine
from pipeline.local.clickhouse.journal import Journal
from pipeline.local.lock import SupervisorLock
from pipeline.settings import Settings

HOST = "127.0.0.1"
THREADS = 2 * SLOTS
# A client that says nothing keeps its place this long; pools of clients live shorter.
IDLE_LIMIT_S = 600
LARGEST_BODY = 1 << 30
log = structlog.get_logger()


def serve(port: int, path: Path, memory_mib: int) -> None:
    """Hold the folder and answer; raises Refused when another process holds it."""
    path.mkdir(parents=True, exist_ok=True)
    with SupervisorLock(path / "server.lock", "a ClickHouse server"):
        engine = Engine(path, memory_mib)
        journal = Journal(path / "statements.log")
        server = waitress.create_server(
            Application(engine, journal),
            host=HOST,
            port=port,
            threads=THREADS,
            channel_timeout=IDLE_LIMIT_S,
            max_request_body_size=LARGEST_BODY,
            # Without it nobody reads while a query runs, and a hang-up is not noticed.
            channel_request_lookahead=1,
            asyncore_use_poll=True,
            connection_limit=500,
            ident="daping",
        )
        log.info("ClickHouse answers", version=engine.version, port=port, path=str(path))
        try:
            server.run()
        finally:
            server.close()
            engine.close()
            journal.close()


def stop(*_: object) -> None:
    raise SystemExit(0)


@click.command()
@click.option("--port", type=int, required=True, help="Port on 127.0.0.1.")
@click.option("--path", type=click.Path(path_type=Path), required=True, help="Folder of the data.")
@click.option("--memory-mib", type=int, default=1024, help="Most memory of the engine.")
def command(port: int, path: Path, memory_mib: int) -> None:
    """Serve one chDB folder as a ClickHouse server."""
    logs.start("clickhouse", Settings())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        serve(port, path.resolve(), memory_mib)
    except (DapingError, OSError, RuntimeError) as fault:
        click.echo(f"cannot serve {path}: {fault}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    command()
