"""Starting the archive job of a link: one at a time, from the topic's first offset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from pipeline.clock import Clock
from pipeline.jobs.book import Book, archive_page
from pipeline.jobs.flink_rest import FlinkRest, ListedJob
from pipeline.jobs.specification import ArchiveSpec, ArchiveTarget, archive_name
from pipeline.jobs.waiting import need_slots, patiently
from pipeline.sql.archive import archive_sql
from pipeline.sql.source import SourceOptions
from pipeline.stores.history_protocol import HistoryWriter
from pipeline.stores.topics import Topics
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import GenerationMeta, LinkGeneration

LOG = structlog.get_logger()


class ArchiveHistory(HistoryWriter, Protocol):
    """History as an archive job needs it: told events, and asked how far they reach."""

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        """Return how far the archive has come, by partition."""


@dataclass(frozen=True)
class ArchivePlant:
    """The services the archive job of one link needs; it needs no Redis."""

    link: str
    topic: str
    topics: Topics
    flink: FlinkRest
    book: Book
    clock: Clock
    history: ArchiveHistory
    target: ArchiveTarget
    submit: Callable[[ArchiveSpec], str]
    kafka_for_flink: str

    @property
    def plan(self) -> str:
        """What a running job must have been started with to be left alone."""
        return f"{self.target.catalogue.shop.currency} to {self.target.database}"


def make_ready(plant: ArchivePlant, patience_s: float) -> None:
    """Return once Kafka has the topic and ClickHouse the tables, which are made where missing.

    With patience a missing topic is made too: everything starts together.
    Raises what the missing one said last, ServiceUnavailable or ConfigurationError.
    """

    def look() -> None:
        if patience_s > 0:
            plant.topics.ensure(plant.topic)
        plant.topics.end_offsets(plant.topic)
        plant.flink.free_slots()
        for done in plant.history.migrate():
            LOG.info("history migrated", done=done)

    patiently(look, patience_s)


def healthy_archive(plant: ArchivePlant) -> ListedJob | None:
    """Return the job of the page, if it runs and writes this topic's orders where it should."""
    meta = plant.book.page(archive_page(plant.link)).active
    if meta is None or (meta.plan, meta.topic) != (plant.plan, plant.topic):
        return None
    job = plant.flink.job(archive_name(meta.stream))
    return None if job is None or job.gone else job


def begin_archive(plant: ArchivePlant, slots_patience_s: float = 0) -> LinkGeneration:
    """Cancel what else archives this link, give a number and submit the job.

    It reads the topic again from its first offset: events that are there already stay as they are.
    Raises Refused (no free slot) or ServiceUnavailable.
    """
    _cancel_others(plant)
    patiently(lambda: need_slots(plant.flink, 1), slots_patience_s)
    page = archive_page(plant.link)
    first = dict(plant.topics.first_offsets(plant.topic))
    target = dict(plant.topics.end_offsets(plant.topic))
    stream = LinkGeneration(plant.link, plant.book.take_number(page, _numbers(plant)))
    source = SourceOptions(
        plant.kafka_for_flink,
        plant.topic,
        f"daping-archive-{stream.link}-{stream.generation}",
        first,
    )
    spec = ArchiveSpec(
        stream=stream,
        topic=plant.topic,
        sql=archive_sql(plant.target.catalogue.shop.currency, source),
        target=plant.target,
        rest=plant.flink.url,
    )
    job_id = plant.submit(spec)
    now = plant.clock.now_ms()
    meta = GenerationMeta(stream, plant.plan, plant.topic, now, first, target, 0)
    plant.book.write(page, replace(plant.book.page(page), active=meta))
    LOG.info("archive submitted", stream=str(stream), job=job_id)
    return stream


def _ours(plant: ArchivePlant) -> list[ListedJob]:
    prefix = archive_name(LinkGeneration(plant.link, 0)).removesuffix("0")
    return [job for job in plant.flink.jobs() if job.name.startswith(prefix)]


def _numbers(plant: ArchivePlant) -> tuple[int, ...]:
    return tuple(int(job.name.rpartition(":")[2]) for job in _ours(plant))


def _cancel_others(plant: ArchivePlant) -> None:
    for job in _ours(plant):
        if not job.gone:
            LOG.info("archive cancelled", job=job.name)
            plant.flink.cancel(job.job_id)
