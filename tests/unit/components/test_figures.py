import json
import re
from pathlib import Path
from typing import Any

import pytest

from components import theme
from components.flow_models import Burst, Flow
from components.models import Bars, Slope
from components.widgets import axes, bars, flow, slope

ASSETS = Path(__file__).resolve().parents[3] / "assets"
COLOUR = r"--([\w-]+):\s*(#[0-9A-Fa-f]{6}|rgba\([^)]*\))"
DAY = [1000 + i % 7 for i in range(1440)]


def drawn(values: list[int], **more: Any) -> dict[str, Any]:
    figure = flow.figure(Flow(start=0, end=1680, first=0, values=values, **more), theme.DARK)
    json.dumps(figure, allow_nan=False)
    return figure


@pytest.mark.parametrize("values", [[], [0], [0] * 500, [7] * 500, [-5, -3, -9], [50, -20, 50]])
def test_empty_flat_and_negative_days_draw(values: Any) -> None:
    axis = drawn(values)["layout"]["yaxis"]
    assert axis["range"][0] <= min([0, *values])
    assert axis["range"][1] >= max([1, *values])


def test_a_burst_is_cut_and_its_height_written_beside_it() -> None:
    values = [90_000_00] * 20 + DAY
    figure = drawn(values, bursts=[Burst(0, "Opening")], symbol="¥")
    assert figure["layout"]["yaxis"]["range"][1] < 90_000_00
    assert any(
        "¥90.0K" in n["text"] and "Opening" in n["text"] for n in figure["layout"]["annotations"]
    )


@pytest.mark.parametrize("height", [279, 366, 902])
def test_each_height_stands_beside_its_own_burst(height: int) -> None:
    values = [178_000_00 // (1 + i // 6) for i in range(240)]
    values += [188_000_00 // (1 + i // 6) for i in range(1008)]
    known = [Burst(0, "Opening 20:00"), Burst(240, "Midnight 00:00")]
    figure = drawn(values, bursts=known, now=1249, now_text="16:48", height=height)
    notes = [n for n in figure["layout"]["annotations"] if n.get("name") == "burst"]
    said = {n["text"].partition("<br>")[2]: n["x"] for n in notes}
    assert 0 < said["Opening 20:00"] < 240 < said["Midnight 00:00"] < 300


def test_a_minute_of_refunds_is_cut_too_when_it_would_flatten_the_day() -> None:
    figure = drawn([1000] * 500 + [-80_000_00] + [1000] * 500, symbol="¥")
    assert figure["layout"]["yaxis"]["range"][0] == -560
    assert any("−¥80.0K" in n["text"] for n in figure["layout"]["annotations"])


def test_a_day_without_bursts_is_not_cut() -> None:
    values = [1000, 1200, 1100] * 100
    assert drawn(values)["layout"]["yaxis"]["range"][1] > max(values)


def test_the_line_ends_in_a_hollow_dot_at_the_last_complete_minute() -> None:
    figure = drawn(DAY, now=1441)
    dots = [t for t in figure["data"] if t["mode"] == "markers"]
    assert [(d["x"], d["y"]) for d in dots] == [([1439], [DAY[-1]]), ([1439], [sum(DAY)])]


def test_a_closed_window_has_neither_dot_nor_now() -> None:
    figure = drawn(DAY)
    assert all(t["mode"] == "lines" for t in figure["data"])
    assert figure["layout"]["shapes"] == []


def test_late_data_leaves_a_tinted_hole_up_to_now() -> None:
    figure = drawn(DAY, now=1460, hole="no data since", late=True)
    hole = next(s for s in figure["layout"]["shapes"] if s["type"] == "rect")
    assert (hole["x0"], hole["x1"], hole["fillcolor"]) == (1440, 1460, theme.DARK.alert)
    assert len(figure["data"][0]["x"]) == 1440  # never bridged
    assert figure["data"][0]["line"]["color"] == theme.DARK.compare


@pytest.mark.parametrize(("minutes", "step"), [(240, 30), (1440, 120), (1680, 120), (60, 5)])
def test_time_labels_keep_their_distance(minutes: Any, step: Any) -> None:
    assert flow.tick_step(minutes) == step


def test_levels_are_round_and_few() -> None:
    assert axes.levels(92_000_000, 1) == [50_000_000]
    assert axes.levels(49_600, 2) == [20_000, 40_000]
    assert axes.levels(1, 2) == []


def test_near_bursts_are_one() -> None:
    values = [1] * 10 + [9, 1, 9] + [1] * 30 + [8]
    runs = axes.runs_above(values, 5, 5)
    assert [(r.first, r.last) for r in runs] == [(10, 13), (43, 44)]


def test_the_slope_joins_what_is_on_both_lists() -> None:
    figure = slope.figure(Slope(("a", "b", "c", "d"), ("d", "x", "y", "c"), 10), theme.DARK)
    plain, hot, alone = figure["data"]
    assert hot["y"] == [2.5, 3.5, None, 3.5, 0.5, None]
    assert plain["y"] == []
    assert list(zip(alone["x"], alone["y"], strict=True)) == [
        (0, 0.5),
        (0, 1.5),
        (1, 1.5),
        (1, 2.5),
    ]


@pytest.mark.parametrize("stacks", [(), ((),), ((1, 2), (3, 4))])
def test_the_running_bar_is_an_outline_at_the_right_edge(stacks: Any) -> None:
    figure = bars.figure(Bars(stacks, 9, 24), theme.DARK)
    last = figure["data"][-1]
    assert (last["x"], last["y"]) == ([23], [9])
    assert last["marker"]["color"] == "rgba(0,0,0,0)"
    assert figure["data"][0]["x"][-1:] in ([22], [], [23])


@pytest.mark.parametrize(
    ("palette", "block"), [(theme.DARK, ":root {"), (theme.LIGHT, '[data-theme="light"]')]
)
def test_the_figures_have_the_colours_of_the_page(palette: Any, block: Any) -> None:
    css = (ASSETS / "10-tokens.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(COLOUR, css[css.index(block) :][:2400]))
    wanted = {name.replace("_", "-"): getattr(palette, name) for name in palette.__slots__}
    if block.startswith(":root"):
        tokens = dict(re.findall(COLOUR, css[: css.index('[data-theme="light"]')]))
    assert {k: tokens.get(k) for k in wanted} == wanted
