"""`check`: a shop's settings, all faults at once; with a sample, what becomes of its orders."""

import os
import subprocess
import sys
from pathlib import Path

import click

from pipeline.catalogue.load import read_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.commands.check_sample import sample_report
from pipeline.errors import ConfigurationError, Faults
from pipeline.local.flink import CHECKOUT
from pipeline.mapping.load import FILE, message_faults, read_mapping, shop_faults
from pipeline.mapping.model import Mapping
from pipeline.settings import Settings
from pipeline.trading.promotions import PACKAGED, PromotionCalendar, read_promotions

SCREEN = "screen.toml"


@click.command(name="check")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="a shop's folder laid over the defaults (default: DAPING_CONFIG)",
)
@click.option(
    "--sample",
    "sample_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="messages of the feed, one a line: say what becomes of them",
)
def command(config: Path | None, sample_file: Path | None) -> None:
    """Check a shop's settings; print what was checked, or every fault.

    With --sample the messages are mapped and judged: accepted, rejected by reason, one example, the
    first that fails. Exits 1 when any order line is refused.
    """
    settings = Settings()
    folder = config or settings.config
    catalogue, calendar = check(folder)
    mapping = check_mapping(folder, catalogue)
    for line in report(catalogue, calendar):
        click.echo(line)
    if sample_file is None:
        return
    if mapping is None:
        raise ConfigurationError(f"--sample needs a mapping: there is no {FILE} in {folder}")
    lines, whole = sample_report(settings, catalogue, mapping, sample_file)
    for line in lines:
        click.echo(line)
    if not whole:
        sys.exit(1)


def check(config: Path | None) -> tuple[Catalogue, PromotionCalendar]:
    """Return both, checked; raises Faults with the faults of both and of the mapping."""
    catalogue, faults = read_catalogue(config)
    own = config / PACKAGED.name if config else PACKAGED
    calendar, more = read_promotions(own if own.exists() else PACKAGED)
    path = None if config is None else config / FILE
    mapped = read_mapping(path)[1] if path is not None and path.is_file() else []
    if catalogue is None or faults or more or mapped:
        raise Faults("check", [*faults, *more, *mapped])
    screen = [] if config is None else screen_faults(config)
    if screen:
        raise Faults("check", screen)
    return catalogue, calendar


def screen_faults(config: Path) -> list[str]:
    """Return what is wrong with a shop's screen.toml: asked of the screen, not ours to import."""
    if not (config / SCREEN).is_file():
        return []
    told = subprocess.run(
        (sys.executable, "-m", "app.checking", str(config.resolve())),
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stderr.strip().splitlines() if told.returncode else []


def check_mapping(config: Path | None, catalogue: Catalogue) -> Mapping | None:
    """Return the shop's mapping, checked against the shop; raises Faults. None: there is none.

    A mapping without [feed] may be one of a file, which `replay` checks.
    """
    if config is None or not (config / FILE).is_file():
        return None
    path = config / FILE
    mapping, faults = read_mapping(path)
    if mapping is not None:
        faults = shop_faults(path, mapping, catalogue.shop)
        if mapping.feed.model_fields_set:
            faults += message_faults(path, mapping)
    if faults:
        raise Faults("check", faults)
    return mapping


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
