"""Which archive job is left alone, and when a lost one is submitted again."""

from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.clock import ManualClock
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.jobs.archive_starting import ArchivePlant, begin_archive, healthy_archive
from pipeline.jobs.archive_watching import ABSENT_MS, LOOK_EVERY_MS, ArchiveWatcher
from pipeline.jobs.book import Book, Page
from pipeline.jobs.flink_rest import FlinkRest, ListedJob
from pipeline.jobs.specification import ArchiveSpec, ArchiveTarget
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from pipeline.jobs.archive_starting import ArchiveHistory
    from pipeline.stores.topics import Topics

CATALOGUE = small_catalogue()
TRADING = TradingTime(Zone("Asia/Shanghai"), CATALOGUE.windows)


@dataclass
class Cluster:
    """A cluster that remembers what it was given."""

    slots: int = 1
    names: dict[str, str] = field(default_factory=dict)
    specs: list[ArchiveSpec] = field(default_factory=list)
    away: bool = False
    url: str = "http://flink:8081"

    def jobs(self) -> tuple[ListedJob, ...]:
        if self.away:
            raise ServiceUnavailable("Flink is away")
        return tuple(ListedJob(name, name, state, 0) for name, state in self.names.items())

    def job(self, name: str) -> ListedJob | None:
        return next((job for job in self.jobs() if job.name == name), None)

    def free_slots(self) -> int:
        return self.slots

    def cancel(self, job_id: str) -> None:
        self.names[job_id] = "CANCELED"

    def submit(self, spec: ArchiveSpec) -> str:
        self.specs.append(spec)
        self.names[spec.name] = "RUNNING"
        return spec.name


class Log:
    def first_offsets(self, topic: str) -> dict[int, int]:
        return {0: 5, 1: 0}

    def end_offsets(self, topic: str) -> dict[int, int]:
        return {0: 9, 1: 3}


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_000)


@pytest.fixture
def plant_for(
    cluster: Cluster, clock: ManualClock, tmp_path: Path
) -> Callable[[str, str], ArchivePlant]:
    def make(topic: str, database: str) -> ArchivePlant:
        return ArchivePlant(
            link="A",
            topic=topic,
            topics=cast("Topics", Log()),
            flink=cast("FlinkRest", cluster),
            book=Book(tmp_path),
            clock=clock,
            history=cast("ArchiveHistory", None),
            target=ArchiveTarget("http://clickhouse:8123", database, CATALOGUE, TRADING),
            submit=cluster.submit,
            kafka_for_flink="broker:9092",
        )

    return make


@pytest.fixture
def plant(plant_for: Callable[[str, str], ArchivePlant]) -> ArchivePlant:
    return plant_for("orders", "daping")


def test_it_reads_from_the_first_offset_under_a_number_of_its_own(
    plant: ArchivePlant, cluster: Cluster
) -> None:
    plant.book.write("A", Page(last=7))
    assert str(begin_archive(plant)) == "A:1"
    assert cluster.specs[0].name == "daping archive A:1"
    assert "partition:0,offset:5;partition:1,offset:0" in cluster.specs[0].sql.ddl[0]
    assert cluster.specs[0].parallelism == 1
    assert plant.book.page("A").last == 7


def test_a_running_one_is_left_alone(plant: ArchivePlant) -> None:
    assert healthy_archive(plant) is None
    begin_archive(plant)
    running = healthy_archive(plant)
    assert running is not None
    assert running.name == "daping archive A:1"


def test_one_that_is_gone_or_writes_elsewhere_is_not(
    plant: ArchivePlant, plant_for: Callable[[str, str], ArchivePlant], cluster: Cluster
) -> None:
    begin_archive(plant)
    assert healthy_archive(plant_for("orders.other", "daping")) is None
    assert healthy_archive(plant_for("orders", "elsewhere")) is None
    cluster.names["daping archive A:1"] = "FAILED"
    assert healthy_archive(plant) is None


def test_there_is_one_at_a_time_even_after_the_book_was_lost(
    plant: ArchivePlant, cluster: Cluster, tmp_path: Path
) -> None:
    begin_archive(plant)
    cluster.names["daping archive B:1"] = "RUNNING"
    (tmp_path / "generations.json").unlink()
    assert str(begin_archive(plant)) == "A:2"
    assert cluster.names["daping archive A:1"] == "CANCELED"
    assert cluster.names["daping archive B:1"] == "RUNNING"


def test_without_a_free_slot_nothing_is_submitted(
    plant: ArchivePlant, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.jobs.waiting.SLOTS_PATIENCE_S", 0.0)
    cluster.slots = 0
    with pytest.raises(Refused, match="0 free slots"):
        begin_archive(plant)
    assert cluster.specs == []
    assert plant.book.page("archive:A").active is None


def test_the_watcher_brings_a_failed_one_back(
    plant: ArchivePlant, cluster: Cluster, clock: ManualClock
) -> None:
    watcher = ArchiveWatcher(plant)
    tick_through(watcher, clock, LOOK_EVERY_MS)
    assert cluster.specs == []  # nobody ever submitted one
    begin_archive(plant)
    tick_through(watcher, clock, LOOK_EVERY_MS)
    assert len(cluster.specs) == 1
    cluster.names["daping archive A:1"] = "FAILED"
    tick_through(watcher, clock, LOOK_EVERY_MS)
    assert [spec.name for spec in cluster.specs] == ["daping archive A:1", "daping archive A:2"]
    watcher.close()


def test_the_watcher_gives_a_restarted_jobmanager_time(
    plant: ArchivePlant, cluster: Cluster, clock: ManualClock
) -> None:
    watcher = ArchiveWatcher(plant)
    begin_archive(plant)
    cluster.away = True
    tick_through(watcher, clock, LOOK_EVERY_MS)
    cluster.away = False
    cluster.names.clear()
    tick_through(watcher, clock, ABSENT_MS - LOOK_EVERY_MS)
    assert len(cluster.specs) == 1
    tick_through(watcher, clock, 3 * LOOK_EVERY_MS)
    assert len(cluster.specs) == 2
    watcher.close()


def tick_through(watcher: ArchiveWatcher, clock: ManualClock, ms: int) -> None:
    """Tick as `watch` does while the clock goes on, and let a submission end."""
    for _ in range(ms // 1_000 + 1):
        watcher.tick()
        clock.advance(1_000)
    if watcher._starting is not None:
        wait([watcher._starting], timeout=30)
    watcher.tick()
