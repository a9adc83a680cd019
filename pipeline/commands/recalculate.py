"""`python -m pipeline recalculate`: facts of past days made anew, after showing what changes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipeline.commands.close import DATE, tell, wire
from pipeline.errors import Refused
from pipeline.history.recalculation import Change, Recalculation
from pipeline.settings import Settings
from pipeline.trading.windows import date_of, epoch_day


@click.command("recalculate")
@click.option("--from", "first", type=DATE, required=True, help="First local date.")
@click.option("--to", "last", type=DATE, required=True, help="Last local date, included.")
@click.option("--cube", "cubes", multiple=True, help="Only this cube (repeatable).")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--link", help="The link to recalculate (default: the setting's).")
def command(  # noqa: PLR0913 - an option each
    first: datetime,
    last: datetime,
    cubes: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    link: str | None,
) -> None:
    """Make the facts of past days anew from the archived events; the screen then says so."""
    settings = Settings() if link is None else Settings(link=link)
    closing = wire(settings)
    closing.history.migrate()
    begin, end = epoch_day(first.date()), epoch_day(last.date())
    recalculation = Recalculation(closing, begin, end, cubes or None)
    days = recalculation.days()
    if not days:
        raise Refused("no finished day with orders in this range: nothing was changed")
    console = Console(highlight=False, soft_wrap=True)
    changes = [change for day in days for change in recalculation.changes(day)]
    console.print(_table(changes))
    changed = sum(change.difference != 0 for change in changes)
    console.print(f"{len(days)} days, {changed} of {len(changes)} sums change")
    if dry_run:
        return
    if not yes and not click.confirm("Make these facts anew?"):
        raise Refused("not confirmed: nothing was changed")
    for closed in track(recalculation.run(days), "recalculating", len(days), transient=True):
        tell(closed)


def _table(changes: Iterable[Change]) -> Table:
    """Return a row a day and cube: lines, and every measure that changes."""
    table = Table("day", "cube", "measure", "before", "after", "difference", box=None)
    for column in table.columns[3:]:
        column.justify = "right"
    rows: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for change in changes:
        rows[change.day, change.cube].append(change)
    for (day, cube), found in rows.items():
        for change in found:
            if change.difference or change.measure == "n":
                numbers = (f"{change.before:,}", f"{change.after:,}", f"{change.difference:+,}")
                name = "lines" if change.measure == "n" else change.measure
                table.add_row(date_of(day).isoformat(), cube, name, *numbers)
    return table
