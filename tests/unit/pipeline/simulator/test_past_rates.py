"""How busy the past was: promotions, weekdays, growth, and what the wall makes of them."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.simulator.past_rates import PastRates, standings
from pipeline.simulator.shape import intensity
from pipeline.trading.promotions import PromotionCalendar, load_promotions
from pipeline.trading.windows import epoch_day
from tests.unit.pipeline.simulator.past_of_tests import (
    LAST_YEAR,
    LIVE,
    MIDNIGHT,
    numbers,
    past_of,
    plan,
    rows,
)

SCALE = 3.0
RATES = PastRates(7, epoch_day(LIVE), SCALE, standings(load_promotions(), epoch_day(LIVE), {}))


def lines_of(rates: PastRates, day: date) -> float:
    return float(rates.of_day(epoch_day(day)).sum())


def window_lines(day: date) -> float:
    eve = RATES.of_day(epoch_day(day) - 1)
    return lines_of(RATES, day) + float(eve[1200:].sum())


def test_a_promotion_day_opens_at_eight_on_its_eve_and_bursts_again_at_midnight() -> None:
    eve, day = RATES.of_day(LAST_YEAR - 1), RATES.of_day(LAST_YEAR)
    assert eve[1200:1215].mean() > 4 * eve[1180:1200].mean()
    assert day[:15].mean() > 1.8 * eve[1425:].mean()
    assert day[:15].mean() > 3 * day[240:300].mean()


def test_this_years_day_is_15_to_20_percent_above_last_years() -> None:
    unit = plan(20_000).expected_lines(MIDNIGHT) / intensity(0)
    now = unit * sum(intensity(minute) for minute in range(-240, 1440))
    shop = past_of(20_000)
    before = shop.busy.of_day(LAST_YEAR - 1)[1200:].sum() + shop.busy.of_day(LAST_YEAR).sum()
    assert 1.15 < now / before < 1.2


def test_mid_june_is_about_30_percent_below_last_november_and_december_smaller_still() -> None:
    november = window_lines(date(2025, 11, 11))
    assert window_lines(date(2026, 6, 18)) / november == pytest.approx(0.7, abs=0.03)
    assert window_lines(date(2025, 12, 12)) / november == pytest.approx(0.5, abs=0.05)


def test_an_ordinary_day_has_about_a_twelfth_of_a_promotions_lines() -> None:
    ordinary = [lines_of(RATES, date(2025, 10, 13) + timedelta(days=i)) for i in range(21)]
    share = np.mean(ordinary) / window_lines(date(2025, 11, 11))
    assert share == pytest.approx(1 / 12, rel=0.08)


def test_weekends_are_busier_and_the_year_grows() -> None:
    days = [date(2026, 3, 2) + timedelta(days=i) for i in range(56)]
    weekend = np.mean([lines_of(RATES, d) for d in days if d.weekday() >= 5])
    week = np.mean([lines_of(RATES, d) for d in days if d.weekday() < 5])
    assert 1.1 < weekend / week < 1.3
    early, late = (
        np.mean([lines_of(RATES, date(2026, month, 1) + timedelta(days=i)) for i in range(28)])
        for month in (1, 9)
    )
    assert 1.05 < late / early < 1.2


def test_buyers_wait_before_a_promotion_and_rest_after_it() -> None:
    rates, calm = (PastRates(7, epoch_day(LIVE), SCALE, busy) for busy in ({LAST_YEAR: 1.0}, {}))
    eve, plain = (one.of_day(LAST_YEAR - 1)[:1200].sum() for one in (rates, calm))
    assert eve / plain == pytest.approx(0.78)
    after, plain = (float(one.of_day(LAST_YEAR + 1).sum()) for one in (rates, calm))
    assert after / plain == pytest.approx(0.7)


def test_a_live_day_the_calendar_does_not_know_has_its_own_baselines() -> None:
    live = epoch_day(date(2026, 3, 3))
    found = standings(load_promotions(), live, {live - 365: 1.0})
    assert found[live] == found[live - 365] == 1.0
    assert standings(PromotionCalendar(()), live, {}) == {live: 1.0}


@pytest.mark.parametrize("lines", [20_000, 200_000])
def test_sales_until_1648_are_plausibly_below_the_live_day_at_any_scale(lines: int) -> None:
    shop = past_of(lines)
    until = LAST_YEAR * 1440 - 480 + 1008
    sold = 0
    for day in (LAST_YEAR - 1, LAST_YEAR):
        columns = shop.events(day)
        minutes = numbers(columns["minute"])
        inside = (minutes >= until - 1008 - 240) & (minutes < until)
        sold += int((inside & (numbers(columns["line_no"]) > 0)).sum())
    assert 1.1 < lines / (sold / 1.022) < 1.25


def test_regions_change_differently_against_their_year_and_one_has_shrunk() -> None:
    warehouses = load_catalogue(None).dimensions["warehouse"].members

    def cents(day: int) -> Counter[str]:
        found: Counter[str] = Counter()
        made = rows(past_of(50_000).events(day))
        for house, amount in zip(made["warehouse_id"], made["amount_cents"], strict=True):
            found[str(warehouses[house].parent)] += amount
        return found

    then, now = cents(LAST_YEAR), cents(epoch_day(LIVE))
    changes = sorted(now[region] / then[region] - 1 for region in now)
    assert changes[0] < 0
    assert changes[1] > 0
    assert changes[-1] - changes[1] > 0.03
