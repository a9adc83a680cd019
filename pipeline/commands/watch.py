"""`python -m pipeline watch`: keeps one link alive; never ends by itself."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial

import click
import structlog

from pipeline import logs
from pipeline.commands.flink_client import client_folders, wire
from pipeline.errors import ConfigurationError
from pipeline.jobs.archive_watching import ArchiveWatcher
from pipeline.jobs.submission import ARCHIVE, submit_job
from pipeline.jobs.watching import Watcher
from pipeline.jobs.wiring import archive_plant, client_environment
from pipeline.settings import Settings

TICK_S = 1.0
# What the wall shows and the day before; the archive is a second or two behind.
RESTORED_DAYS = 2
RESTORE_PATIENCE_S = 10.0
LOG = structlog.get_logger()


@click.command("watch")
@click.option("--link", help="The link to watch (default: the setting's).")
def command(link: str | None) -> None:
    """Tell the job's state every second; start a new generation when data was lost.

    The archive job is submitted again when it is gone for good.
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    settings = Settings() if link is None else Settings(link=link)
    logs.start("watch", settings)
    environment = client_environment(client_folders(settings))
    watchers = _watchers(settings, environment)
    LOG.info("watching", link=settings.link, topic=settings.orders_topic)
    try:
        while not ended.is_set():
            began = time.monotonic()
            for watcher in watchers:
                try:
                    watcher.tick()
                except Exception:  # the watcher outlives whatever happens to what it watches
                    LOG.exception("tick failed")
            ended.wait(max(0.05, TICK_S - (time.monotonic() - began)))
    finally:
        for watcher in watchers:
            watcher.close()


def _watchers(
    settings: Settings, environment: Mapping[str, str]
) -> Sequence[Watcher | ArchiveWatcher]:
    """Return the watcher of the live job and, where a ClickHouse is named, the archive's."""
    submit = partial(submit_job, environment=environment)
    live = Watcher(*wire(settings, submit))
    try:
        plant = archive_plant(settings, partial(submit, program=ARCHIVE))
    except ConfigurationError as fault:
        LOG.info("no archive to watch", reason=str(fault))
        return [live]
    live.restore = partial(_restore, settings)
    return [live, ArchiveWatcher(plant)]


def _restore(settings: Settings) -> None:
    from pipeline.commands.rebuild import wire as wire_rebuild  # seldom needed, and slow to load
    from pipeline.history.rebuild import rebuild

    done = rebuild(wire_rebuild(settings, RESTORED_DAYS), RESTORE_PATIENCE_S, LOG.info)
    LOG.info("Redis restored from the archive", cells=done.cells, behind=done.behind)
