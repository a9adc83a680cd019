"""`submit archive`: the job that writes counted order lines to ClickHouse, or drains a topic."""

from functools import partial

import click

from pipeline import logs
from pipeline.commands.flink_client import client_folders, wire
from pipeline.commands.submit_progress import Progress
from pipeline.errors import ServiceUnavailable
from pipeline.jobs.archive_draining import drain as drain_topic
from pipeline.jobs.archive_draining import left_to_archive
from pipeline.jobs.archive_starting import begin_archive, healthy_archive, make_ready
from pipeline.jobs.generations import healthy
from pipeline.jobs.submission import ARCHIVE, submit_job
from pipeline.jobs.waiting import SLOTS_PATIENCE_S, patiently, wait_until_level
from pipeline.jobs.wiring import archive_plant, client_environment
from pipeline.settings import Settings


@click.command("archive")
@click.option("--link", help="The link to archive (default: the setting's).")
@click.option(
    "--patience", type=float, default=0.0, help="Seconds to wait for Kafka, Flink and ClickHouse."
)
@click.option(
    "--behind-live", is_flag=True, help="Leave Flink to the live job until that one runs."
)
@click.option("--topic", help="Topic to archive (default DAPING_TOPIC or orders).")
@click.option("--drain", is_flag=True, help="The topic has an end: read to it, then let go.")
def command(
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
        drain_topic(plant, stream, Progress("messages"))
        click.echo(f"topic {plant.topic} is in the archive")


def _wait_for_live(settings: Settings, patience_s: float) -> None:
    """Return once a live job runs and has all but caught up."""
    plant, recipe = wire(settings, lambda spec: "")

    def look() -> None:
        if healthy(plant, recipe) is None:
            raise ServiceUnavailable(f"no live job of link {recipe.link} runs: submit it first")

    patiently(look, patience_s)
    wait_until_level(plant, recipe, patience_s)
