"""What a backfill leaves behind, with a history in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import ManualClock
from pipeline.history.backfill import Backfill
from pipeline.history.closing import Closing
from pipeline.stores.history_memory import MemoryHistory
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.values.past import Stretch
from tests.unit.pipeline.simulator.past_of_tests import (
    LAST_YEAR,
    LIVE,
    ZONE,
    numbers,
    past_of,
    rows,
)

CATALOGUE = load_catalogue(None)
TRADING = TradingTime(ZONE, CATALOGUE.windows, load_promotions())
BEGUN = epoch_day(LIVE) - 1
LINES = 2_000


class Counting(MemoryHistory):
    """Remembers how many events each insert had."""

    def __init__(self, catalogue: Catalogue, trading: TradingTime) -> None:
        super().__init__(catalogue, trading)
        self.inserted: list[int] = []

    def insert_events(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.inserted.append(len(columns["minute"]))
        super().insert_events(columns)


@dataclass
class Done:
    """A backfill with everything it did."""

    store: MemoryHistory = field(default_factory=lambda: MemoryHistory(CATALOGUE, TRADING))
    closed: list[int] = field(default_factory=list)

    def backfill(self) -> Backfill:
        clock = ManualClock(1)
        closing = Closing(self.store, CATALOGUE, TRADING, "A", "orders.demo", clock)
        shop = past_of(LINES)
        return Backfill(
            shop,
            TRADING,
            self.store,
            lambda day: closing.close(day, "backfill").record.lines,
            self.report,
            BEGUN,
        )

    def report(self, day: int, lines: int) -> None:
        self.closed.append(day)


def plain_sums(days: list[int], bounds: range) -> Counter[str]:
    """Count the generated columns of some days without any of the history's code."""
    shop, found = past_of(LINES), Counter[str]()
    for day in days:
        made = rows(shop.events(day))
        for kind, minute, cents in zip(
            made["kind"], made["minute"], made["amount_cents"], strict=True
        ):
            if minute in bounds:
                found["paid_amount" if kind == "sale" else "refund_amount"] += cents
                found["lines" if kind == "sale" else "refund_lines"] += 1
    return found


@pytest.fixture(scope="module")
def done() -> Done:
    done = Done()
    done.backfill().make([LAST_YEAR, LAST_YEAR - 1], gently=False)
    return done


def test_days_are_closed_in_the_order_asked_for(done: Done) -> None:
    assert done.closed == [LAST_YEAR, LAST_YEAR - 1]
    records = done.store.days("A")
    assert [record.cause for record in records] == ["backfill", "backfill"]
    assert {record.day for record in records} == {LAST_YEAR, LAST_YEAR - 1}


def test_facts_sum_to_what_the_columns_sum_to(done: Done) -> None:
    bounds = day_bounds(TRADING, LAST_YEAR)
    facts = done.store.fact_sums("A", LAST_YEAR, bounds, from_events=False)
    expected = plain_sums([LAST_YEAR], range(bounds.start, bounds.end))
    for cube in ("category", "brand", "gender", "province", "warehouse", "guests"):
        assert {name: facts[cube][name] for name in expected} == expected


def test_a_windows_sums_hold_both_of_its_days(done: Done) -> None:
    sums = done.store.window_sums(LAST_YEAR, "28H")[-1]
    bounds = TRADING.bounds("28H", date(2025, 11, 11))
    expected = plain_sums([LAST_YEAR - 1, LAST_YEAR], range(bounds.start, bounds.end))
    assert {name: dict(sums.sums)[name] for name in expected} == expected
    assert sums.lines == expected["lines"] + expected["refund_lines"]


def test_first_buyers_of_the_eve_are_known_though_it_is_closed_later(done: Done) -> None:
    bounds = TRADING.bounds("28H", date(2025, 11, 11))
    answer = done.store.read(Stretch("A", bounds, (LAST_YEAR - 1, LAST_YEAR)))
    assert answer.origin == "facts"
    buyers = set()
    for day in (LAST_YEAR - 1, LAST_YEAR):
        made = rows(past_of(LINES).events(day))
        for user, kind, minute in zip(made["user_id"], made["kind"], made["minute"], strict=True):
            if user and kind == "sale" and minute in range(bounds.start, bounds.end):
                buyers.add(user)
    assert int(answer.first_buyers.sum()) == len(buyers)


def test_work_that_was_cut_off_ends_with_the_same_sums(done: Done) -> None:
    class Cut(Exception):
        pass

    broken = Done()

    def cut(day: int) -> int:
        raise Cut

    with pytest.raises(Cut):
        Backfill(past_of(LINES), TRADING, broken.store, cut, broken.report, BEGUN).make(
            [LAST_YEAR], gently=False
        )
    broken.backfill().make([LAST_YEAR, LAST_YEAR - 1], gently=False)
    for day in (LAST_YEAR, LAST_YEAR - 1):
        bounds = day_bounds(TRADING, day)
        assert broken.store.fact_sums("A", day, bounds, False) == done.store.fact_sums(
            "A", day, bounds, False
        )


def test_what_a_closed_day_needed_is_not_inserted_again() -> None:
    store = Counting(CATALOGUE, TRADING)
    done = Done(store)
    done.backfill().make([LAST_YEAR], gently=False)
    again = done.backfill()
    again.resume([LAST_YEAR])
    again.make([LAST_YEAR - 1], gently=False)
    before = past_of(LINES).events(LAST_YEAR - 2)
    assert store.inserted[1:] == [len(before["minute"])]


def test_of_the_day_that_has_begun_only_the_hours_before_the_run_are_added_and_once() -> None:
    store = Counting(CATALOGUE, TRADING)
    done = Done(store)
    begins = ZONE.instant_of_local_minute(BEGUN * 1440 + 1200) // 60_000
    bounds = day_bounds(TRADING, BEGUN)
    done.backfill().begin_day(begins)
    expected = past_of(LINES).events(BEGUN, until=begins)
    assert sum(done.store.days_with_events("A", bounds).values()) == len(expected["minute"])
    assert numbers(expected["minute"]).max() < begins
    assert done.store.days("A") == ()

    done.backfill().begin_day(begins)
    assert store.inserted == [len(expected["minute"])]
