"""Every date has the baseline that a calendar on paper would give it; both sides are cut alike."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import WindowDefinition
from pipeline.trading.comparisons import (
    Cut,
    Missing,
    Span,
    baseline,
    cut,
    edges,
    own_span,
    range_span,
    shifted,
    versus,
)
from pipeline.trading.promotions import Promotion, PromotionCalendar, load_promotions
from pipeline.trading.ranges import LocalRange, Ranges
from pipeline.trading.shifting import Kind
from pipeline.trading.windows import MinuteRange, TradingTime, date_of
from pipeline.trading.zone import Zone

ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York"]
HOURS = {"4H": (-4, 0), "24H": (0, 24), "28H": (-4, 24)}
L = Label("词", "word")
WINDOWS = {name: WindowDefinition(name, a * 60, b * 60, L) for name, (a, b) in HOURS.items()}
zones = st.sampled_from(ZONES)
windows = st.sampled_from(list(HOURS))
kinds = st.sampled_from(["yoy", "mom"])
# Ends of months and years, 29 February and the days around changes of the clock come often.
dates = st.one_of(
    st.dates(date(1971, 3, 1), date(2100, 12, 31)),
    st.builds(
        lambda year, ordinal: date(year, 1, 1) + timedelta(days=ordinal),
        st.sampled_from([1972, 2000, 2011, 2012, 2023, 2024, 2025, 2026, 2028]),
        st.sampled_from([0, 27, 28, 29, 30, 57, 58, 59, 60, 85, 86, 87, 88, 302, 303, 364]),
    ),
)


def trading(zone: str = "Asia/Shanghai", calendar: PromotionCalendar | None = None) -> TradingTime:
    return TradingTime(Zone(zone), WINDOWS, calendar or PromotionCalendar(()))


def promoted(zone: str = "Asia/Shanghai") -> TradingTime:
    return trading(zone, load_promotions())


def epoch_minute(zone: str, day: date, hour: int, minute: int = 0) -> int:
    """The epoch minute at which a clock of the zone reads this, by zoneinfo."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
    local = (midnight + timedelta(hours=hour, minutes=minute)).replace(tzinfo=ZoneInfo(zone))
    return int(local.timestamp()) // 60


