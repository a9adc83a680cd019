"""The one big number shows whole units of the currency, in both languages the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components import hero_number
from components.formats import Currency

YUAN = Currency("¥", 2)


def test_the_hero_is_cut_to_whole_units_and_never_rounded_up() -> None:
    assert hero_number.text(3_847_291_650_399, "en", YUAN) == "¥38,472,916,503"
    assert hero_number.text(3_847_291_650_399, "zh", YUAN) == "¥384亿7291万6503"
    assert hero_number.text(100_000_000_000, "zh", YUAN) == "¥10亿0000万0000"
    assert hero_number.text(99, "zh", YUAN) == "¥0"


@given(st.integers(0, 10**15))
def test_both_languages_show_the_same_hero_digits(cents: Any) -> None:
    def digits(lang: str) -> str:
        return "".join(c for c in hero_number.text(cents, lang, YUAN) if c.isdigit())

    assert digits("zh") == digits("en")
