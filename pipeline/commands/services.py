"""`services`: the embedded parts in the background, under a supervisor of their own."""

import os
import signal
import subprocess
import sys
import time

import click
import structlog
from rich.console import Console

from pipeline import logs
from pipeline.errors import DapingError, ServiceUnavailable
from pipeline.local.embedded import SERVICES, describe
from pipeline.local.layout import Layout
from pipeline.local.lock import holder
from pipeline.local.process import tail
from pipeline.local.profiles import choose_profile
from pipeline.local.run_file import read_run_file
from pipeline.local.session import claimed, forget_jobs, supervise
from pipeline.local.supervisor import State, Supervised, Supervisor
from pipeline.settings import Settings

UP_LIMIT_S = 120.0
DOWN_LIMIT_S = 20.0
POLL_S = 0.2
LOG = structlog.get_logger()


@click.group()
def command() -> None:
    """Start, stop and show the embedded parts."""


@command.command()
def up() -> None:
    """Start Kafka, Redis, Flink and ClickHouse and return when all are ready."""
    layout = Layout(Settings().home.resolve())
    if holder(layout.lock_file) is None:
        log = layout.logs / "supervisor.log"
        layout.logs.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "services", "hold"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_until_up(layout, keeper)
    _show()


@command.command(hidden=True)
def hold() -> None:
    """Supervise the parts in the foreground; `up` runs this in the background."""
    settings = Settings()
    layout = Layout(settings.home.resolve())
    logs.start("supervisor", settings)

    def report(one: Supervised, what: str) -> None:
        say = LOG.warning if one.state is State.BACKING_OFF else LOG.info
        say(what, part=one.part.name)

    with claimed(layout, "services") as ended:
        for line in ended:
            LOG.warning("ended a leftover", process=line)
        forget_jobs(layout)
        profile = choose_profile(settings.profile)
        embedded = describe(layout, profile, SERVICES)
        facts = {
            **embedded.endpoints,
            "ports": embedded.ports,
            "topic": settings.topic or "orders",
            "profile": profile.name,
        }
        supervise(layout, Supervisor(layout.home, embedded.parts, report), facts)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON document.")
def status(as_json: bool) -> None:
    """Show the parts, the jobs, the wall and what is wrong, on one screen."""
    _show(as_json)


@command.command()
def down() -> None:
    """Stop the parts, or the whole demo if that is what runs."""
    layout = Layout(Settings().home.resolve())
    held = holder(layout.lock_file)
    if held is None:
        click.echo(f"nothing runs for {layout.home}")
        return
    os.kill(held.pid, signal.SIGTERM)
    until = time.monotonic() + DOWN_LIMIT_S
    while held.process() is not None:
        if time.monotonic() > until:
            raise ServiceUnavailable(f"pid {held.pid} did not end in {DOWN_LIMIT_S:.0f} s")
        time.sleep(POLL_S)
    click.echo(f"stopped {held.what}")


def _wait_until_up(layout: Layout, keeper: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + UP_LIMIT_S
    while time.monotonic() < until:
        run = read_run_file(layout.run_file)
        states = run.get("states")
        # A supervisor that was killed leaves its file behind.
        ours = run.get("supervisor") == keeper.pid
        if ours and isinstance(states, dict) and set(states.values()) == {State.UP.value}:
            return
        if keeper.poll() is not None:
            raise DapingError(tail(layout.logs / "supervisor.log", 3))
        time.sleep(POLL_S)
    raise ServiceUnavailable(
        f"not all parts were ready after {UP_LIMIT_S:.0f} s: see {layout.logs}, "
        "and python -m pipeline services status"
    )


def _show(as_json: bool = False) -> None:
    from pipeline.commands.status import look  # Redis and ClickHouse are slow to load
    from pipeline.commands.status_text import write

    status = look(Settings())
    if as_json:
        click.echo(status.json())
    else:
        write(status, Console(highlight=False))
