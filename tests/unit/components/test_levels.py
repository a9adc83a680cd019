"""Labels of an axis: exact, short, and inside the margin the figure leaves them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import faces, formats
from components.widgets import axes, flow

STANDOFF, SIZE = 8, 18


@pytest.mark.parametrize(
    ("cents", "lang", "text"),
    [
        (50_000_000_00, "zh", "5000万"),
        (50_000_000_00, "en", "50M"),
        (2_000_000_000_00, "zh", "20亿"),
        (200_000_000_000_00, "zh", "2000亿"),
        (10**15, "zh", "10万亿"),
        (10**15, "en", "10T"),
        (20, "en", "0.2"),
        (5_00, "zh", "5"),
    ],
)
def test_a_level_is_its_shortest_exact_text(cents: Any, lang: Any, text: Any) -> None:
    assert formats.level(cents, lang, 2) == text


@given(st.integers(2, 10**15), st.integers(1, 2), st.sampled_from(("en", "zh")))
def test_every_level_fits_the_margin_right_of_the_chart(top: int, lines: int, lang: str) -> None:
    for level in axes.levels(top, lines):
        text = formats.level(level, lang, 2)
        assert faces.width(text, SIZE) + STANDOFF <= flow.RIGHT
