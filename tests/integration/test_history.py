"""History in a real ClickHouse: the suite, what only a server does, and random days both ways."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from pipeline.errors import ConfigurationError, Refused, ServiceUnavailable
from pipeline.stores import history_writing
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_connection import Server
from pipeline.stores.history_memory import MemoryHistory
from pipeline.stores.history_migrations import known_migrations
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.windows import MinuteRange, date_of
from pipeline.values.past import DayRecord, Stretch
from tests.unit.pipeline.stores.history_events import (
    CATALOGUE,
    DAY,
    TRADING,
    columns,
    order_line,
    random_rows,
)
from tests.unit.pipeline.stores.history_suite import (
    BOUNDS,
    NOON,
    STRETCH,
    History,
    HistorySuite,
    all_cells,
    total,
)

pytestmark = pytest.mark.services
_numbers = count()


def _database() -> str:
    return f"history_{os.getpid()}_{next(_numbers)}"


@pytest.fixture(scope="module")
def shared(clickhouse_url: str) -> Iterator[Server]:
    """A migrated database for all tests that leave its tables as they are."""
    found = Server(clickhouse_url, _database())
    ClickHouseHistory(clickhouse_url, found.database, CATALOGUE, TRADING).migrate()
    yield found
    found.run(f"DROP DATABASE IF EXISTS {found.database}", everywhere=True)


@pytest.fixture
def history(clickhouse_url: str, shared: Server) -> ClickHouseHistory:
    for table in ("events", "facts", "day_link", "recounts", "archive_progress"):
        shared.run(f"TRUNCATE TABLE {table}")
    return ClickHouseHistory(clickhouse_url, shared.database, CATALOGUE, TRADING)


@pytest.fixture
def server(clickhouse_url: str) -> Iterator[Server]:
    """A database of its own, migrated."""
    found = Server(clickhouse_url, _database())
    ClickHouseHistory(clickhouse_url, found.database, CATALOGUE, TRADING).migrate()
    yield found
    found.run(f"DROP DATABASE IF EXISTS {found.database}", everywhere=True)


@pytest.fixture
def own(clickhouse_url: str, server: Server) -> ClickHouseHistory:
    return ClickHouseHistory(clickhouse_url, server.database, CATALOGUE, TRADING)


class TestClickHouseHistory(HistorySuite):
    """The suite of every history."""


def test_random_days_are_the_same_as_in_plain_python(history: ClickHouseHistory) -> None:
    memory = MemoryHistory(CATALOGUE, TRADING)
    days = (DAY - 1, DAY, DAY + 1)
    first, last = day_bounds(TRADING, days[0]).start - 120, day_bounds(TRADING, days[-1]).end + 120
    rows = random_rows(7, 3000, first, last)
    both: tuple[History, ...] = (memory, history)
    for store in both:
        store.insert_events(columns(rows))
        store.insert_events(columns(rows[1000:2500]))
        for generation, day in enumerate(days[:2], 1):
            for link in ("A", "B"):
                store.build_facts(link, day, day_bounds(TRADING, day))
                store.close_day(DayRecord(day, link, generation, 5, "close", 9), [])
        store.insert_events(columns([order_line(NOON, "late", offset=9000)]))
    filters = ((), (("province", ("GD", "unknown")),), (("guest", ("guest",)),))
    asked = [
        Stretch(link, bounds, inside, only)
        for link, only in (*(("A", only) for only in filters), ("B", ()))
        for bounds, inside in (
            (BOUNDS, (DAY,)),
            (TRADING.bounds("28H", date_of(DAY)), (DAY - 1, DAY)),
            (TRADING.bounds("28H", date_of(DAY + 1)), (DAY, DAY + 1)),
            (MinuteRange(first, last), (DAY - 2, *days, DAY + 2)),
        )
    ]
    for stretch in asked:
        plain, real = memory.read(stretch), history.read(stretch)
        assert all_cells(plain) == all_cells(real)
        assert any(all_cells(real).values())
        assert np.array_equal(plain.first_buyers, real.first_buyers)
        assert (plain.origin, plain.until, plain.closed) == (real.origin, real.until, real.closed)
        until = stretch.bounds.start + len(stretch.bounds) // 2
        assert memory.top_users(stretch, until, 15) == history.top_users(stretch, until, 15)
        metric = total("per buyer", {"paid_amount": 1, "refund_amount": -1}, {"buyers": 1})
        one, other = (store.recount(metric, stretch, until, "q", 9.0) for store in both)
        assert (one.value, one.denominator, one.rows) == (
            other.value,
            other.denominator,
            other.rows,
        )
    for day in days:
        for from_events in (True, False):
            sums = [s.fact_sums("A", day, day_bounds(TRADING, day), from_events) for s in both]
            assert sums[0] == sums[1]
    raw = [sorted(map(tuple, store.raw_events("A", None, BOUNDS))) for store in both]
    assert raw[0] == raw[1]


def test_a_migrated_database_is_not_touched_again_and_a_newer_one_is_refused(
    own: ClickHouseHistory, server: Server, clickhouse_url: str
) -> None:
    assert own.migrate() == ()
    last = known_migrations()[-1].number
    server.insert("migrations", [[last + 3, "of tomorrow", 1]], ["number", "name", "applied_ms"])
    new = ClickHouseHistory(clickhouse_url, server.database, CATALOGUE, TRADING)
    for ask in (new.migrate, lambda: new.days("A")):
        with pytest.raises(ConfigurationError, match=rf"migration {last + 3}.*knows {last}"):
            ask()


def test_a_new_measure_gets_its_column_and_old_facts_stay(
    own: ClickHouseHistory, server: Server, clickhouse_url: str
) -> None:
    own.insert_events(columns([order_line(NOON, "1")]))
    own.build_facts("A", DAY, BOUNDS)
    gifts = replace(CATALOGUE.measures["lines"], name="gift_lines")
    gender = replace(
        CATALOGUE.cubes["gender"], measures=(*CATALOGUE.cubes["gender"].measures, "gift_lines")
    )
    grown = replace(
        CATALOGUE,
        measures={**CATALOGUE.measures, "gift_lines": gifts},
        cubes={**CATALOGUE.cubes, "gender": gender},
    )
    store = ClickHouseHistory(clickhouse_url, server.database, grown, TRADING)
    assert store.migrate() == ("facts.m_gift_lines",)
    sums = store.fact_sums("A", DAY, BOUNDS, from_events=False)["gender"]
    assert (sums["lines"], sums["gift_lines"]) == (1, 0)
    store.build_facts("A", DAY, BOUNDS)
    assert store.fact_sums("A", DAY, BOUNDS, from_events=False)["gender"]["gift_lines"] == 1


def test_the_age_of_events_is_set_once_and_taken_back(
    own: ClickHouseHistory, server: Server, clickhouse_url: str
) -> None:
    def with_days(days: int | None) -> tuple[str, ...]:
        name = server.database
        return ClickHouseHistory(clickhouse_url, name, CATALOGUE, TRADING, days).migrate()

    assert with_days(20_000) == ("events are kept for 20000 days",)
    assert with_days(20_000) == ()
    assert with_days(None) == ()
    assert with_days(0) == ("events are kept for good",)
    assert with_days(0) == ()


def test_side_tables_are_gone_after_a_build(history: ClickHouseHistory, shared: Server) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    history.build_facts("A", DAY, BOUNDS)
    sql = "SELECT name FROM system.tables WHERE database = {db:String} AND name LIKE 'facts%'"
    assert shared.rows(sql, {"db": shared.database}) == [("facts",)]


def test_texts_from_outside_stay_texts(history: ClickHouseHistory) -> None:
    evil = ["a'); DROP TABLE events; --", "{link:String}", "\\' OR 1=1", "%s", "\n\t", "é女😀"]
    rows = [order_line(NOON, f"{n}", category=text) for n, text in enumerate(evil)]
    history.insert_events(columns(rows))
    for text in evil:
        past = history.read(replace(STRETCH, only=(("category", (text,)),)))
        assert {key for _, key in all_cells(past)["category"]} == {text}
        assert history.days(text) == ()
    assert len(all_cells(history.read(STRETCH))["category"]) == len(evil)


def test_too_many_parts_are_refused_with_the_next_step(
    history: ClickHouseHistory, clickhouse_url: str, shared: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    monkeypatch.setattr(history_writing, "REFUSE_FROM_PARTS", 1)
    fresh = ClickHouseHistory(clickhouse_url, shared.database, CATALOGUE, TRADING)
    with pytest.raises(ServiceUnavailable, match="parts in one partition"):
        fresh.insert_events(columns([order_line(NOON, "2")]))


def test_a_history_that_is_away_or_not_set_up_is_unavailable_and_shows_no_password(
    clickhouse_url: str,
) -> None:
    nobody = clickhouse_url.rpartition(":")[0].replace("http://", "http://me:secret@") + ":9"
    store = ClickHouseHistory(nobody, "daping", CATALOGUE, TRADING)
    with pytest.raises(ServiceUnavailable) as fault:
        store.days("A")
    assert "secret" not in str(fault.value)
    with pytest.raises(ServiceUnavailable, match="no history in database 'nowhere'"):
        ClickHouseHistory(clickhouse_url, "nowhere", CATALOGUE, TRADING).days("A")
    with pytest.raises(ConfigurationError, match="ClickHouse URL"):
        ClickHouseHistory("redis://x", "daping", CATALOGUE, TRADING)
    with pytest.raises(ConfigurationError, match="DAPING_DATABASE"):
        ClickHouseHistory(clickhouse_url, "a`b", CATALOGUE, TRADING)


def test_a_filter_of_a_wrong_name_reaches_no_sql(history: ClickHouseHistory) -> None:
    with pytest.raises(Refused):
        history.top_users(replace(STRETCH, only=(("1) OR (1=1", ("x",)),)), NOON, 3)
