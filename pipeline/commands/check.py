"""`check`: the catalogue and the promotion calendar, with a shop's folder; all faults at once."""

from pathlib import Path

import click

from pipeline.catalogue.load import read_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.errors import Faults
from pipeline.settings import Settings
from pipeline.trading.promotions import PACKAGED, PromotionCalendar, read_promotions


@click.command(name="check")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="a shop's folder laid over the defaults (default: DAPING_CONFIG)",
)
def command(config: Path | None) -> None:
    """Check the catalogue and the promotion calendar; print what was checked, or every fault."""
    catalogue, calendar = check(config or Settings().config)
    for line in report(catalogue, calendar):
        click.echo(line)


def check(config: Path | None) -> tuple[Catalogue, PromotionCalendar]:
    """Return both, checked; raises Faults with the faults of both."""
    catalogue, faults = read_catalogue(config)
    own = config / PACKAGED.name if config else PACKAGED
    calendar, more = read_promotions(own if own.exists() else PACKAGED)
    if catalogue is None or faults or more:
        raise Faults("check", [*faults, *more])
    return catalogue, calendar


def report(catalogue: Catalogue, calendar: PromotionCalendar) -> list[str]:
    """Return what was checked, a line each."""
    shop = catalogue.shop
    members = sum(len(dimension.members) for dimension in catalogue.dimensions.values())
    return [
        f"shop        {shop.title.en} · {shop.zone} · {shop.currency}",
        f"windows     {', '.join(catalogue.windows)} (default {shop.default_window})",
        f"dimensions  {len(catalogue.dimensions)} with {members} known keys",
        f"measures    {len(catalogue.measures)}",
        f"cubes       {len(catalogue.cubes)}",
        f"metrics     {len(catalogue.metrics)}",
        f"promotions  {len(calendar.promotions)}",
        f"plan        {catalogue.plan}",
        "no faults",
    ]
