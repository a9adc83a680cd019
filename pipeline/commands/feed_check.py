"""Whether a file, a mapping, a shop and the dates asked for fit together, before all is started."""

from pathlib import Path

from pipeline.catalogue.load import load_catalogue
from pipeline.commands.replay import asked_for, opening_minute, refuse_other_currency
from pipeline.errors import ConfigurationError
from pipeline.mapping.load import load_mapping
from pipeline.mapping.unmapped import Unmapped
from pipeline.replay.feed import read_ends, run_name
from pipeline.replay.lines import local_time, zone_of
from pipeline.replay.mapping import mapping_path, refuse_unfit, shop_folder
from pipeline.replay.schedule import plan_schedule


def check_feed(
    feed: Path, name: str, options: dict[str, object], config: Path | None
) -> tuple[Path, str, Path | None]:
    """Return the mapping's path, the run's name and the shop's folder.

    Raises ConfigurationError, Faults for the first thing that does not fit.
    """
    path = mapping_path(name, config).resolve()
    mapping = load_mapping(path)
    refuse_unfit(path, mapping)
    shop = config or shop_folder(path)
    catalogue = load_catalogue(shop)
    refuse_other_currency(mapping, path, catalogue)
    if not feed.is_file():
        raise ConfigurationError(f"--replay {feed}: there is no such file")
    ends = [end for end in read_ends(feed, mapping) if end is not None]
    if not ends:
        raise ConfigurationError(f"{feed} has no rows")
    try:
        first, last = (local_time(mapping, end) for end in ends)
    except Unmapped as fault:
        raise ConfigurationError(f"{feed} {mapping.time} {fault.detail}") from fault
    asked = asked_for({**options, "shift_to": None})
    plan_schedule(asked, zone_of(mapping), opening_minute(catalogue), first, last)
    return path, run_name(feed, path, ""), shop
