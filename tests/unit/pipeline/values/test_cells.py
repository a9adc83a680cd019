"""The value of a cell and its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.cells import CellValue
from pipeline.values.streams import Active, LinkGeneration

_values = st.builds(
    CellValue,
    st.integers(0, 2**53),
    st.lists(st.integers(0, 2**53), min_size=1, max_size=4).map(tuple),
    st.none() | st.text(),
)


@given(_values)
def test_a_value_comes_back_from_its_text(value: CellValue) -> None:
    assert CellValue.decode(value.encode()) == value


@given(_values)
def test_a_value_never_supersedes_itself(value: CellValue) -> None:
    assert not value.supersedes(value)
    assert value.supersedes(None)


def test_values_of_two_widths_are_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        CellValue(2, (1, 1)).supersedes(CellValue(1, (1,)))


def test_an_active_generation_comes_back_from_its_text() -> None:
    active = Active(LinkGeneration("A", 12), 3)
    assert active.encode() == "A:12:3"
    assert Active.decode("A:12:3") == active
