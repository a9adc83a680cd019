"""`replay`: send the orders of a file through a mapping."""

from datetime import datetime, time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from pipeline import logs
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.commands.moment import Moment
from pipeline.errors import ConfigurationError
from pipeline.mapping.load import load_mapping, shop_faults
from pipeline.mapping.model import Mapping
from pipeline.replay.feed import read_columns, run_name
from pipeline.replay.held import read_held
from pipeline.replay.lines import Lines, zone_of
from pipeline.replay.mapping import mapping_name, mapping_path, refuse_unfit, shop_folder
from pipeline.replay.player import FAST, Player, Told
from pipeline.replay.schedule import Asked, Schedule, plan_schedule
from pipeline.settings import Settings
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.values.streams import SourceState

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", "name", required=True, help="A packaged mapping's name, or a .toml.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Default 1.")
@click.option("--fast", is_flag=True, help="As fast as it goes.")
@click.option("--from", "first", type=_DAY, help="First local date; its eve is prefilled.")
@click.option("--to", "last", type=_DAY, help="Last local date.")
@click.option("--at", type=Moment(), help="Local time the clock starts at; before is prefilled.")
@click.option("--shift-to", type=_DAY, help="The date that the first date becomes.")
@click.option("--topic", help="Default DAPING_TOPIC, or orders.replay.<mapping>.")
@click.option(
    "--past",
    is_flag=True,
    help="Send what lies before --from instead, for the archive: fast, and no clock follows it.",
)
@click.option("--stay", is_flag=True, help="At the end go on saying that the clock stands.")
def command(file: Path, name: str, **options: object) -> None:
    """Send the orders of FILE (parquet, CSV, JSON lines) on a clock of their own.

    Event ids name the file, the mapping, the shift and the row: a second start sends what Kafka
    does not hold yet, and nothing twice.
    """
    if options["fast"] and options["speed"]:
        raise ConfigurationError("--fast and --speed contradict each other: give one")
    past = bool(options["past"])
    if past and (options["first"] is None or options["speed"] or options["stay"]):
        raise ConfigurationError("--past needs --from, and takes neither --speed nor --stay")
    settings, console = Settings(), Console(stderr=True)
    path = mapping_path(name, settings.shop_folder)
    mapping = load_mapping(path)
    logs.start("replay", settings)
    refuse_unfit(path, mapping)
    catalogue = load_catalogue(settings.shop_folder)
    refuse_other_currency(mapping, path, catalogue)
    called = mapping_name(path)
    with console.status(f"reading {file}"):
        asked = asked_for(options)
        shift = "" if asked.shift_to is None else f"{asked.first} becomes {asked.shift_to}"
        lines = Lines(mapping, read_columns(file, mapping), run_name(file, path, shift))
        schedule = schedule_of(lines, asked, catalogue)
        schedule = before(schedule, lines) if past else schedule
    of_past = past_topic(called) if past else settings.topic
    topic = str(options["topic"] or of_past or f"orders.replay.{called}")
    topics = Topics(settings.endpoint("kafka"))
    topics.ensure(topic)
    with console.status(f"looking at what {topic} holds"):
        held = read_held(topics, topic, lines.run)
    snapshots = RedisSnapshots(settings.endpoint("redis_url"), catalogue)
    with bar(console) as progress:
        task = progress.add_task(called, total=None, told="")

        def tell(state: SourceState, told: Told) -> None:
            at = datetime.fromtimestamp(told.at_ms / 1000, zone_of(mapping))
            text = f"{at:%Y-%m-%d %H:%M}  {told.sent} sent, {told.skipped} there already"
            progress.update(task, told=text)
            if not past:  # the wall follows the clock of the day, not that of its past
                snapshots.put_source(state)

        speed = FAST if options["fast"] or past else float(str(options["speed"] or 1.0))
        player = Player(topics.producer(topic), schedule, speed, called, tell)
        player.play(lines.between(schedule.send_ms, schedule.end_ms), held)
    skipped = "".join(f", {count} skipped ({why})" for why, count in lines.skipped.items())
    click.echo(
        f"{topic}: {player.sums.line()}; sent {player.sent}, "
        f"{player.skipped} there already{skipped}"
    )
    if options["stay"]:
        player.stay()


def asked_for(options: dict[str, object]) -> Asked:
    """Read the dates among the options; click has made them datetimes."""
    first, last, shift_to = (
        value.date() if isinstance(value := options[name], datetime) else None
        for name in ("first", "last", "shift_to")
    )
    at = options["at"]
    return Asked(first, last, at if isinstance(at, datetime | time) else None, shift_to)


def refuse_other_currency(mapping: Mapping, path: Path, catalogue: Catalogue) -> None:
    """Refuse a feed whose every line the shop's validation would reject."""
    faults = shop_faults(path, mapping, catalogue.shop)
    if faults:
        folder = shop_folder(path) or f"a shop that sells in {mapping.currency.constant}"
        raise ConfigurationError(
            f"{'; '.join(faults)}: every line would be rejected. Set DAPING_CONFIG to the folder "
            f"of the shop: {folder}"
        )


def schedule_of(lines: Lines, asked: Asked, catalogue: Catalogue) -> Schedule:
    """Lay out what is asked for over the feed's own time, and give the lines their shift."""
    zone = zone_of(lines.mapping)
    times = lines.times()
    if not times:
        raise ConfigurationError("the file has no rows")
    ends = [
        datetime.fromtimestamp(at / 1000, zone).replace(tzinfo=None)
        for at in (min(times), max(times))
    ]
    schedule = plan_schedule(asked, zone, opening_minute(catalogue), *ends)
    lines.move(schedule.shift)
    return schedule


def past_topic(name: str) -> str:
    """Return the topic of what lies before a replay's first day."""
    return f"orders.past.{name}"


def before(schedule: Schedule, lines: Lines) -> Schedule:
    """Return the stretch from the feed's first line to where a schedule begins to send."""
    first = min(min(lines.times()), schedule.send_ms)
    return Schedule(first, first, first, schedule.send_ms, schedule.shift)


def opening_minute(catalogue: Catalogue) -> int:
    """Return where the longest window begins, in minutes from the business date's midnight."""
    return min(0, *(window.start for window in catalogue.windows.values()))


def bar(console: Console) -> Progress:
    """Return the line that shows how far the replay is."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        TextColumn("{task.fields[told]}"),
        console=console,
        transient=True,
    )
