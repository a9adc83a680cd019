"""`python -m pipeline close`: finished days are counted again from events and become final."""

from dataclasses import replace
from datetime import datetime

import click
import structlog
from rich.progress import track

from pipeline import logs
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.errors import ConfigurationError
from pipeline.history.closing import ClosedDay, Closing
from pipeline.history.following import Following
from pipeline.history.live_sums import SnapshotSums
from pipeline.jobs.wiring import archive_target
from pipeline.settings import Settings
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.windows import date_of, epoch_day

DATE = click.DateTime(["%Y-%m-%d"])
LAST_DAY = 2**15
LOG = structlog.get_logger()


@click.command("close")
@click.option("--follow", is_flag=True, help="Go on, and close days as they finish.")
@click.option("--from", "first", type=DATE, help="First local date (default: all that are due).")
@click.option("--to", "last", type=DATE, help="Last local date, included.")
@click.option("--link", help="The link to close (default: the setting's).")
@click.option(
    "--past-topic",
    "past_topics",
    multiple=True,
    help="A topic that was archived before this one: its days are closed with it.",
)
def command(
    follow: bool,
    first: datetime | None,
    last: datetime | None,
    link: str | None,
    past_topics: tuple[str, ...],
) -> None:
    """Count finished days again from the archived events; from then on they are read as facts.

    A day is over when the archive is five minutes past its end. Days of the last 48 hours are
    looked at again, and recounted when late orders came.
    """
    if follow and (first or last):
        raise ConfigurationError("--follow closes what is due: leave --from and --to out")
    settings = Settings() if link is None else Settings(link=link)
    closing = replace(wire(settings), past_topics=past_topics)
    if follow:
        logs.start("close", settings)
        Following(closing, tell_log).run()
        return
    closing.history.migrate()
    if first or last:
        begin = epoch_day(first.date()) if first else 0
        days = closing.due_between(begin, epoch_day(last.date()) if last else LAST_DAY)
    else:
        days = (*closing.due(), *closing.changed())
    for day in track(days, "closing", transient=True):
        tell(closing.close(day))
    if not days:
        click.echo("nothing to close: every finished day with orders is final")


def wire(settings: Settings) -> Closing:
    """Return the closing of the settings' link; nothing connects yet."""
    target = archive_target(settings)
    history = ClickHouseHistory(
        target.url,
        target.database,
        target.catalogue,
        target.trading,
        settings.events_ttl_days,
    )
    return Closing(
        history=history,
        catalogue=target.catalogue,
        trading=target.trading,
        link=settings.link,
        topic=settings.orders_topic,
        clock=SystemClock(),
        live=_live(settings, target.catalogue),
    )


def _live(settings: Settings, catalogue: Catalogue) -> SnapshotSums | None:
    """Return Redis to compare with; without one there is nothing to compare."""
    try:
        url = settings.endpoint("redis_url")
    except ConfigurationError:
        return None
    return SnapshotSums(RedisSnapshots(url, catalogue), catalogue, settings.link)


def tell_log(closed: ClosedDay) -> None:
    """Log a closed day, and every number that live had otherwise."""
    record = closed.record
    LOG.info(
        "closed",
        day=date_of(record.day).isoformat(),
        lines=record.lines,
        recount=record.generation,
    )
    for one, measure, difference in closed.differences():
        where = {"day": date_of(one.day).isoformat(), "window": one.window}
        LOG.warning("live differs", **where, measure=measure, by=difference)


def tell(closed: ClosedDay) -> None:
    """Print a closed day in a line, and a line for every number that live had otherwise."""
    record = closed.record
    name = date_of(record.day).isoformat()
    click.echo(f"{name} closed: {record.lines:,} lines, recount {record.generation}")
    for one, measure, difference in closed.differences():
        where = f"{date_of(one.day).isoformat()} {one.window}"
        click.echo(f"{where}: live {measure} differs from the recount by {difference:+,}")
