"""Expected values, band and lead equal what a few lines of plain counting give."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rollup.comparing import (
    Lead,
    band,
    change,
    expected,
    in_band,
    lead,
    ratio_to,
    smooth,
)

flows = st.lists(st.integers(0, 10**9), max_size=60)


def halves_away(value: Fraction) -> int:
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


@given(
    st.lists(st.integers(-(10**9), 10**9), max_size=80),
    st.sets(st.integers(0, 90), max_size=3),
    st.sampled_from([1, 3, 7, 15]),
)
def test_a_mean_never_reaches_across_an_edge_or_an_end(
    values: list[int], places: set[int], width: int
) -> None:
    def mean(place: int) -> int:
        near = range(max(place - width // 2, 0), min(place + width // 2 + 1, len(values)))
        first, last = min(place, *near), max(place, *near)
        low = max([e for e in {0, *places} if e <= place])
        high = min([e for e in {len(values), *places} if e > place])
        taken = values[max(first, low) : min(last + 1, high)]
        return halves_away(Fraction(sum(taken), len(taken)))

    assert smooth(values, (0, *places), width) == [mean(i) for i in range(len(values))]


def test_what_is_expected_is_the_mean_of_15_minutes() -> None:
    values = list(range(0, 400, 10))
    assert expected(values)[20] == 200
    assert expected(values)[0] == 35
    assert expected(values, (0, 20))[20] == 235
    assert expected(values, (0, 20))[19] == 155
    assert expected([], (0,)) == []


def test_a_half_is_rounded_away_from_zero() -> None:
    assert smooth([0, 1, 2, 0], (0, 2), 3) == [1, 1, 1, 1]
    assert smooth([0, -1], (0,), 3) == [-1, -1]


@pytest.mark.parametrize(
    ("value", "inside"),
    [(599_999, False), (600_000, True), (1_000_000, True), (1_600_000, True), (1_600_001, False)],
)
def test_the_band_includes_its_edges(value: int, inside: bool) -> None:
    assert in_band(ratio_to(value, 1_000_000)) is inside
    assert band(1_000_000) == (600_000, 1_600_000)


def test_nothing_is_in_or_out_of_a_band_where_nothing_was_expected() -> None:
    assert ratio_to(5, 0) is None
    assert in_band(None) is None
    assert band(0) == (0, 0)


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_a_change_has_the_sign_of_the_difference_and_needs_a_base(own: int, base: int) -> None:
    found = change(own, base)
    if base <= 0:
        assert found is None
    else:
        assert found == halves_away(Fraction(1_000_000 * (own - base), base))
        assert found * (own - base) >= 0
    assert change(None, base) is None
    assert change(own, None) is None


@given(st.integers(0, 10**10), st.integers(0, 70), flows)
def test_the_lead_is_where_the_baseline_first_has_the_same_sum(
    total: int, elapsed: int, flow: list[int]
) -> None:
    found = lead(total, elapsed, flow)
    reached = [n for n in range(1, len(flow) + 1) if sum(flow[:n]) >= total]
    if elapsed == 0 or total == 0:
        assert found is None
    elif flow and sum(flow[:elapsed]) == total:
        assert found == Lead(0, "even", elapsed, False)
    elif not reached:
        assert found == Lead(None, "ahead", None, True)
    else:
        assert found is not None
        assert (found.count, found.minutes) == (reached[0], abs(reached[0] - elapsed))
        signs = {"ahead": 1, "even": 0, "behind": -1}
        assert signs[found.direction] == np.sign(reached[0] - elapsed)


@given(flows, st.integers(1, 60))
def test_against_itself_a_day_is_even_also_while_nothing_is_sold(
    flow: list[int], elapsed: int
) -> None:
    found = lead(sum(flow[:elapsed]), elapsed, flow)
    assert found is None or (found.minutes, found.direction) == (0, "even")


def test_ahead_is_the_time_until_the_baseline_has_what_today_has() -> None:
    assert lead(30, 1, [10, 10, 10, 10]) == Lead(2, "ahead", 3, False)
    assert lead(10, 3, [10, 10, 10, 10]) == Lead(2, "behind", 1, False)
    assert lead(30, 3, [10, 10, 10, 10]) == Lead(0, "even", 3, False)
    assert lead(41, 4, [10, 10, 10, 10]) == Lead(None, "ahead", None, True)
