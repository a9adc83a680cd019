"""When a watcher finds that a new generation is needed."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.clock import ManualClock
from pipeline.errors import ServiceUnavailable
from pipeline.jobs.book import Book, Page
from pipeline.jobs.flink_rest import FlinkRest, ListedJob
from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.watching import Watcher
from pipeline.stores.memory import MemorySnapshots
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.streams import GenerationMeta, LinkGeneration
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from pipeline.stores.topics import Topics

CATALOGUE = small_catalogue()
STREAM = LinkGeneration("A", 1)
META = GenerationMeta(STREAM, CATALOGUE.plan, "orders", 0, {0: 0}, {0: 0}, 0)


class Log:
    ends = 100

    def end_offsets(self, topic: str) -> dict[int, int]:
        return {0: self.ends}


class RunningJob:
    url = "flink"

    def job(self, name: str) -> ListedJob:
        return ListedJob(job_id="1", name=name, status="RUNNING", started_ms=0)


@pytest.fixture
def store() -> MemorySnapshots:
    return MemorySnapshots(CATALOGUE)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def watcher(store: MemorySnapshots, log: Log, tmp_path: Path) -> Watcher:
    plant = Plant(
        snapshots=store,
        topics=cast("Topics", log),
        flink=cast("FlinkRest", RunningJob()),
        book=Book(tmp_path),
        clock=ManualClock(0),
        submit=lambda spec: "1",
        redis_url="",
        kafka_for_flink="",
    )
    return Watcher(plant, Recipe("A", "orders", CATALOGUE, ((0, 0),), 1))


def write(store: MemorySnapshots, n: int) -> None:
    store.write(STREAM, [CellRow("audit", 0, "counted", CellValue(n, (n, 0)))])


def test_a_redis_that_only_grows_needs_no_new_generation(
    store: MemorySnapshots, watcher: Watcher
) -> None:
    for n in (1, 2, 3):
        write(store, n)
        assert watcher.due.why_new(META) is None


def test_a_redis_that_forgot_needs_one(store: MemorySnapshots, watcher: Watcher) -> None:
    write(store, 1)
    watcher.due.why_new(META)
    store.flush()
    write(store, 2)
    assert watcher.due.why_new(META) == "Redis lost the data of the active generation"


def test_a_redis_that_came_back_from_an_older_snapshot_needs_one_for_good(
    store: MemorySnapshots, watcher: Watcher
) -> None:
    for n in (1, 2, 3):
        write(store, n)
    watcher.due.why_new(META)
    store._generations[STREAM].seq = 1
    assert watcher.due.why_new(META) == "Redis lost the data of the active generation"
    for n in (4, 5, 6, 7):
        write(store, n)
    assert watcher.due.why_new(META) is not None


def test_a_topic_that_ends_before_what_was_counted_needs_one(
    store: MemorySnapshots, log: Log, watcher: Watcher
) -> None:
    write(store, 7)
    log.ends = 7
    assert watcher.due.why_new(META) is None
    log.ends = 6
    assert watcher.due.why_new(META) == "topic orders was cut off or made again"


def test_what_the_archive_knows_comes_back_before_the_new_generation(
    store: MemorySnapshots, log: Log, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def begin(*_: object) -> GenerationMeta:
        done.append("begun")
        return META

    monkeypatch.setattr("pipeline.jobs.watching.begin", begin)
    watcher.restore = lambda: done.append("restored")
    store.put_meta(META)
    watcher.plant.book.write("A", Page(last=1, active=META))
    write(store, 1)
    watcher._look()
    store.flush()
    watcher._look()
    watcher._pool.shutdown()
    assert done == ["restored", "begun"]


def test_a_redis_that_was_empty_from_the_start_is_left_to_submit(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr("pipeline.jobs.watching.begin", lambda *_: META)
    watcher.restore = lambda: done.append("restored")
    watcher.plant.book.write("A", Page(last=1, active=META, life="before"))
    watcher._look()
    watcher._pool.shutdown()
    assert watcher._starting is not None
    assert done == []


def test_an_archive_that_is_away_holds_no_new_generation_up(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise ServiceUnavailable("ClickHouse is away")

    monkeypatch.setattr("pipeline.jobs.watching.begin", lambda *_: META)
    watcher.restore = away
    assert watcher._begin(restore=True) == META