def on_paper(kind: str, day: date) -> date:
    """The same day of last year or of last month; where it is not there, the nearest before."""
    year, month = (day.year - 1, day.month) if kind == "yoy" else (day.year, day.month - 1)
    year, month = (year, month) if month else (year - 1, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def found(span: Span | Missing) -> Span:
    assert isinstance(span, Span)
    return span


@given(zones, windows, kinds, dates)
def test_an_ordinary_day_is_compared_with_the_same_window_of_the_day_on_paper(
    zone: str, window: str, kind: Kind, day: date
) -> None:
    span = found(baseline(trading(zone), kind, window, day))
    other, (start, end) = on_paper(kind, day), HOURS[window]
    assert span.day == other
    assert span.bounds.start == epoch_minute(zone, other, start)
    assert span.bounds.end == epoch_minute(zone, other, end)
    assert (span.window, span.name) == (window, None)


@given(zones, windows, st.dates(date(1972, 1, 1), date(2100, 12, 31)))
def test_a_weekday_is_compared_with_the_same_weekday_of_52_weeks_before(
    zone: str, window: str, day: date
) -> None:
    span = found(baseline(trading(zone), "yoy", window, day, weekday_aligned=True))
    assert span.day == day - timedelta(weeks=52)
    assert span.day.weekday() == day.weekday()
    mom = baseline(trading(zone), "mom", window, day, weekday_aligned=True)
    assert mom == baseline(trading(zone), "mom", window, day)


@given(zones, windows, st.sampled_from(load_promotions().promotions), kinds)
def test_a_promotion_is_compared_with_its_own_of_last_year_and_the_one_before(
    zone: str, window: str, promotion: Promotion, kind: Kind
) -> None:
    known = load_promotions().promotions
    earlier = [p for p in known if p.day < promotion.day]
    if kind == "yoy":
        earlier = [
            p for p in earlier if (p.alias, p.day.year + 1) == (promotion.alias, promotion.day.year)
        ]
    span = baseline(promoted(zone), kind, window, promotion.day)
    if not earlier:
        assert span == Missing("no_promotion_before")
    else:
        other = max(earlier, key=lambda p: p.day)
        name = Label(f"{other.name.zh} {other.day.year}", f"{other.name.en} {other.day.year}")
        assert span == Span(trading(zone).bounds(window, other.day), other.day, window, name)


def test_the_baselines_of_11_11_are_named_with_their_year() -> None:
    yoy = found(baseline(promoted(), "yoy", "28H", date(2026, 11, 11)))
    mom = found(baseline(promoted(), "mom", "28H", date(2026, 11, 11)))
    assert (yoy.day, yoy.name) == (date(2025, 11, 11), Label("双11 2025", "11.11 2025"))
    assert (mom.day, mom.name) == (date(2026, 6, 18), Label("618 2026", "6.18 2026"))


def test_a_promotion_that_moves_by_a_day_is_found_by_its_alias() -> None:
    days = [date(2025, 11, 28), date(2024, 11, 29), date(2024, 11, 20)]
    calendar = PromotionCalendar([Promotion("black friday", L, day, 1200) for day in days])
    yoy = found(baseline(trading(calendar=calendar), "yoy", "24H", days[0]))
    assert yoy.day == date(2024, 11, 29)


@pytest.mark.parametrize(
    ("kind", "day", "other"),
    [
        ("yoy", date(2024, 2, 29), date(2023, 2, 28)),
        ("yoy", date(2025, 2, 28), date(2024, 2, 28)),
        ("mom", date(2024, 3, 31), date(2024, 2, 29)),
        ("mom", date(2026, 1, 31), date(2025, 12, 31)),
        ("mom", date(2026, 7, 31), date(2026, 6, 30)),
    ],
)
def test_a_day_that_its_month_does_not_have_is_the_last_one(
    kind: Kind, day: date, other: date
) -> None:
    assert found(baseline(trading(), kind, "24H", day)).day == other


def test_there_is_no_date_before_minutes_are_counted() -> None:
    assert baseline(trading(), "yoy", "24H", date(1970, 6, 1)) == Missing("no_such_date")
    assert baseline(trading(), "mom", "24H", date(1970, 1, 9)) == Missing("no_such_date")
    assert baseline(trading(), "yoy", "28H", date(1971, 1, 1)) == Missing("no_such_date")


def test_days_of_23_and_25_hours_have_their_own_length() -> None:
    london = trading("Europe/London")
    short, long = date(2012, 3, 25), date(2011, 10, 30)
    assert len(own_span(london, "24H", short).bounds) == 23 * 60
    assert len(own_span(london, "28H", long).bounds) == 29 * 60
    assert len(found(baseline(london, "yoy", "24H", short)).bounds) == 24 * 60
    assert len(found(baseline(london, "mom", "24H", date(2011, 11, 30))).bounds) == 25 * 60


def test_any_two_dates_can_be_compared() -> None:
    span = versus(promoted(), "28H", date(2024, 6, 18))
    assert span == own_span(promoted(), "28H", date(2024, 6, 18))
    assert span.name == Label("618 2024", "6.18 2024")
    with pytest.raises(KeyError):
        versus(promoted(), "29H", date(2024, 6, 18))


# ---- cutting -----------------------------------------------------------------------------------

stretches = st.builds(
    lambda start, length: MinuteRange(start, start + length),
    st.integers(0, 40_000_000),
    st.integers(0, 45_000),
)


@given(stretches, stretches, st.integers(-50, 45_100))
def test_both_sides_are_cut_at_the_same_elapsed_time_or_the_baseline_at_its_end(
    own: MinuteRange, base: MinuteRange, after: int
) -> None:
    at = cut(own, base, own.start + after)
    assert at.elapsed == min(max(after, 0), len(own))
    assert at.own_until - own.start == at.elapsed
    assert at.base_until - base.start == min(at.elapsed, len(base))


@given(stretches, st.integers(0, 40_000_000), st.integers(-50, 45_100))
def test_of_two_sides_as_long_as_each_other_either_may_be_the_baseline(
    own: MinuteRange, start: int, after: int
) -> None:
    base = MinuteRange(start, start + len(own))
    there = cut(own, base, own.start + after)
    back = cut(base, own, base.start + after)
    assert back == Cut(there.elapsed, there.base_until, there.own_until)


@given(
    zones, st.dates(date(1972, 1, 1), date(2100, 1, 1)), st.integers(1, 31), st.integers(0, 1439)
)
def test_edges_are_the_start_and_every_midnight_inside(
    zone: str, day: date, days: int, offset: int
) -> None:
    start = epoch_minute(zone, day, 0) + offset
    bounds = MinuteRange(start, epoch_minute(zone, day + timedelta(days=days), 0))
    inside = [epoch_minute(zone, day + timedelta(days=d), 0) - start for d in range(1, days)]
    assert edges(trading(zone), bounds) == (0, *inside)


def test_the_longest_window_has_its_midnight_as_an_edge() -> None:
    assert edges(trading(), own_span(trading(), "28H", date(2026, 11, 11)).bounds) == (0, 240)
    assert edges(trading(), own_span(trading(), "4H", date(2026, 11, 11)).bounds) == (0,)


@given(zones, windows, dates)
def test_the_days_of_a_span_are_those_of_all_its_minutes(zone: str, window: str, day: date) -> None:
    span = own_span(trading(zone), window, day)
    instants = range(span.bounds.start * 60, span.bounds.end * 60, 1200)
    shown = {datetime.fromtimestamp(instant, ZoneInfo(zone)).date() for instant in instants}
    assert {date_of(number) for number in span.days(trading(zone))} == shown


# ---- ranges ------------------------------------------------------------------------------------


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


@given(zones, kinds, st.dates(date(1972, 1, 1), date(2100, 1, 1)), st.integers(1, 31), st.data())
def test_both_ends_of_a_range_are_moved_by_the_clock(
    zone: str, kind: Kind, day: date, days: int, data: st.DataObject
) -> None:
    last = day + timedelta(days=days)
    hours = st.integers(3, 22)
    first_hour, last_hour, minute = (
        data.draw(hours),
        data.draw(hours),
        data.draw(st.integers(0, 59)),
    )
    span = range_span(trading(zone), moment(day, first_hour), moment(last, last_hour, minute))
    moved = shifted(trading(zone), span, kind)
    start = epoch_minute(zone, on_paper(kind, day), first_hour)
    end = epoch_minute(zone, on_paper(kind, last), last_hour, minute)
    if end > start:
        assert moved == Span(MinuteRange(start, end), None, None, None)
    else:
        assert moved == Missing("no_such_date")


@given(zones, kinds, st.dates(date(1972, 1, 1), date(2100, 1, 1)), st.integers(1, 31))
def test_a_range_of_whole_days_stays_one_of_whole_days(
    zone: str, kind: Kind, day: date, days: int
) -> None:
    last = day + timedelta(days=days - 1)
    span = range_span(trading(zone), moment(day), moment(last + timedelta(days=1)))
    moved = found(shifted(trading(zone), span, kind))
    assert moved.bounds.start == epoch_minute(zone, on_paper(kind, day), 0)
    assert moved.bounds.end == epoch_minute(zone, on_paper(kind, last), 24)


def test_a_window_of_a_date_moves_as_its_date_does() -> None:
    own = own_span(promoted(), "28H", date(2026, 11, 11))
    assert shifted(promoted(), own, "mom") == baseline(promoted(), "mom", "28H", date(2026, 11, 11))


def test_a_range_moves_by_weeks_too() -> None:
    span = range_span(trading(), moment(date(2026, 3, 2)), moment(date(2026, 3, 9)))
    moved = found(shifted(trading(), span, "yoy", weekday_aligned=True))
    assert moved.bounds.start == span.bounds.start - 364 * 1440
    assert len(moved.bounds) == len(span.bounds)


def test_ends_that_fall_together_leave_nothing_to_compare() -> None:
    span = range_span(trading(), moment(date(2026, 3, 30), 12), moment(date(2026, 3, 31), 10))
    assert shifted(trading(), span, "mom") == Missing("no_such_date")
    early = range_span(trading(), moment(date(1970, 1, 5)), moment(date(1970, 1, 6)))
    assert shifted(trading(), early, "yoy") == Missing("no_such_date")


def test_a_range_without_a_minute_is_refused() -> None:
    london = trading("Europe/London")
    skipped = date(2011, 3, 27)
    with pytest.raises(ValueError, match="no minute"):
        range_span(london, moment(skipped, 1, 10), moment(skipped, 1, 50))
    with pytest.raises(ValueError, match="no minute"):
        range_span(london, moment(skipped, 9), moment(skipped, 8))


# ---- given beforehand --------------------------------------------------------------------------

DAY = date(2026, 11, 11)


def hours(day: date, start: int, end: int) -> LocalRange:
    midnight = (day - date(1970, 1, 1)).days * 1440
    return LocalRange(midnight + start * 60, midnight + end * 60)


def given_beforehand(display: str, **ranges: LocalRange) -> TradingTime:
    known = {"current": None, "yoy": None, "mom": None, **ranges}
    promotions = load_promotions().promotions
    return trading(calendar=PromotionCalendar(promotions, [Ranges(DAY, display, **known)]))


def test_what_was_given_beforehand_goes_before_the_calendar() -> None:
    time = given_beforehand("28H", yoy=hours(date(2024, 11, 11), -4, 24), mom=hours(DAY, -34, -10))
    yoy, mom = (found(baseline(time, kind, "28H", DAY)) for kind in ("yoy", "mom"))
    assert yoy == own_span(promoted(), "28H", date(2024, 11, 11))
    assert mom.bounds.start == epoch_minute("Asia/Shanghai", date(2026, 11, 9), 14)
    assert (len(mom.bounds), mom.day, mom.window, mom.name) == (24 * 60, None, None, None)


def test_what_was_not_given_goes_by_the_calendar() -> None:
    time = given_beforehand("28H", yoy=hours(date(2024, 11, 11), -4, 24))
    for kind, window, day in [
        ("mom", "28H", DAY),
        ("yoy", "24H", DAY),
        ("yoy", "28H", date(2025, 11, 11)),
    ]:
        assert baseline(time, kind, window, day) == baseline(promoted(), kind, window, day)  # type: ignore[arg-type]
    assert own_span(time, "28H", DAY) == own_span(promoted(), "28H", DAY)


def test_the_current_range_can_be_given_too() -> None:
    time = given_beforehand("24H", current=hours(DAY, -1, 23))
    span = own_span(time, "24H", DAY)
    assert span.bounds.start == epoch_minute("Asia/Shanghai", DAY, -1)
    assert (len(span.bounds), span.day) == (24 * 60, DAY)
    assert span.name == Label("双11 2026", "11.11 2026")


def test_the_special_24_hours_go_from_20_to_20() -> None:
    span = own_span(promoted(), "special 24h", DAY)
    assert span.bounds.start == epoch_minute("Asia/Shanghai", DAY, -4)
    assert span.bounds.end == epoch_minute("Asia/Shanghai", DAY, 20)
    yoy = found(baseline(promoted(), "yoy", "special 24h", DAY))
    assert yoy == own_span(promoted(), "special 24h", date(2025, 11, 11))
