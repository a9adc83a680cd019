"""Generations of the live job: begin one, see it catch up, make it active, put the old one away."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import structlog

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock, ScaledClock
from pipeline.errors import ServiceUnavailable
from pipeline.jobs.book import Book
from pipeline.jobs.flink_rest import FlinkRest, ListedJob
from pipeline.jobs.readback import (
    Log,
    ReadBack,
    from_beginning,
    read_back,
    wanted_from,
    window_start_ms,
)
from pipeline.jobs.specification import LiveSpec, job_name
from pipeline.sql.flink import live_sql
from pipeline.sql.local_time import Transitions
from pipeline.sql.source import SourceOptions
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.values.streams import GenerationMeta, LinkGeneration

LOG = structlog.get_logger()
LAST_RECORD_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Plant:
    """The services a generation lives in; made by the one wiring place of a command."""

    snapshots: Snapshots
    topics: Topics
    flink: FlinkRest
    book: Book
    clock: Clock
    submit: Callable[[LiveSpec], str]
    redis_url: str
    kafka_for_flink: str


@dataclass(frozen=True)
class Recipe:
    """What is to run: the catalogue, its zone's transitions, the topic, how many ways to split.

    `from_beginning`: read the whole topic, not only what the longest window needs.
    """

    link: str
    topic: str
    catalogue: Catalogue
    transitions: Transitions
    parallelism: int
    from_beginning: bool = False


def begin(plant: Plant, recipe: Recipe) -> GenerationMeta:
    """Give a new number, write its meta and submit its job; raises Refused, ServiceUnavailable."""
    end = plant.topics.end_offsets(recipe.topic)
    log = Log(recipe.topic, plant.topics.first_offsets(recipe.topic), end)
    back = _read_back(plant, recipe, log)
    number = plant.book.take_number(recipe.link, plant.snapshots.generations(recipe.link))
    stream = LinkGeneration(recipe.link, number)
    meta = GenerationMeta(
        stream=stream,
        plan=recipe.catalogue.plan,
        topic=recipe.topic,
        started_real_ms=plant.clock.now_ms(),
        first=back.first,
        target=dict(end),
        cells_from_minute=back.cells_from_minute,
        parallelism=recipe.parallelism,
    )
    plant.snapshots.put_meta(meta)
    job_id = plant.submit(specification(plant, recipe, stream, back.first))
    LOG.info("generation submitted", stream=str(stream), job=job_id)
    return meta


def rehearsal(plant: Plant, recipe: Recipe) -> LiveSpec:
    """Return a job like the one that `begin` will submit, but for where it begins."""
    return specification(plant, recipe, LinkGeneration(recipe.link, 0), {0: 0})


def specification(
    plant: Plant, recipe: Recipe, stream: LinkGeneration, first: Mapping[int, int]
) -> LiveSpec:
    """Return the job of a generation that reads from `first` (partition -> offset)."""
    group = f"daping-{stream.link}-{stream.generation}"
    source = SourceOptions(plant.kafka_for_flink, recipe.topic, group, first)
    return LiveSpec(
        stream=stream,
        sql=live_sql(recipe.catalogue, recipe.transitions, source),
        catalogue=recipe.catalogue,
        redis_url=plant.redis_url,
        rest=plant.flink.url,
        parallelism=recipe.parallelism,
    )


def activate(plant: Plant, meta: GenerationMeta) -> None:
    """Let the readers move to the generation; the one before it is cancelled and put away."""
    link = meta.stream.link
    before = plant.snapshots.active()
    plant.snapshots.activate(before, meta.stream)
    page = plant.book.page(link)
    retired = dict(page.retired)
    for old in {s.stream for s in (before,) if s} | {m.stream for m in (page.active,) if m}:
        if old.link == link and old != meta.stream:
            retired.setdefault(old.generation, plant.clock.now_ms())
    life = plant.snapshots.life(meta.stream)
    page = replace(page, active=meta, life=life, retired=tuple(sorted(retired.items())))
    plant.book.write(link, page)
    cancel(plant, (LinkGeneration(link, number) for number in retired))


def cancel(plant: Plant, streams: Iterable[LinkGeneration]) -> None:
    """Cancel what still runs of these generations; a cluster that is away is asked again later."""
    names = {job_name(stream) for stream in streams}
    try:
        for job in plant.flink.jobs():
            if job.name in names and not job.gone:
                plant.flink.cancel(job.job_id)
    except ServiceUnavailable as fault:
        LOG.warning("old job not cancelled yet", fault=str(fault))


def healthy(plant: Plant, recipe: Recipe) -> ListedJob | None:
    """Return the active generation's job, if it runs this plan and its Redis life is intact."""
    active = plant.snapshots.active()
    if active is None or active.stream.link != recipe.link:
        return None
    meta = plant.snapshots.meta(active.stream)
    if meta is None or (meta.plan, meta.topic) != (recipe.catalogue.plan, recipe.topic):
        return None
    if recipe.from_beginning and meta.cells_from_minute > 0:
        return None
    known = plant.book.page(recipe.link).life
    life = plant.snapshots.life(active.stream)
    if known is not None and life != known:
        return None
    job = plant.flink.job(job_name(active.stream))
    return None if job is None or job.gone else job


def _read_back(plant: Plant, recipe: Recipe, log: Log) -> ReadBack:
    if recipe.from_beginning:
        return from_beginning(log)
    now = _now_of_topic(plant, log)
    start = window_start_ms(recipe.catalogue, recipe.transitions, now)
    wanted = plant.topics.offsets_at(recipe.topic, wanted_from(start))
    return read_back(log, wanted, start)


def _now_of_topic(plant: Plant, log: Log) -> int:
    """Return the instant the wall shows: the source's clock, but never after the last record.

    After the loss of Redis the source may be unknown, and a replayed 2011 must not be read as
    if it were today.
    """
    source = plant.snapshots.source()
    now = plant.clock.now_ms()
    if source is not None:
        now = ScaledClock(source.anchor_real_ms, source.anchor_ms, source.speed).at_real(now)
    last = {p: end - 1 for p, end in log.end.items() if end > log.first[p]}
    if not last:
        return now
    reader = plant.topics.consumer(log.topic, last)
    arrived: dict[int, int] = {}
    try:
        until = time.monotonic() + LAST_RECORD_TIMEOUT_S
        while len(arrived) < len(last) and time.monotonic() < until:
            for message in reader.read():
                arrived.setdefault(message.partition, message.arrived_ms)
    finally:
        reader.close()
    if len(arrived) < len(last):
        raise ServiceUnavailable(f"Kafka did not give the last records of {log.topic} in time")
    return min(now, max(arrived.values()))
