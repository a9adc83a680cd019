"""The commands: one module each, holding a click command called `command`."""

import importlib
import sys

import click

from pipeline.errors import DapingError, NeverRested

# name -> module here and its line in the list of commands, so that `--help` imports nothing heavy
COMMANDS = {
    "demo": ("demo", "start everything with simulated orders; Ctrl-C stops all"),
    "inject": ("inject", "do harm to the running demo and see the wall recover"),
    "services": ("services", "start, stop and show the embedded parts: up, down, status"),
    "submit": ("submit", "start a Flink job on the cluster: live or archive"),
    "watch": ("watch", "watch the live job and Redis; start a new generation when data was lost"),
    "rebuild": ("rebuild", "bring cells that Redis lost back from the archived orders"),
    "close": ("close", "count finished days again from the archived orders; they become final"),
    "recalculate": ("recalculate", "make the facts of past days anew, after showing the change"),
    "audit": ("audit", "classify every offset and write the rejected topic"),
    "adapt": ("adapt", "map the messages of a foreign topic and write them as events"),
    "simulate": ("simulate", "send the orders of a simulated promotion day"),
    "backfill": ("backfill", "give the simulated shop a past of thirteen months"),
    "replay": ("replay", "send the orders of a file through a mapping"),
    "verify": ("verify", "compare ledger, Kafka, Redis, ClickHouse and the frame to the cent"),
    "snapshot": ("snapshot", "write the wall's picture, its frame and a hash; or on a schedule"),
    "init": ("init", "make a shop's folder: commented settings and a mapping to begin with"),
    "check": (
        "check",
        "check a shop's settings; --sample: map orders and say what becomes of them",
    ),
    "schema": ("schema", "print the JSON Schema of an order event"),
    "doctor": ("doctor", "name everything this machine lacks, and the line that installs it"),
}


class LazyGroup(click.Group):
    """Imports a command's module only when the command is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pipeline.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup)
def group() -> None:
    """Daping: the pipeline behind the wall."""


def main() -> None:
    """Run the command line; a DapingError is one line on stderr and exit 1 (3: never rested)."""
    try:
        group(prog_name="python -m pipeline")
    except NeverRested as fault:
        click.echo(f"error: {fault}", err=True)
        sys.exit(3)
    except DapingError as fault:
        click.echo(f"error: {fault}", err=True)
        sys.exit(1)
