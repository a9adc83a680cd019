"""A plant for the live job on the real parts, and what tests ask of it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Producer

from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.jobs.book import Book
from pipeline.jobs.flink_rest import FlinkRest
from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.submission import submit_job
from pipeline.jobs.wiring import client_environment
from pipeline.local.flink_files import flink_environment
from pipeline.local.layout import Layout
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.trading.zone import Zone
from pipeline.values.cells import CellValue
from pipeline.values.streams import GenerationMeta
from tests.integration.real_parts import RealParts

Cells = dict[tuple[str, int, str], CellValue]


@dataclass(frozen=True)
class Sent:
    """One message: payload (None: a tombstone), record time, partition, what it must be called."""

    payload: bytes | None
    arrived_ms: int
    partition: int
    kind: str
    order: dict[str, object] | None = None


def plant_on(parts: RealParts, folder: Path, catalogue: Catalogue) -> Plant:
    """Return the services; the book of generations is kept in `folder`."""
    ends = parts.endpoints
    client = client_environment(flink_environment(Layout(parts.home)))
    return Plant(
        snapshots=RedisSnapshots(ends["redis_url"], catalogue, timeout_s=30),
        topics=Topics(ends["kafka"]),
        flink=FlinkRest(ends["flink_rest"]),
        book=Book(folder),
        clock=SystemClock(),
        submit=lambda spec: submit_job(spec, client),
        redis_url=ends["redis_url"],
        kafka_for_flink=ends["kafka"],
    )


def recipe_of(topic: str, catalogue: Catalogue, link: str = "A") -> Recipe:
    transitions = Zone(catalogue.shop.zone).transitions(2000, 2040)
    return Recipe(link, topic, catalogue, transitions, 1)


def send(plant: Plant, topic: str, messages: Iterable[Sent]) -> None:
    """Put messages where they say, with the record time they say."""
    producer = Producer({"bootstrap.servers": plant.topics.bootstrap, "linger.ms": 5})
    for message in messages:
        producer.produce(
            topic,
            value=message.payload,
            key=b"k",
            partition=message.partition,
            timestamp=message.arrived_ms,
        )
        producer.poll(0)
    assert producer.flush(30) == 0


def cells_of(plant: Plant, meta: GenerationMeta, days: Iterable[int]) -> Cells:
    """Return every cell of the epoch days, and the audit's."""
    cursors = {"audit": 0, **{str(day): 0 for day in days}}
    changes = plant.snapshots.changes(meta.stream, cursors, 1_000_000)
    assert not changes.more
    return {(row.cube, row.bucket, row.key): row.value for row in changes.cells}


def classes_of(plant: Plant, meta: GenerationMeta) -> dict[tuple[int, str], int]:
    """Return (partition, class) -> rows."""
    cells = cells_of(plant, meta, ())
    return {(partition, name): value.n for (_, partition, name), value in cells.items()}


def until(holds: Callable[[], bool], timeout_s: float) -> None:
    """Return once it holds; the caller asserts, so that a test says what it found instead."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and not holds():
        time.sleep(0.3)


def cancel_all(plant: Plant) -> None:
    """End every job of the cluster; what a test leaves would take the next one's slots."""
    for job in plant.flink.jobs():
        if not job.gone:
            plant.flink.cancel(job.job_id)
    until(lambda: all(job.gone for job in plant.flink.jobs()), 60)
