"""The events of the simulated shop's past."""

from datetime import date

import numpy as np
import pytest

from pipeline.simulator.past import PastShop
from pipeline.simulator.rates import Rates
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.trading.windows import epoch_day
from pipeline.trading.zone import Zone
from tests.unit.pipeline.simulator.past_of_tests import LAST_YEAR, ZONE, past_of, rows

NEIGHBOURS = [epoch_day(date(2026, 3, day)) for day in (3, 4, 5)]


@pytest.fixture(scope="module")
def shop() -> PastShop:
    return past_of()


def test_a_day_has_all_columns_of_an_event_and_all_are_equally_long(shop: PastShop) -> None:
    columns = shop.events(NEIGHBOURS[0])
    assert set(columns) == set(EVENT_COLUMNS)
    assert len({len(values) for values in columns.values()}) == 1
    assert len(columns["minute"]) > 500


def test_a_day_is_the_same_whenever_and_in_whichever_order_it_is_made() -> None:
    forward, backward, alone = past_of(), past_of(), past_of()
    one = {day: rows(forward.events(day)) for day in NEIGHBOURS}
    other = {day: rows(backward.events(day)) for day in reversed(NEIGHBOURS)}
    assert one == other
    assert rows(alone.events(NEIGHBOURS[1])) == one[NEIGHBOURS[1]]


def test_another_seed_is_another_past() -> None:
    one, other = (rows(past_of(seed=seed).events(NEIGHBOURS[0])) for seed in (1, 2))
    assert one["amount_cents"] != other["amount_cents"]
    assert not set(one["event_id"]) & set(other["event_id"])


def test_event_ids_are_never_used_twice(shop: PastShop) -> None:
    ids = [one for day in NEIGHBOURS for one in shop.events(day)["event_id"].tolist()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("zone", [ZONE, Zone("Europe/London")])
def test_days_abut_on_the_shops_clock_even_where_they_have_23_or_25_hours(zone: Zone) -> None:
    shop = past_of(zone=zone)
    for first in (date(2026, 3, 28), date(2026, 10, 24)):
        for day in range(epoch_day(first), epoch_day(first) + 2):
            start, end = (zone.instant_of_local_minute((day + i) * 1440) for i in (0, 1))
            times = np.asarray(shop.events(day)["event_ms"])
            assert start <= times.min()
            assert times.max() < end
            hours = np.unique((times - start) // 3_600_000)
            assert len(hours) == (end - start) // 3_600_000


def test_an_order_keeps_its_buyer_place_and_time_over_its_lines(shop: PastShop) -> None:
    day = rows(shop.events(NEIGHBOURS[0]))
    heads: dict[str, set[tuple[object, ...]]] = {}
    numbers: dict[str, list[int]] = {}
    for i, kind in enumerate(day["kind"]):
        if kind == "sale":
            head = tuple(day[name][i] for name in ("user_id", "gender", "province", "event_ms"))
            heads.setdefault(day["order_id"][i], set()).add((*head, day["warehouse_id"][i]))
            numbers.setdefault(day["order_id"][i], []).append(day["line_no"][i])
    assert all(len(found) == 1 for found in heads.values())
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_a_refund_is_of_a_line_sold_before_it_on_this_day_or_the_day_before(
    shop: PastShop,
) -> None:
    before, day = (rows(shop.events(d)) for d in (LAST_YEAR - 1, LAST_YEAR))
    sold = {
        (made["order_id"][i], made["line_no"][i]): (made["event_ms"][i], made["amount_cents"][i])
        for made in (before, day)
        for i, kind in enumerate(made["kind"])
        if kind == "sale"
    }
    refunds = [i for i, kind in enumerate(day["kind"]) if kind == "refund"]
    of_yesterday = sum(f"{date(2025, 11, 10)}" in day["order_id"][i] for i in refunds)
    assert 0 < of_yesterday < len(refunds)
    for i in refunds:
        sold_ms, cents = sold[day["order_id"][i], day["line_no"][i]]
        assert day["event_ms"][i] > sold_ms
        assert day["amount_cents"][i] == cents


def test_refunds_guests_and_unnamed_lines_come_at_the_simulators_rates() -> None:
    rates = Rates(refunds=0.1, guests=0.3, unnamed=0.05)
    day = rows(past_of(100_000, rates=rates).events(LAST_YEAR))
    sales = day["kind"].count("sale")
    assert day["kind"].count("refund") / sales == pytest.approx(0.1, rel=0.2)
    assert day["user_id"].count("") / len(day["kind"]) == pytest.approx(0.3, rel=0.1)
    assert day["category"].count("") / len(day["kind"]) == pytest.approx(0.05, rel=0.15)
    assert day["brand"].count("") / len(day["kind"]) == pytest.approx(0.05, rel=0.15)
    guests = {g for u, g in zip(day["user_id"], day["gender"], strict=True) if not u}
    assert guests == {""}


def test_every_word_is_one_the_catalogue_knows(shop: PastShop) -> None:
    dimensions = shop.market.catalogue.dimensions
    day = rows(shop.events(LAST_YEAR))
    for column, name in (
        ("category", "category"), ("brand", "brand"),
        ("warehouse_id", "warehouse"), ("province", "province"),
    ):  # fmt: skip
        assert set(day[column]) - {""} <= set(dimensions[name].members)


def test_a_day_cut_at_a_minute_has_the_same_events_before_it(shop: PastShop) -> None:
    eve = epoch_day(date(2026, 11, 10))
    begins = ZONE.instant_of_local_minute(eve * 1440 + 1200) // 60_000
    whole, cut = rows(shop.events(eve)), rows(shop.events(eve, until=begins))
    early = sorted(
        (order, line, kind)
        for order, line, kind, minute in zip(
            whole["order_id"], whole["line_no"], whole["kind"], whole["minute"], strict=True
        )
        if minute < begins
    )
    assert sorted(zip(cut["order_id"], cut["line_no"], cut["kind"], strict=True)) == early
    assert max(cut["minute"]) < begins
