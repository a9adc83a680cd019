"""`python -m pipeline submit`: a new generation of the live job, or the archive job."""

from dataclasses import dataclass, replace

import click

from pipeline import logs
from pipeline.commands import submit_archive
from pipeline.commands.flink_client import client_folders, wire
from pipeline.commands.submit_progress import Progress
from pipeline.errors import Refused
from pipeline.jobs.generations import (
    Plant,
    Recipe,
    activate,
    begin,
    healthy,
    rehearsal,
)
from pipeline.jobs.submission import Submission
from pipeline.jobs.waiting import wait_until_begun, wait_until_caught_up, wait_until_ready
from pipeline.jobs.wiring import client_environment
from pipeline.settings import Settings
from pipeline.values.streams import GenerationMeta

NO_PROGRESS_S = 180.0  # a restore from RocksDB and the start of the Python workers fit in this


@click.group("submit")
def command() -> None:
    """Start a Flink job on the cluster."""


command.add_command(submit_archive.command)


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
    wait_until_caught_up(plant, meta, Progress(), NO_PROGRESS_S)
    _activate(plant, meta)
    click.echo(f"{meta.stream} is active")


def _activate(plant: Plant, meta: GenerationMeta) -> None:
    try:
        activate(plant, meta)
    except Refused:
        active = plant.snapshots.active()  # `watch` may have been faster
        if active is None or active.stream != meta.stream:
            raise


def _offsets(places: dict[int, int]) -> str:
    return ", ".join(f"{partition}:{offset}" for partition, offset in sorted(places.items()))
