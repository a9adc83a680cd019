"""`python -m pipeline submit`: a new generation of the live job, or the archive job."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import click

from pipeline import logs
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.jobs.archive_draining import drain as drain_topic
from pipeline.jobs.archive_draining import left_to_archive
from pipeline.jobs.archive_starting import begin_archive, healthy_archive, make_ready
from pipeline.jobs.generations import (
    Plant,
    Recipe,
    activate,
    begin,
    healthy,
    rehearsal,
)
from pipeline.jobs.specification import LiveSpec
from pipeline.jobs.submission import ARCHIVE, Submission, submit_job
from pipeline.jobs.waiting import (
    SLOTS_PATIENCE_S,
    patiently,
    wait_until_begun,
    wait_until_caught_up,
    wait_until_level,
    wait_until_ready,
)
from pipeline.jobs.wiring import archive_plant, client_environment, plant_and_recipe
from pipeline.local.flink_files import flink_environment, link_jars
from pipeline.local.layout import Layout
from pipeline.local.profiles import choose_profile
from pipeline.settings import Settings
from pipeline.values.streams import GenerationMeta

NO_PROGRESS_S = 180.0  # a restore from RocksDB and the start of the Python workers fit in this


@click.group("submit")
def command() -> None:
    """Start a Flink job on the cluster."""


@command.command("live")
@click.option("--link", help="The link to start (default: the setting's).")
@click.option("--no-wait", is_flag=True, help="Leave waiting and activating to `watch`.")
@click.option(
    "--at-once",
    is_flag=True,
    help="Show it while it catches up, if nothing is shown; ends with its first number.",
)
@click.option(
    "--patience", type=float, default=0.0, help="Seconds to wait for Kafka, Redis and Flink."
)
@click.option(
    "--from-beginning",
    is_flag=True,
    help="Read the whole topic, not only what the longest window needs: a replay of many days.",
)
def live(
    link: str | None, no_wait: bool, at_once: bool, patience: float, from_beginning: bool
) -> None:
    """Start a new generation of the live job and show it once it has caught up."""
    settings = Settings() if link is None else Settings(link=link)
    logs.start("submit", settings)
    folders = client_folders(settings)
    submission = Submission(client_environment(folders), rehearses=True)
    try:
        plant, recipe = wire(settings, submission.submit)
        recipe = replace(recipe, from_beginning=from_beginning)
        submission.rehearse(rehearsal(plant, recipe))
        with plant.book.turn(recipe.link, patience):
            wait_until_ready(plant, recipe, patience)
            start(plant, recipe, Ending(no_wait, at_once))
    finally:
        submission.close()


@command.command("archive")
@click.option("--link", help="The link to archive (default: the setting's).")
@click.option(
    "--patience", type=float, default=0.0, help="Seconds to wait for Kafka, Flink and ClickHouse."
)
@click.option(
    "--behind-live", is_flag=True, help="Leave Flink to the live job until that one runs."
)
@click.option("--topic", help="Topic to archive (default DAPING_TOPIC or orders).")
@click.option("--drain", is_flag=True, help="The topic has an end: read to it, then let go.")
def archive(
    link: str | None, patience: float, behind_live: bool, topic: str | None, drain: bool
) -> None:
    """Start the job that writes every counted order line to ClickHouse, unless it runs already."""
    of_live = Settings() if link is None else Settings(link=link)
    logs.start("submit", of_live)
    settings = of_live if topic is None else of_live.model_copy(update={"topic": topic})
    environment = client_environment(client_folders(settings))
    plant = archive_plant(settings, partial(submit_job, environment=environment, program=ARCHIVE))
    if behind_live:
        _wait_for_live(of_live, patience)
    make_ready(plant, patience)
    if drain and not left_to_archive(plant):
        click.echo(f"topic {plant.topic} is in the archive already")
        return
    running = healthy_archive(plant)
    if running is not None and not drain:
        click.echo(f"{running.name} runs already (job {running.job_id})")
        return
    stream = begin_archive(plant, SLOTS_PATIENCE_S)
    click.echo(
        f"submitted archive {stream}: topic {plant.topic} from its first offset "
        f"to database {plant.target.database}"
    )
    if drain:
        drain_topic(plant, stream, _Progress("messages"))
        click.echo(f"topic {plant.topic} is in the archive")


def _wait_for_live(settings: Settings, patience_s: float) -> None:
    """Return once a live job runs and has all but caught up."""
    plant, recipe = wire(settings, lambda spec: "")

    def look() -> None:
        if healthy(plant, recipe) is None:
            raise ServiceUnavailable(f"no live job of link {recipe.link} runs: submit it first")

    patiently(look, patience_s)
    wait_until_level(plant, recipe, patience_s)


@dataclass(frozen=True)
class Ending:
    """When the readers move to the new generation."""

    no_wait: bool
    at_once: bool


def start(plant: Plant, recipe: Recipe, ending: Ending) -> None:
    """Begin a generation, unless a healthy one runs already, and say what happens."""
    running = healthy(plant, recipe)
    if running is not None:
        click.echo(f"{running.name} runs already with this plan (job {running.job_id})")
        return
    click.echo(f"starting link {recipe.link} from topic {recipe.topic}")
    nothing_shown = plant.snapshots.active() is None
    meta = begin(plant, recipe)
    click.echo(f"submitted {meta.stream}, reading from {_offsets(meta.first)}")
    if ending.at_once and nothing_shown:
        _activate(plant, meta)
        click.echo(f"{meta.stream} is active and catching up")
        wait_until_begun(plant, meta, NO_PROGRESS_S)
        click.echo(f"{meta.stream} counts")
        return
    if ending.no_wait:
        click.echo("`python -m pipeline watch` will activate it once it has caught up")
        return
    click.echo(f"catching up to {_offsets(meta.target)}")
    wait_until_caught_up(plant, meta, _Progress(), NO_PROGRESS_S)
    _activate(plant, meta)
    click.echo(f"{meta.stream} is active")


def client_folders(settings: Settings) -> dict[str, str]:
    """Return the environment that names the folders of Flink's client in our home."""
    layout = Layout(settings.home.resolve())
    if not any(layout.flink_lib.glob("*.jar")):
        link_jars(layout)
    return flink_environment(layout)


def wire(settings: Settings, submit: Callable[[LiveSpec], str]) -> tuple[Plant, Recipe]:
    """Return services and recipe of the settings."""
    return plant_and_recipe(settings, submit, choose_profile(settings.profile).parallelism)


def _activate(plant: Plant, meta: GenerationMeta) -> None:
    try:
        activate(plant, meta)
    except Refused:
        active = plant.snapshots.active()  # `watch` may have been faster
        if active is None or active.stream != meta.stream:
            raise


def _offsets(places: dict[int, int]) -> str:
    return ", ".join(f"{partition}:{offset}" for partition, offset in sorted(places.items()))


class _Progress:
    """Prints a line whenever a tenth of the way is done."""

    def __init__(self, what: str = "offsets") -> None:
        self._what = what
        self._whole = 0
        self._tenths = -1

    def __call__(self, rest: int) -> None:
        self._whole = max(self._whole, rest)
        tenths = 10 * (self._whole - rest) // self._whole
        if tenths > self._tenths:
            self._tenths = tenths
            click.echo(f"{10 * tenths} %: {rest} {self._what} to go")
