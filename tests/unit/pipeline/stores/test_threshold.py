"""When a ranking over trimmed buckets is proven: the edges, where one unit decides."""

import pytest

from pipeline.stores.threshold import RankedTop, rank
from pipeline.values.cells import CellValue


def cell(amount: int | None) -> CellValue | None:
    return None if amount is None else CellValue(1, (amount, 1))


def top(amounts: list[int | None], last: int | None = None, floor: int | None = None) -> RankedTop:
    return RankedTop(last, floor, [cell(amount) for amount in amounts])


@pytest.mark.parametrize(("floor", "proven"), [(3, True), (4, False)])
def test_a_rest_that_may_equal_the_last_place_makes_it_unproven(floor: int, proven: bool) -> None:
    found = rank(["a", "b"], [top([5, 6]), top([5, None], floor=floor)], 1)
    assert found is not None
    assert (found.rows[0].key, found.proven) == ("a", proven)


@pytest.mark.parametrize(("floor", "proven"), [(4, True), (5, False)])
def test_a_trimmed_key_that_may_equal_the_last_place_makes_it_unproven(
    floor: int, proven: bool
) -> None:
    found = rank(["a"], [top([5], floor=floor)], 1)
    assert found is not None
    assert found.proven is proven


def test_a_place_whose_own_sum_lacks_a_trimmed_part_is_unproven() -> None:
    found = rank(["a"], [top([20]), top([None], floor=1)], 1)
    assert found is not None
    assert (found.rows[0].measures[0], found.proven) == (20, False)
    whole = rank(["a"], [top([20]), top([None])], 1)
    assert whole is not None
    assert whole.proven


@pytest.mark.parametrize(("last", "deep_enough"), [(4, True), (5, False)])
def test_what_is_unread_and_may_equal_the_last_place_is_read(last: int, deep_enough: bool) -> None:
    assert (rank(["a"], [top([5], last=last)], 1) is not None) is deep_enough
