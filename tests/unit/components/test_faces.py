"""Widths are those of the bundled faces, and what is too long is cut or set smaller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import faces, formats, hero_number
from components.advances import ADVANCES
from components.formats import Currency
from components.models import Hero, Kpi
from components.panel import ems
from components.widgets import hero, kpis
from tests.vendored.advances import WEIGHTS, advances

YUAN = Currency("¥", 2)
HERO_PX, HERO_PLACE = 152, 928 + 10  # its size and its place in design px, with the ¥'s bearing


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_table_of_widths_is_that_of_the_face(weight: int) -> None:
    held = {c: width for width, said in ADVANCES[weight].items() for c in said}
    assert held == advances(weight)


def test_chinese_is_as_wide_as_it_is_high() -> None:
    assert faces.width("双十一", 20) == 60


@given(st.text(min_size=1, max_size=40), st.integers(20, 300))
def test_a_fitted_text_fits(text: str, room: int) -> None:
    made = faces.fitted(text, 20, room)
    assert faces.width(made, 20) <= room
    assert made == text or made.endswith(faces.ELLIPSIS)


def test_what_has_room_keeps_its_size() -> None:
    assert faces.shrunk(3.0, 3.0) is None
    assert faces.shrunk(4.0, 3.0) == {"--fit": "0.750"}


@given(st.integers(-(10**14), 10**14), st.sampled_from(("en", "zh")))
def test_the_hero_fits_its_place_with_any_number_of_digits(cents: int, lang: str) -> None:
    pieces = hero_number.parts(cents, lang, YUAN)
    digits, _ = hero.render(Hero(cents, pieces, "", ""))
    fit = float((getattr(digits, "style", None) or {}).get("--fit", 1))
    marks = sum(50 + 10 for kind, _ in pieces if kind == "mark")
    plain = "".join(text for kind, text in pieces if kind != "mark")
    assert (faces.width(plain, HERO_PX, faces.BOLD) + marks) * fit <= HERO_PLACE


def test_twelve_digits_cost_the_hero_a_tenth_of_its_size_at_most() -> None:
    for lang in ("en", "zh"):
        pieces = hero_number.parts(99_999_999_999_999, lang, YUAN)
        style = getattr(hero.render(Hero(1, pieces, "", ""))[0], "style", None) or {}
        assert 0.88 <= float(style["--fit"]) < 1


@given(st.integers(0, 10**14), st.sampled_from(("en", "zh")))
def test_a_key_figure_fits_its_tile_and_stays_readable(cents: int, lang: str) -> None:
    for number in (formats.full_money(cents, YUAN), formats.money(cents, lang, YUAN, 4)):
        tile = kpis.render((Kpi("net", "Net", number, "live"),))[0]
        fit = float((getattr(tile.children[1], "style", None) or {}).get("--fit", 1))
        assert ems(number) * 46 * fit <= 184
        assert 46 * fit >= 18
