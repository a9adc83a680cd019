"""`inject`: do harm to the running demo from another terminal, and see it recover."""

import secrets
import time

import click
from rich.console import Console

from pipeline.commands.demo_faults import NAMES, write_request
from pipeline.errors import ConfigurationError, NeverRested
from pipeline.local.layout import Layout
from pipeline.local.lock import holder
from pipeline.settings import Settings
from pipeline.stores.injected import FaultJournal
from pipeline.values.injected import BURSTS

TAKEN_S = 10.0
POLL_S = 0.2


@click.command()
@click.argument("fault", type=click.Choice(list(NAMES)))
@click.option("--timeout", default=180.0, show_default=True, help="Seconds to wait for recovery.")
def command(fault: str, timeout: float) -> None:
    """Inject a FAULT into the running demo; wait until the wall has recovered from it."""
    layout = Layout(Settings().home.resolve())
    if holder(layout.lock_file) is None:
        raise ConfigurationError(f"no demo runs in {layout.home}: start one with make demo")
    kind = next(name for name in NAMES if name == fault)
    token = secrets.token_hex(4)
    journal = FaultJournal(layout.home)
    write_request(layout.home / "inject", token, kind)
    began = time.monotonic()
    console = Console(highlight=False)
    said = False
    while time.monotonic() - began < timeout:
        known = [one for one in journal.latest() if one.id == token]
        if not known and time.monotonic() - began > TAKEN_S:
            raise ConfigurationError("the demo did not take the request: its terminal says why")
        if known and not said:
            console.print(NAMES[kind])
            said = True
        if known and known[0].took_ms is not None:
            what = "every message accounted for" if kind in BURSTS else "recovered"
            console.print(f"{what} after {known[0].took_ms / 1000:.1f} s")
            return
        time.sleep(POLL_S)
    raise NeverRested(f"not recovered within {timeout:g} s: the screen and the logs say why")
