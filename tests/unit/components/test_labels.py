import json
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import theme
from components.flow_models import Curve, Flow, Lead
from components.widgets import flow
from components.widgets.labels import Box, Strip

DAY = [1000 + (i % 300) * 3 for i in range(1680)]


def curve(values: list[int], name: str = "11.11 2025") -> Curve:
    low, high = [v * 6 // 10 for v in values], [v * 16 // 10 for v in values]
    return Curve(name, 0, values, low, high, list(accumulate(values)), (0, 240))


def drawn(values: list[int], **more: Any) -> dict[str, Any]:
    given_ = {"baseline": curve(DAY), "other": curve([v // 2 for v in DAY], "6.18 2026"), **more}
    names: dict[str, Any] = {"own_name": "Today", "band_name": "expected 0.6–1.6×"}
    figure = flow.figure(
        Flow(start=0, end=1680, first=0, values=values, **names, **given_), theme.DARK
    )
    json.dumps(figure, allow_nan=False)
    return figure


def test_the_band_is_a_polygon_for_each_stretch_and_reaches_over_no_edge() -> None:
    band = next(t for t in drawn(DAY[:900], now=901)["data"] if t.get("fill") == "toself")
    gap = band["x"].index(None)
    assert (min(band["x"][:gap]), max(band["x"][:gap])) == (0, 239)
    assert (min(band["x"][gap + 1 :]), max(band["x"][gap + 1 :])) == (240, 1679)


def test_a_sum_ends_where_the_baseline_ends_however_it_was_thinned() -> None:
    sums = [t for t in drawn(DAY[:900], now=901)["data"] if t.get("yaxis") == "y2"]
    assert sums[0]["y"][-1] == sum(v // 2 for v in DAY)
    assert sums[1]["y"][-1] == sum(DAY)


def test_every_curve_has_its_name() -> None:
    lead = Lead(899, 1100, "3 h 21 min ahead")
    level = curve([1000] * 1680)
    figure = drawn([1200] * 900, baseline=level, now=901, lead=lead)
    names = " ".join(note["text"] for note in figure["layout"]["annotations"])
    for name in ("Today", "11.11 2025", "6.18 2026", "expected 0.6–1.6×", lead.text):
        assert name in names


def test_a_taken_place_is_not_given_twice() -> None:
    strip = Strip(0, 100, 0, 100, 400, 100)
    level = strip.columns(0, [10] * 100)
    strip.curves.append(level)
    boxes = [strip.beside(level, 100, True, lambda x: x) for _ in range(3)]
    found = [box for box in boxes if box is not None]
    assert len(found) == 3
    assert not any(a.meets(b) for a, b in pairwise(found))


def test_a_label_keeps_out_of_every_curve() -> None:
    strip = Strip(0, 100, 0, 100, 400, 100)
    low, high = strip.columns(0, [10] * 100), strip.columns(0, [30] * 100)
    strip.curves += [low, high]
    assert strip.beside(low, 100, True, lambda x: x) is None  # 20 px between them: no room
    assert strip.beside(high, 100, True, lambda x: x) is not None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.integers(1, 1680))
def test_any_day_draws_and_no_two_names_of_a_strip_meet(shape: list[int], upto: int) -> None:
    values = [shape[i * len(shape) // 1680] for i in range(1680)]
    drawn(values[:upto], baseline=curve(values), now=upto)


@pytest.mark.parametrize("upto", [0, 1, 240, 1680])
def test_the_first_and_the_last_minute_draw(upto: int) -> None:
    drawn(DAY[:upto], now=upto if upto < 1680 else None)


def test_boxes_meet_only_when_they_share_ground() -> None:
    assert Box(0, 10, 0, 10).meets(Box(9, 20, 9, 20))
    assert not Box(0, 10, 0, 10).meets(Box(10, 20, 0, 10))


@pytest.mark.parametrize("minutes", [1247, 1248, 1249, 1250])
def test_the_lead_stands_beside_the_dot_whatever_the_last_bit_of_a_float_is(minutes: int) -> None:
    values = [v * 116 // 100 for v in DAY[:minutes]]
    lead = Lead(minutes - 1, minutes + 217, "3 h 37 min ahead")
    figure = drawn(values, now=minutes, now_text="16:48", lead=lead, height=366)

    assert "<b>3 h 37 min ahead</b>" in [note["text"] for note in figure["layout"]["annotations"]]
