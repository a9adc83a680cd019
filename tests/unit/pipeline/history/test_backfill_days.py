"""Which days a backfill makes, and in which order."""

from datetime import date

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.history.backfill_days import baseline_dates, months_before, past_days
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, date_of, epoch_day
from tests.unit.pipeline.simulator.past_of_tests import LIVE, MIDNIGHT, ZONE

TRADING = TradingTime(ZONE, load_catalogue(None).windows, load_promotions())
DAYS = past_days(TRADING, LIVE, MIDNIGHT - 240, 13)


def test_the_days_the_wall_compares_with_come_first_with_their_eves() -> None:
    assert [date_of(day) for day in DAYS.first] == [
        date(2025, 11, 10), date(2025, 11, 11), date(2026, 6, 17), date(2026, 6, 18),
    ]  # fmt: skip


def test_then_all_others_the_newest_week_first_and_each_eve_before_its_day() -> None:
    assert [date_of(day) for day in DAYS.rest[:7]] == [date(2026, 11, 3 + i) for i in range(7)]
    assert date_of(DAYS.rest[7]) == date(2026, 10, 27)
    assert min(map(date_of, DAYS.rest)) == date(2025, 10, 11)
    assert len(set(DAYS.rest)) == len(DAYS.rest)
    assert len(DAYS) == (date(2026, 11, 10) - date(2025, 10, 11)).days


def test_the_eve_of_the_run_is_only_partly_past() -> None:
    assert date_of(DAYS.begun) == date(2026, 11, 10)
    assert DAYS.partly
    assert not past_days(TRADING, LIVE, MIDNIGHT, 1).partly


def test_an_ordinary_day_is_preceded_by_its_own_baselines() -> None:
    live = date(2026, 3, 31)
    begins = ZONE.instant_of_local_minute(epoch_day(live) * 1440) // 60_000
    days = past_days(TRADING, live, begins, 0)
    assert [date_of(day) for day in days.first] == [
        date(2025, 3, 30), date(2025, 3, 31), date(2026, 2, 27), date(2026, 2, 28),
    ]  # fmt: skip
    assert days.rest == ()
    assert baseline_dates(TRADING, live) == {
        "yoy": epoch_day(date(2025, 3, 31)),
        "mom": epoch_day(date(2026, 2, 28)),
    }


def test_closed_days_are_left_out() -> None:
    left = DAYS.left([DAYS.first[0], *DAYS.rest[3:]])
    assert left.first == DAYS.first[1:]
    assert left.rest == DAYS.rest[:3]
    assert left.begun == DAYS.begun


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 11), 13, date(2025, 10, 11)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_go_back_to_the_same_day_or_the_months_end(
    day: date, months: int, before: date
) -> None:
    assert months_before(day, months) == before
