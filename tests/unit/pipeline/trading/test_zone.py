"""The zone as arithmetic agrees with zoneinfo, summer time included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.trading.zone import Zone

NAMES = [
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Apia",
]
FIRST, LAST = 2009, 2027
zones = st.sampled_from(NAMES)
instants = st.integers(
    int(datetime(FIRST, 1, 1, tzinfo=UTC).timestamp() * 1000),
    int(datetime(LAST, 12, 31, tzinfo=UTC).timestamp() * 1000),
)


def near_transitions(name: str) -> st.SearchStrategy[int]:
    changes = [instant for instant, _ in Zone(name).transitions(FIRST, LAST)]
    return st.builds(int.__add__, st.sampled_from(changes), st.integers(-7_200_000, 7_200_000))


moments = zones.flatmap(
    lambda name: st.tuples(st.just(name), st.one_of(instants, near_transitions(name)))
)


@given(moments)
def test_offsets_from_transitions_equal_zoneinfo(moment: tuple[str, int]) -> None:
    name, ms = moment
    changes = Zone(name).transitions(FIRST - 1, LAST + 1)
    offset = [value for instant, value in changes if instant <= ms][-1]
    local = datetime.fromtimestamp(ms // 1000, ZoneInfo(name)).utcoffset()
    assert local is not None
    assert offset == local.total_seconds() * 1000
    assert (ms + offset) // 60_000 == Zone(name).local_minute(ms)


@given(moments)
def test_a_local_minute_begins_when_the_clock_first_reaches_it(moment: tuple[str, int]) -> None:
    name, ms = moment
    zone = Zone(name)
    minute = zone.local_minute(ms)
    first = zone.instant_of_local_minute(minute)
    assert first <= ms
    assert zone.local_minute(first) == minute
    assert zone.local_minute(first - 1) != minute


def test_a_skipped_minute_means_the_moment_of_the_skip() -> None:
    london = Zone("Europe/London")
    skip = int(datetime(2011, 3, 27, 1, tzinfo=UTC).timestamp() * 1000)
    half_past_one = skip // 60_000 + 30
    assert london.instant_of_local_minute(half_past_one) == skip


def test_a_repeated_minute_means_the_first_time() -> None:
    london = Zone("Europe/London")
    back = int(datetime(2011, 10, 30, 1, tzinfo=UTC).timestamp() * 1000)
    half_past_one = back // 60_000 + 30
    assert london.instant_of_local_minute(half_past_one) == back - 30 * 60_000
    assert (back // 60_000, back // 60_000 + 60) in london.repeats(2011, 2011)


def test_a_name_that_is_no_zone_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="unknown zone"):
        Zone("Asia/Shangri-La")
