"""`backfill` from a shell into a real ClickHouse: exact, resumable, and nothing the second time."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.errors import DapingError
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, date_of, epoch_day
from pipeline.values.past import DayRecord
from tests.unit.pipeline.simulator.past_of_tests import LAST_YEAR, ZONE, past_of, rows

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
LINES = 4_000
LIMIT_S = 180.0
CATALOGUE = load_catalogue(None)
TRADING = TradingTime(ZONE, CATALOGUE.windows, load_promotions())
THREE = [LAST_YEAR, LAST_YEAR - 1, LAST_YEAR + 1]
CHOSEN = (
    "--months",
    "0",
    "--first",
    "2025-11-11",
    "--first",
    "2025-11-10",
    "--first",
    "2025-11-12",
)
NOVEMBER = [epoch_day(date(2026, 11, day)) for day in range(1, 10)]
WEEK = ("--months", "0", *(word for day in NOVEMBER for word in ("--first", str(date_of(day)))))


@dataclass(frozen=True)
class Place:
    """A database of its own, and how the command is told of it."""

    url: str
    database: str
    home: Path

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        given = {k: v for k, v in os.environ.items() if not k.startswith("DAPING_")}
        ours = {
            "DAPING_HOME": str(self.home),
            "DAPING_CLICKHOUSE_URL": self.url,
            "DAPING_DATABASE": self.database,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", "backfill", "--lines", str(LINES), *arguments],
            env={**given, **ours},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.command(*arguments)
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        finally:
            process.kill()
        assert process.returncode == 0, said
        return said

    def history(self) -> ClickHouseHistory:
        return ClickHouseHistory(self.url, self.database, CATALOGUE, TRADING)


@pytest.fixture
def place(clickhouse_url: str, tmp_path: Path) -> Place:
    return Place(clickhouse_url, f"backfill_{uuid4().hex[:8]}", tmp_path)


def counted(day: int) -> dict[str, Mapping[str, int]]:
    """Count the columns of a day plainly, by cube."""
    made = rows(past_of(LINES).events(day))
    found: Counter[str] = Counter()
    for i, kind in enumerate(made["kind"]):
        sale = kind == "sale"
        found["paid_amount" if sale else "refund_amount"] += made["amount_cents"][i]
        found["paid_quantity" if sale else "refund_quantity"] += made["quantity"][i]
        found["lines" if sale else "refund_lines"] += 1
        found["orders"] += sale and made["line_no"][i] == 1
        found["n"] += 1
    cubes = ("category", "brand", "gender", "province", "warehouse", "guests")
    return dict.fromkeys(cubes, found)


def facts(history: ClickHouseHistory, day: int) -> dict[str, Mapping[str, int]]:
    sums = history.fact_sums("A", day, day_bounds(TRADING, day), False)
    return {cube: sums[cube] for cube in counted(day)}


def test_the_facts_of_three_days_are_the_plain_count_of_what_was_generated(place: Place) -> None:
    said = place.run(*CHOSEN)
    history = place.history()
    assert "baseline days ready" in said
    assert {record.day for record in history.days("A")} == set(THREE)
    assert {record.cause for record in history.days("A")} == {"backfill"}
    for day in THREE:
        assert facts(history, day) == counted(day)
    before = history.days("A")
    assert "all 3 days are there; 0 lines" in place.run(*CHOSEN)
    assert history.days("A") == before


def test_a_killed_backfill_goes_on_where_it_was_and_ends_exact(place: Place) -> None:
    process = place.command(*WEEK)
    history = place.history()
    until = time.monotonic() + LIMIT_S
    try:
        while len(_days(history)) < 3:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate(timeout=LIMIT_S)
    closed = {record.day: record.generation for record in _days(history)}
    place.run(*WEEK)
    records = {record.day: record.generation for record in history.days("A")}
    assert 3 <= len(closed) < len(records) == len(NOVEMBER)
    assert {day: records[day] for day in closed} == closed
    for day in NOVEMBER:
        assert facts(history, day) == counted(day)


def _days(history: ClickHouseHistory) -> tuple[DayRecord, ...]:
    try:
        return history.days("A")
    except DapingError:
        return ()  # no table yet
