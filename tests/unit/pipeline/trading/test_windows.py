"""Windows are the disjoint union of their segments; every instant lies in exactly one."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import WindowDefinition
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, date_of, epoch_day
from pipeline.trading.zone import Zone

NAMES = ["Asia/Shanghai", "Europe/London", "America/New_York", "America/Havana"]
L = Label("词", "word")
dates = st.dates(date(2009, 1, 2), date(2027, 12, 30))
instants = st.integers(1_230_800_000_000, 1_830_000_000_000)


def trading(name: str, *spans: tuple[int, int]) -> TradingTime:
    spans = spans or ((-240, 0), (0, 1440), (-240, 1440))
    windows = {f"w{i}": WindowDefinition(f"w{i}", a, b, L) for i, (a, b) in enumerate(spans)}
    return TradingTime(Zone(name), windows, load_promotions())


def whole_hours() -> st.SearchStrategy[tuple[int, int]]:
    """Spans whose edges no clock shows twice: 03:00 to 22:00."""
    edge = st.builds(
        lambda day, hour: day * 1440 + hour * 60, st.integers(-2, 2), st.integers(3, 22)
    )
    return st.tuples(edge, edge).filter(lambda span: span[0] < span[1])


@given(st.sampled_from(NAMES), st.lists(whole_hours(), min_size=1, max_size=3), dates)
def test_a_window_is_the_disjoint_union_of_its_segments(
    name: str, spans: list[tuple[int, int]], day: date
) -> None:
    time = trading(name, *spans)
    for window in time.windows:
        pieces = [time.segment_bounds(number) for number in time.segments(window, day)]
        bounds = time.bounds(window, day)
        assert pieces[0].start == bounds.start
        assert pieces[-1].end == bounds.end
        assert all(a.end == b.start for a, b in pairwise(pieces))


@given(st.sampled_from(NAMES), instants)
def test_every_instant_lies_in_exactly_one_segment(name: str, ms: int) -> None:
    time = trading(name)
    number = time.segment_number(ms)
    near = range(number - 3, number + 4)
    assert [n for n in near if ms // 60_000 in time.segment_bounds(n)] == [number]


@given(st.sampled_from(NAMES), instants)
def test_the_business_dates_of_an_instant_are_those_whose_bounds_hold_it(
    name: str, ms: int
) -> None:
    time = trading(name)
    today = time.zone.local_minute(ms) // MINUTES_OF_A_DAY
    for window in time.windows:
        near = [date_of(today + back) for back in range(-3, 4)]
        held = tuple(epoch_day(d) for d in near if ms // 60_000 in time.bounds(window, d))
        assert time.business_dates(window, ms) == held


def test_a_summer_time_day_has_as_many_minutes_as_the_clock_shows() -> None:
    london = trading("Europe/London")
    assert len(london.bounds("w1", date(2011, 3, 27))) == 23 * 60
    assert len(london.bounds("w1", date(2011, 10, 30))) == 25 * 60
    assert len(london.bounds("w1", date(2011, 11, 25))) == 24 * 60


def shanghai(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000) - 8 * 3_600_000  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (shanghai(2026, 11, 10, 19, 59), date(2026, 11, 10)),
        (shanghai(2026, 11, 10, 20, 0), date(2026, 11, 11)),
        (shanghai(2026, 11, 11, 23, 59), date(2026, 11, 11)),
        (shanghai(2026, 11, 12, 0, 0), date(2026, 11, 12)),
        (shanghai(2026, 11, 20, 21, 0), date(2026, 11, 20)),
    ],
)
def test_the_wall_turns_at_the_opening_on_an_eve_and_otherwise_at_midnight(
    now: int, expected: date
) -> None:
    assert trading("Asia/Shanghai").wall_date(now) == expected


def test_promotions_are_known_across_the_years() -> None:
    calendar = load_promotions()
    for year in (2024, 2025, 2026):
        promotion = calendar.promotion_on(date(year, 11, 11))
        assert promotion is not None
        assert (promotion.alias, promotion.opening) == ("11.11", 1200)
    assert calendar.promotion_on(date(2026, 11, 12)) is None
