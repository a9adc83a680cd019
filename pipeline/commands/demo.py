"""`demo`: everything on this machine, from orders to the screen, under one supervisor."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pipeline.clock import SystemClock
from pipeline.commands.backfill_progress import MARK
from pipeline.commands.check import check
from pipeline.commands.demo_faults import FaultDesk
from pipeline.commands.demo_keys import DemoKeys
from pipeline.commands.demo_source import Source, source_of
from pipeline.commands.doctor import embedded_services, refuse_missing
from pipeline.commands.moment import Moment
from pipeline.local.embedded import Embedded, describe
from pipeline.local.flink_files import flink_environment
from pipeline.local.keyboard import keyboard
from pipeline.local.layout import Layout
from pipeline.local.log_lines import LogLines
from pipeline.local.machine import examine
from pipeline.local.part import Part
from pipeline.local.ports import listener, next_free_port
from pipeline.local.probes import get_json
from pipeline.local.profiles import choose_profile
from pipeline.local.programs import BACKFILL, Programs, refuse_unsafe_screen
from pipeline.local.progress import Progress
from pipeline.local.session import claimed, forget_jobs, supervise
from pipeline.local.supervisor import Supervisor
from pipeline.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])
_PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--speed", type=float, default=1.0, help="How fast the orders' clock runs.")
@click.option("--now", "real_clock", is_flag=True, help="Simulate on the real clock.")
@click.option("--hold", is_flag=True, help="Let the clock stand a minute before midnight.")
@click.option("--seed", type=int, help="Seed of the simulated shoppers.")
@click.option("--lines", type=click.IntRange(min=0), help="Order lines to prefill the day with.")
@click.option(
    "--months",
    type=click.IntRange(0, 60),
    help="Months of simulated past (default 13; 0: only the days it is compared with).",
)
@click.option("--port", type=_PORT, help="Port of the screen (default DAPING_PORT or 8050).")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--replay", "feed", type=click.Path(path_type=Path), help="Real orders: a file.")
@click.option("--mapping", help="With --replay: how the file's lines become events.")
@click.option("--from", "first", type=_DAY, help="With --replay: first local date.")
@click.option("--to", "last", type=_DAY, help="With --replay: last local date.")
@click.option("--at", type=Moment(), help="With --replay: local time the clock starts at.")
def command(**options: object) -> None:
    """Start everything with simulated (or replayed) orders; Ctrl-C stops all."""
    refuse_unsafe_screen()
    settings = Settings()
    console = Console(highlight=False)
    layout = Layout(settings.home.resolve())
    source = source_of(options, settings.config)
    check(source.config)  # a fault here would only be met by every part, in a loop
    services = embedded_services(settings)
    refuse_missing(examine(layout, services))
    with claimed(layout, "demo") as ended:
        for line in ended:
            console.print(f"ended a leftover of an earlier run: {line}", markup=False)
        if {"redis", "flink"} <= services:
            forget_jobs(layout)
        profile = choose_profile(settings.profile)
        port = screen_port(settings, options["port"], console)
        embedded = describe(layout, profile, services)
        run = Run(settings, layout, embedded, source, port)
        console.print(f"Daping demo, profile {profile.name}, logs in {layout.logs}")
        console.print(source.described)
        history = LogLines(layout.logs / f"{BACKFILL}.log", MARK)
        progress = Progress(console, run.url, not options["no_open"], history)
        supervisor = Supervisor(layout.home, run.parts(), progress.report)
        with keyboard() as keys:
            desk = FaultDesk(supervisor, run.ledger, run.frame, SystemClock(), progress.fault)
            board = DemoKeys(keys.typed, desk, layout.home, progress.fault)
            progress.when_live = board.help if keys.there else lambda: None

            def look() -> None:
                progress.look()
                board.look()

            supervise(layout, supervisor, run.facts(profile.name), look)
        console.print("all stopped")


def screen_port(settings: Settings, asked: object, console: Console) -> int:
    """Return the port asked for, or the next free one, saying who has the first."""
    wanted = settings.port if asked is None else int(str(asked))
    port = next_free_port(wanted, settings.host)
    if port != wanted:
        console.print(f"port {wanted} is taken by {listener(wanted)}; using {port}")
    return port


@dataclass(frozen=True)
class Run:
    """One run of the demo: which parts, with which endpoints."""

    settings: Settings
    layout: Layout
    embedded: Embedded
    source: Source
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.settings.host}:{self.port}/"

    @property
    def ledger(self) -> Path | None:
        """The folder of the simulated run; None when the orders are not simulated."""
        name = self.source.simulated_run
        return None if name is None else self.layout.home / "ledger" / name

    def frame(self) -> dict[str, Any] | None:
        """What the screen says just now; None while it says nothing."""
        found = get_json(f"{self.url}frame.json")
        return found if isinstance(found, dict) else None

    def parts(self) -> list[Part]:
        programs = Programs(self.layout, self._environment())
        return [
            *self.embedded.parts,
            programs.screen(self.settings.host, self.port),
            programs.source(*self.source.arguments),
            programs.audit(),
            programs.submit(),
            programs.watch(),
            *self._history(programs),
        ]

    def _history(self, programs: Programs) -> list[Part]:
        """Return what makes history; nothing without a ClickHouse."""
        if not (self.settings.clickhouse_url or "clickhouse_url" in self.embedded.endpoints):
            return []
        past, topic = self.source.past, self.source.past_topic
        history = [programs.close(topic), programs.archive()]
        if past is None:
            return history
        if topic is None:
            return [*history, programs.backfill(*past)]
        return [*history, programs.past(*past), programs.past_archive(topic)]

    def facts(self, profile: str) -> dict[str, object]:
        return {
            **self.embedded.endpoints,
            "ports": {**self.embedded.ports, "screen": self.port},
            "topic": self.source.topic,
            "database": self.source.database,
            "config": None if self.source.config is None else str(self.source.config),
            "screen": self.url,
            "profile": profile,
        }

    def _environment(self) -> dict[str, str]:
        """Endpoints given from outside are in the environment already."""
        ours = {
            f"DAPING_{name.upper()}": self.embedded.endpoints[name]
            for name in ("kafka", "redis_url", "clickhouse_url", "flink_rest")
            if name in self.embedded.endpoints
        }
        own = {
            "DAPING_HOME": str(self.layout.home),
            "DAPING_TOPIC": self.source.topic,
            "DAPING_DATABASE": self.source.database,
        }
        if self.source.config is not None:
            own["DAPING_CONFIG"] = str(self.source.config)
        flink = flink_environment(self.layout) if "flink_rest" in self.embedded.endpoints else {}
        return {**flink, **ours, **own}
