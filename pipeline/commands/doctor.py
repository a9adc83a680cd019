"""`doctor`: names everything this machine lacks, and the one line that installs it."""

import os

import click
from rich.console import Console

from pipeline.errors import Refused
from pipeline.local.layout import Layout
from pipeline.local.machine import Finding, examine, install_line, install_size_mb
from pipeline.settings import Settings


@click.command()
@click.option("--tests", is_flag=True, help="Look also for what the tests need (a browser).")
@click.option("--packages", is_flag=True, help="Print only the missing Debian packages.")
def command(tests: bool, packages: bool) -> None:
    """Look at the machine; exit 1 when something needed is missing."""
    settings = Settings()
    findings = examine(Layout(settings.home.resolve()), embedded_services(settings), tests)
    if packages:
        line = install_line(findings)
        click.echo(line.split("recommends ")[1] if line else "")
        return
    show(findings, Console())
    refuse_missing(findings)


def embedded_services(settings: Settings) -> frozenset[str]:
    """Return the services that have to run here, because no endpoint was given for them."""
    given = {
        "kafka": settings.kafka,
        "redis": settings.redis_url,
        "flink": settings.flink_rest,
        "clickhouse": settings.clickhouse_url,
    }
    return frozenset(name for name, endpoint in given.items() if endpoint is None)


def show(findings: list[Finding], console: Console) -> None:
    """Print a line for each thing looked at."""
    for found in findings:
        mark = (
            "[green]ok[/]" if found.fine else "[red]missing[/]" if found.needed else "[yellow]-[/]"
        )
        console.print(f"  {found.name:<14}", mark, found.seen, highlight=False)


def refuse_missing(findings: list[Finding]) -> None:
    """Raise Refused naming all that is needed and missing, and the line that installs it."""
    missing = [found for found in findings if not found.fine and found.needed]
    if not missing:
        return
    lines = [f"{found.name}: {found.seen}" for found in missing]
    line = install_line(findings)
    if line is not None:
        prefix = "" if os.geteuid() == 0 else "sudo "
        lines.append(f"install with (about {install_size_mb(findings)} MB):  {prefix}{line}")
    raise Refused("missing on this machine\n  " + "\n  ".join(lines))
