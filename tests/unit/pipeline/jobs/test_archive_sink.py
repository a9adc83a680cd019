"""The archive's sink: events first, then how far it came; repeats change nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import ServiceUnavailable
from pipeline.jobs.archive_sink import EventSink
from pipeline.jobs.specification import ArchiveSpec, ArchiveTarget
from pipeline.sql.archive import ARCHIVE_COLUMNS, archive_sql
from pipeline.stores.history_memory import MemoryHistory
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import LinkGeneration
from tests.unit.pipeline.sql.small_catalogue import small_catalogue
from tests.unit.pipeline.sql.test_flink import SOURCE

CATALOGUE = small_catalogue()
TRADING = TradingTime(Zone("Asia/Shanghai"), CATALOGUE.windows)
INTEGERS = ("partition", "offset", "arrived_ms", "progress", "line_no", "event_ms", "minute",
            "quantity", "amount_cents")  # fmt: skip


@dataclass
class Faulty:
    """A history that fails when asked to, before or after it did the work."""

    inner: MemoryHistory
    lose_answers: int = 0
    away: int = 0
    calls: list[str] = field(default_factory=list)

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        return self.inner.progress(link, topic)

    def insert_events(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.calls.append("insert")
        if self.away:
            self.away -= 1
            raise ServiceUnavailable("ClickHouse is away")
        self.inner.insert_events(columns)
        if self.lose_answers:
            self.lose_answers -= 1
            raise ServiceUnavailable("the answer was lost")

    def put_progress(self, link: str, topic: str, positions: Mapping[int, ArchivePosition]) -> None:
        self.calls.append("progress")
        self.inner.put_progress(link, topic, positions)


@pytest.fixture
def history() -> Faulty:
    return Faulty(MemoryHistory(CATALOGUE, TRADING))


@pytest.fixture
def sink(history: Faulty, monkeypatch: pytest.MonkeyPatch) -> EventSink:
    monkeypatch.setattr("time.sleep", lambda _: None)
    target = ArchiveTarget("http://clickhouse:8123", "daping", CATALOGUE, TRADING)
    sql = archive_sql("CNY", SOURCE)
    made = EventSink(ArchiveSpec(LinkGeneration("A", 2), "orders", sql, target, "http://flink:1"))
    made._history = history
    return made


def columns(*rows: dict[str, Any]) -> list["pd.Series[Any]"]:
    def column(name: str) -> "pd.Series[Any]":
        empty: int | str = 0 if name in INTEGERS else ""
        kind = "int64" if name in INTEGERS else "object"
        return pd.Series([row.get(name, empty) for row in rows], dtype=kind)

    return [column(name) for name in ARCHIVE_COLUMNS]


def order(event_id: str, offset: int, kind: str = "counted") -> dict[str, Any]:
    return {"class": kind, "event_id": event_id, "kind": "sale", "offset": offset, "line_no": 1,
            "amount_cents": 100, "quantity": 1, "progress": offset}  # fmt: skip


def archived(history: Faulty) -> list[str]:
    return [str(event[0]) for event in history.inner.raw_events("A", "orders", None)]


def test_progress_is_told_after_the_events_before_it(sink: EventSink, history: Faulty) -> None:
    answer = sink.eval(*columns(order("a", 0), order("a", 1, "duplicate"), order("b", 2)))
    assert answer.tolist() == [0, 0, 0]
    assert history.calls == ["insert", "progress"]
    assert archived(history) == ["a", "b"]
    assert history.progress("A", "orders")[0].position == 3


def test_a_clickhouse_that_is_away_is_asked_again(sink: EventSink, history: Faulty) -> None:
    history.away = 3
    sink.eval(*columns(order("a", 0)))
    assert history.calls == ["insert", "insert", "insert", "insert", "progress"]
    assert archived(history) == ["a"]


def test_an_insert_whose_answer_was_lost_is_repeated_and_counts_once(
    sink: EventSink, history: Faulty
) -> None:
    history.lose_answers = 1
    sink.eval(*columns(order("a", 0), order("b", 1)))
    assert history.calls == ["insert", "insert", "progress"]
    assert archived(history) == ["a", "b"]


def test_a_job_that_reads_everything_again_changes_nothing(
    sink: EventSink, history: Faulty
) -> None:
    sink.eval(*columns(order("a", 0), order("b", 1)))
    before = dict(history.progress("A", "orders"))
    sink._known = None  # a new worker
    sink.eval(*columns(order("a", 0)))
    assert dict(history.progress("A", "orders")) == before
    assert archived(history) == ["a", "b"]


def test_a_batch_without_events_inserts_nothing(sink: EventSink, history: Faulty) -> None:
    sink.eval(*columns(order("", 7, "bad_field")))
    assert history.calls == ["progress"]
    assert history.progress("A", "orders")[0].position == 8
