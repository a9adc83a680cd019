"""`python -m pipeline watch`: keeps one link alive; never ends by itself."""

import signal
import threading
import time
from functools import partial

import click
import structlog

from pipeline.commands.submit import client_folders, wire
from pipeline.jobs.submission import submit_job
from pipeline.jobs.watching import Watcher
from pipeline.jobs.wiring import client_environment
from pipeline.settings import Settings

TICK_S = 1.0
LOG = structlog.get_logger()


@click.command("watch")
@click.option("--link", help="The link to watch (default: the setting's).")
def command(link: str | None) -> None:
    """Tell the job's state every second; start a new generation when data was lost."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    settings = Settings() if link is None else Settings(link=link)
    environment = client_environment(client_folders(settings))
    plant, recipe = wire(settings, partial(submit_job, environment=environment))
    watcher = Watcher(plant, recipe)
    LOG.info("watching", link=recipe.link, topic=recipe.topic, plan=recipe.catalogue.plan)
    try:
        while not ended.is_set():
            began = time.monotonic()
            try:
                watcher.tick()
            except Exception:  # the watcher outlives whatever happens to what it watches
                LOG.exception("tick failed")
            ended.wait(max(0.05, TICK_S - (time.monotonic() - began)))
    finally:
        watcher.close()
