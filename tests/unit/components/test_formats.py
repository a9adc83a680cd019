from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import formats
from components.formats import Currency

YUAN = Currency("¥", 2)


@pytest.mark.parametrize(
    ("value", "lang", "digits", "text"),
    [
        (180_300_000, "en", 4, "180.3M"),
        (180_300_000, "zh", 4, "1.803亿"),
        (37_630_000_000, "en", 4, "37.63B"),
        (913_000_000, "en", 3, "913M"),
        (13_200_000_000, "en", 3, "13.2B"),
        (999_960, "en", 3, "1.00M"),
        (999_999_999, "en", 4, "1.000B"),
        (99_999_999, "zh", 3, "1.00亿"),
        (9_996_000, "en", 3, "10.0M"),
        (90_000_000, "zh", 1, "9,000万"),
        (588, "en", 3, "588"),
        (0, "en", 3, "0"),
        (-29_100_000, "en", 3, "−29.1M"),
    ],
)
def test_short_numbers_keep_their_digits_in_the_unit_of_the_language(
    value: Any, lang: Any, digits: Any, text: Any
) -> None:
    assert formats.short(value, lang, digits) == text


def test_money_counts_its_unit_after_the_cents_are_taken_off() -> None:
    assert formats.money(3_763_000_000_000, "en", YUAN, 4).text == "¥37.63B"
    assert formats.money(3_763_000_000_000, "zh", YUAN, 4).text == "¥376.3亿"
    assert formats.money(588_49, "en", YUAN).text == "¥588"


def test_the_exact_value_shows_every_cent() -> None:
    assert formats.money(3_847_291_650_312, "en", YUAN).exact == "¥38,472,916,503.12"
    assert formats.exact_money(-5, YUAN) == "−¥0.05"
    assert formats.exact_money(1234, Currency("¥", 0)) == "¥1,234"


def test_no_value_is_a_dash_and_not_a_zero() -> None:
    for number in (
        formats.money(None, "en", YUAN),
        formats.count(None, "zh"),
        formats.percent(None),
        formats.full_money(None, YUAN),
        formats.whole(None),
    ):
        assert (number.value, number.text) == (None, "—")


def test_a_rate_has_its_decimals_and_its_exact_parts_per_million() -> None:
    rate = formats.percent(21_851, 2)
    assert (rate.text, rate.exact) == ("2.19%", "2.1851%")
    assert formats.percent(-184_000).text == "−18.4%"


def test_a_share_of_nothing_is_not_told() -> None:
    assert formats.share_ppm(1, 0) is None
    assert formats.share_ppm(1, 8) == 125_000


def test_a_number_beside_a_triangle_has_no_sign() -> None:
    change = formats.percent(-184_000).unsigned()
    assert (change.value, change.text, change.kind) == (-184_000, "18.4%", "percent-1-unsigned")


@given(st.integers(0, 10**15), st.sampled_from(["en", "zh"]), st.integers(1, 5))
def test_a_short_number_is_within_half_of_its_last_digit(
    value: Any, lang: Any, digits: Any
) -> None:
    text = formats.short(value, lang, digits).replace(",", "")
    units = {"K": 10**3, "M": 10**6, "B": 10**9, "万": 10**4, "亿": 10**8}
    size = units.get(text[-1], 1)
    digits_text = text.rstrip("KMB万亿")
    decimals = len(digits_text.partition(".")[2])
    shown = int(digits_text.replace(".", "")) * size
    assert abs(shown - value * 10**decimals) * 2 <= size
