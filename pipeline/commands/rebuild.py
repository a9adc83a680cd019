"""`python -m pipeline rebuild`: Redis that lost its data, whole again from the archived events."""

import click

from pipeline.errors import ServiceUnavailable
from pipeline.history.rebuild import Rebuild, rebuild
from pipeline.jobs.book import Book
from pipeline.jobs.wiring import archive_target
from pipeline.settings import Settings
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics


@click.command("rebuild")
@click.option("--link", help="The link to rebuild (default: the setting's).")
@click.option(
    "--days",
    type=click.IntRange(1, 31),
    default=2,
    show_default=True,
    help="Business dates, back from the one on the wall.",
)
@click.option(
    "--patience",
    type=float,
    default=30.0,
    show_default=True,
    help="Seconds to wait for the archive to have the last orders.",
)
def command(link: str | None, days: int, patience: float) -> None:
    """Write the current generation's cells into Redis again, beside the running live job.

    Counts of refused messages are not in the archive: they come back with the next message of
    their kind. A new generation (`watch` begins one after a loss) brings them all.
    """
    settings = Settings() if link is None else Settings(link=link)
    job = wire(settings, days)
    done = rebuild(job, patience, click.echo)
    click.echo(f"{done.meta.stream}: {done.cells} cells from events, {done.replaced} were missing")
    if done.behind:
        raise ServiceUnavailable(
            f"the archive is {done.behind} offsets behind: cells of the last minutes may be "
            "older than they were; run `python -m pipeline rebuild` again"
        )
    if done.shown:
        click.echo(f"{done.meta.stream} is active again")


def wire(settings: Settings, days: int) -> Rebuild:
    """Return the services of the settings; nothing connects yet."""
    target = archive_target(settings)
    history = ClickHouseHistory(target.url, target.database, target.catalogue, target.trading)
    return Rebuild(
        link=settings.link,
        catalogue=target.catalogue,
        trading=target.trading,
        snapshots=RedisSnapshots(settings.endpoint("redis_url"), target.catalogue),
        topics=Topics(settings.endpoint("kafka")),
        book=Book(settings.home),
        history=history,
        cells=history,
        days=days,
    )
