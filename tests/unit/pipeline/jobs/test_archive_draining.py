"""When a topic that has an end is in the archive: its last messages may never become rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.clock import ManualClock
from pipeline.errors import ServiceUnavailable
from pipeline.jobs import archive_draining
from pipeline.jobs.archive_draining import drain, left_to_archive
from pipeline.jobs.archive_starting import ArchivePlant
from pipeline.jobs.book import Book
from pipeline.jobs.flink_rest import FlinkRest, ListedJob
from pipeline.jobs.specification import ArchiveTarget
from pipeline.stores.topics import Message
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import LinkGeneration
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from pipeline.jobs.archive_starting import ArchiveHistory
    from pipeline.stores.topics import Topics

CATALOGUE = small_catalogue()
TARGET = ArchiveTarget(
    "http://clickhouse:8123", "daping", CATALOGUE, TradingTime(Zone("UTC"), CATALOGUE.windows)
)
# Refused, but read: it becomes a row of the archive job. The others leave none.
ROW, BROKEN, TOMBSTONE = b'{"v":2}', b'{"v":1,"event_', None


@dataclass
class Log:
    """Partitions of messages that begin at some offset; hands out a few at a time."""

    messages: dict[int, list[bytes | None]]
    first: int = 0
    silent: bool = False
    readers: int = 0
    at: dict[int, int] = field(default_factory=dict)

    def first_offsets(self, topic: str) -> dict[int, int]:
        return dict.fromkeys(self.messages, self.first)

    def end_offsets(self, topic: str) -> dict[int, int]:
        return {p: self.first + len(held) for p, held in self.messages.items()}

    def consumer(self, topic: str, offsets: Mapping[int, int]) -> "Log":
        self.readers += 1
        self.at = dict(offsets)
        return self

    def read(self, limit: int, timeout_s: float) -> list[Message]:
        found = []
        for partition, at in self.at.items() if not self.silent else ():
            for value in self.messages[partition][at - self.first :][:2]:
                found.append(Message(partition, self.at[partition], 1, None, value))
                self.at[partition] += 1
        return found

    def close(self) -> None:
        self.readers -= 1


@dataclass
class Archive:
    """Every partition has come to some second of minute 7: its own number."""

    reached: dict[int, int]
    told: dict[int, ArchivePosition] = field(default_factory=dict)

    def progress(self, link: str, topic: str) -> dict[int, ArchivePosition]:
        return {p: ArchivePosition(at, 420_000 + p, 1) for p, at in self.reached.items()}

    def put_progress(self, link: str, topic: str, told: dict[int, ArchivePosition]) -> None:
        self.told = told


class Cluster:
    """One job that runs until it is cancelled."""

    def __init__(self) -> None:
        self.status = "RUNNING"

    def job(self, name: str) -> ListedJob:
        return ListedJob("1", name, self.status, 0)

    def cancel(self, job_id: str) -> None:
        self.status = "CANCELED"


def plant_of(log: Log, reached: dict[int, int], home: Path, cluster: Cluster) -> ArchivePlant:
    return ArchivePlant(
        link="A",
        topic="orders",
        topics=cast("Topics", log),
        flink=cast("FlinkRest", cluster),
        book=Book(home),
        clock=ManualClock(0),
        history=cast("ArchiveHistory", Archive(reached)),
        target=TARGET,
        submit=lambda spec: "",
        kafka_for_flink="broker:9092",
    )


@pytest.mark.parametrize(
    ("messages", "reached", "left"),
    [
        ({0: [ROW, ROW, ROW]}, {}, 3),
        ({0: [ROW, ROW, ROW]}, {0: 3}, 0),
        ({0: [ROW, ROW, BROKEN, TOMBSTONE]}, {0: 2}, 0),
        ({0: [ROW, BROKEN, ROW, BROKEN]}, {0: 1}, 1),
        ({0: [ROW], 1: [BROKEN]}, {0: 1}, 0),
        ({0: [ROW], 1: []}, {0: 1}, 0),
    ],
    ids=["none", "all", "an unparseable end", "a row between", "only unparseable", "empty"],
)
def test_only_what_becomes_a_row_is_waited_for(
    messages: dict[int, list[bytes | None]], reached: dict[int, int], left: int, tmp_path: Path
) -> None:
    log = Log(messages)
    assert left_to_archive(plant_of(log, reached, tmp_path, Cluster())) == left
    assert log.readers == 0


def test_what_the_topic_no_longer_holds_is_not_waited_for(tmp_path: Path) -> None:
    log = Log({0: [ROW], 1: []}, first=7)
    assert left_to_archive(plant_of(log, {}, tmp_path, Cluster())) == 1
    assert left_to_archive(plant_of(log, {0: 8}, tmp_path, Cluster())) == 0


def test_far_behind_the_end_nothing_is_read(tmp_path: Path) -> None:
    log = Log({0: [ROW] * (archive_draining.TAIL + 1)}, silent=True)
    assert left_to_archive(plant_of(log, {}, tmp_path, Cluster())) == archive_draining.TAIL + 1


def test_a_kafka_that_does_not_give_the_end_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_draining, "TAIL_S", 0.0)
    with pytest.raises(ServiceUnavailable, match="last messages of orders"):
        left_to_archive(plant_of(Log({0: [ROW]}, silent=True), {}, tmp_path, Cluster()))


def test_a_topic_that_ends_unparseable_is_drained_and_its_job_let_go(tmp_path: Path) -> None:
    cluster, said = Cluster(), list[int]()
    plant = plant_of(Log({0: [ROW, BROKEN]}), {0: 1}, tmp_path, cluster)
    drain(plant, LinkGeneration("A", 1), said.append)
    assert (cluster.status, said) == ("CANCELED", [])


def test_a_drained_topic_is_whole_to_the_end_of_its_last_minute(tmp_path: Path) -> None:
    log = Log({0: [ROW, ROW], 1: [ROW], 2: []})
    plant = plant_of(log, {0: 2, 1: 1}, tmp_path, Cluster())
    drain(plant, LinkGeneration("A", 1), lambda left: None)
    assert cast("Archive", plant.history).told == {
        0: ArchivePosition(2, 480_000, 0),
        1: ArchivePosition(1, 480_000, 0),
    }
