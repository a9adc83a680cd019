"""Two calendars, written apart from each other, name the same stretch."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.load import load_catalogue
from pipeline.trading.comparisons import Missing, baseline
from pipeline.trading.promotions import load_promotions
from pipeline.trading.shifting import Kind
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.verify.dates import bounds_on, compared_date

WINDOWS = load_catalogue().windows
PROMOTIONS = load_promotions()
ALIASES = {p.day: p.alias for p in PROMOTIONS.promotions}
ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York")
KINDS = st.sampled_from(["yoy", "mom"])
DAYS = st.one_of(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.sampled_from(sorted(ALIASES)))


@given(
    DAYS, st.sampled_from(ZONES), st.sampled_from(sorted(WINDOWS)), st.sampled_from(["yoy", "mom"])
)
def test_the_plain_calendar_says_what_the_screen_goes_by(
    day: date, zone: str, window: str, kind: Kind
) -> None:
    span = baseline(TradingTime(Zone(zone), WINDOWS, PROMOTIONS), kind, window, day)
    other = compared_date(ALIASES, day, kind)
    if isinstance(span, Missing):
        assert other is None
        return
    assert other == span.day
    assert other is not None
    shape = (WINDOWS[window].start, WINDOWS[window].end)
    assert bounds_on(zone, other, shape) == (span.bounds.start, span.bounds.end)


@pytest.mark.parametrize(
    ("day", "kind", "other"),
    [
        (date(2026, 11, 11), "yoy", date(2025, 11, 11)),
        (date(2026, 11, 11), "mom", date(2026, 6, 18)),
        (date(2024, 6, 18), "mom", None),
        (date(2024, 6, 18), "yoy", None),
        (date(2028, 2, 29), "yoy", date(2027, 2, 28)),
        (date(2026, 3, 31), "mom", date(2026, 2, 28)),
        (date(2026, 1, 15), "mom", date(2025, 12, 15)),
    ],
)
def test_dates_that_are_easily_got_wrong(day: date, kind: str, other: date | None) -> None:
    assert compared_date(ALIASES, day, kind) == other
