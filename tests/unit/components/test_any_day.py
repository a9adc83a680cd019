"""Random days thrown at the main chart: texts stand apart, inside, and beside its line."""

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import formats, theme
from components.flow_models import Burst, Curve, Flow, Lead
from components.widgets import flow, flow_bursts, flow_time
from tests.unit.components.drawn_texts import Canvas, Text, collisions, outside, over, texts

WIDTH = flow.PLOT_WIDTH + flow.RIGHT
WINDOWS = (60, 240, 1440, 1680, 2880, 10_080, 44_640)
NAMES = ("11.11 2025", "2025双11", "An anniversary sale with a very long name indeed", "周年庆" * 9)
HOLES = ("no data since 16:48", "16:48 起无数据")
LIMIT = 10**14
FEW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Clocks(dict[int, str]):
    """x -> a time, as the presenter's."""

    def get(self, x: int, default: Any = "") -> Any:
        return "16:48"


@st.composite
def days(draw: st.DrawFn, minutes: int) -> list[int]:
    """A level, a shape, bursts anywhere, refunds anywhere."""
    level = draw(st.sampled_from((0, 1, 99, 12_345, 10**7, 10**10, LIMIT // 4000)))
    shape = draw(st.lists(st.integers(0, 20), min_size=1, max_size=24))
    wobble = draw(st.integers(0, 7))
    values = [
        level * shape[i * len(shape) // minutes] // 10 + (i * 7919 % 11) * level * wobble // 100
        for i in range(minutes)
    ]
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, minutes - 1)), draw(st.integers(1, 40))
        height = draw(st.integers(1, 10**9)) * draw(st.sampled_from((1, 1000, 100_000)))
        for i in range(at, min(minutes, at + length)):
            values[i] += height // (1 + i - at)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, minutes - 1))
        values[at] -= draw(st.integers(1, 10**12))
    return values


def curve(name: str, values: list[int], edges: tuple[int, ...]) -> Curve:
    low, high = [v * 6 // 10 for v in values], [v * 16 // 10 for v in values]
    return Curve(name, 0, values, low, high, list(accumulate(values)), edges)


@st.composite
def charts(draw: st.DrawFn) -> Flow:
    minutes = draw(st.sampled_from(WINDOWS))
    step = 1 if minutes <= 2880 else 60
    places = minutes // step
    day = draw(days(places))
    now = draw(st.one_of(st.none(), st.integers(0, places - 1)))
    late = now is not None and draw(st.booleans())
    upto = places if now is None else max(0, now - (draw(st.integers(3, 600)) if late else 0))
    edges = tuple(sorted({0, min(240, places - 1)}))
    baselines = draw(st.integers(0, 2))
    lead = None
    if baselines and now and draw(st.booleans()):
        lead = Lead(max(0, upto - 1), draw(st.integers(0, places - 1)), "3 h 21 min ahead")
    every = flow_time.step(minutes, flow.PLOT_WIDTH)
    return Flow(
        start=0,
        end=places,
        first=0,
        values=day[:upto],
        now=now,
        now_text="16:48" if now is not None else "",
        hole=draw(st.sampled_from(HOLES)) if late else "",
        ticks=tuple(
            (
                x // step,
                "11月11日" if x % 1440 == 240 else f"{x // 60 % 24:02d}:00",
                x % 1440 == 240,
            )
            for x in range(0, minutes + 1, every)
        ),
        edges=edges,
        bursts=(Burst(0, "Opening 20:00"), Burst(edges[-1], "00:00 零点")),
        clock_texts=Clocks(),
        lang=draw(st.sampled_from(("en", "zh"))),
        symbol="¥",
        late=late,
        baseline=curve(draw(st.sampled_from(NAMES)), draw(days(places)), edges)
        if baselines
        else None,
        other=curve(draw(st.sampled_from(NAMES)), draw(days(places)), edges)
        if baselines == 2
        else None,
        lead=lead,
        own_name=draw(st.sampled_from(("Today", "今日", "This day", *NAMES[2:]))),
        band_name=draw(st.sampled_from(("expected 0.6–1.6×", "预期区间 0.6–1.6倍"))),
        height=draw(st.sampled_from((279, 366, 590, 902))),
    )


def drawn(model: Flow) -> tuple[dict[str, Any], list[Text], Canvas]:
    figure = flow.figure(model, theme.DARK)
    height = model.height + flow.BOTTOM
    return figure, texts(figure, WIDTH, height), Canvas(figure["layout"], WIDTH, height)


def own(figure: dict[str, Any], axis: str = "y") -> list[tuple[Any, Any]]:
    """Return the points of today's line, which is the widest on its strip."""
    lines = [t for t in figure["data"] if t["mode"] == "lines" and t.get("yaxis", "y") == axis]
    line = max(lines, key=lambda t: t["line"]["width"])
    return [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if x is not None]


@FEW
@given(charts())
def test_no_two_texts_of_a_chart_meet_and_none_leaves_it(model: Flow) -> None:
    _, found, canvas = drawn(model)
    assert collisions(found) == []
    assert outside(found, canvas.width, canvas.height) == []


@FEW
@given(charts())
def test_a_cut_burst_has_its_height_written_near_it(model: Flow) -> None:
    figure, found, canvas = drawn(model)
    low, high = figure["layout"]["yaxis"]["range"]
    cut = [i for i, v in enumerate(model.values) if v > high or v < low]
    written = [t for t in found if t.name == "burst"]
    assert bool(written) == bool(cut)
    for i in cut:
        gaps = [max(t.left - canvas.x(i), canvas.x(i) - t.right) for t in written]
        assert min(gaps) < 480, "every cut minute has a height in reach"
    for text in written:
        near = min(cut, key=lambda i: max(text.left - canvas.x(i), canvas.x(i) - text.right))
        edge = flow_bursts.apart(model, flow.PLOT_WIDTH)
        peaks = [model.values[i] for i in cut if abs(i - near) <= edge * 3]
        amounts = {formats.short(v, model.lang, 3, "¥", 2) for v in peaks}
        assert text.text.split("  ")[0].strip() in amounts, "the height of the burst it is nearest"


@FEW
@given(charts())
def test_a_name_never_lies_over_the_own_line(model: Flow) -> None:
    figure, found, canvas = drawn(model)
    line = [(canvas.x(x), canvas.y(y)) for x, y in own(figure)]
    top = canvas.y(figure["layout"]["yaxis"]["range"][1])
    foot = canvas.y(figure["layout"]["yaxis"]["range"][0])
    clipped = [(x, min(max(y, top - 999), foot + 999)) for x, y in line]
    for text in found:
        if text.name == "" and top <= text.top and text.bottom <= foot + 2:
            assert not over(text, clipped), text.text


@FEW
@given(charts())
def test_the_line_ends_at_the_last_complete_minute_in_a_hollow_dot(model: Flow) -> None:
    figure, _, _ = drawn(model)
    last = len(model.values) - 1
    points = own(figure)
    assert [x for x, _ in points] == list(range(last + 1))
    dots = [t["x"] for t in figure["data"] if t["mode"] == "markers"]
    assert dots == ([[last], [last]] if model.values and model.now is not None else [])
    tinted = [s for s in figure["layout"]["shapes"] if s["type"] == "rect"]
    assert [(s["x0"], s["x1"]) for s in tinted] == ([(last + 1, model.now)] if model.hole else [])


@pytest.mark.parametrize("minutes", range(30, 31 * 1440 + 1, 733))
def test_time_labels_are_as_many_as_have_room(minutes: int) -> None:
    step = flow_time.step(minutes, flow.PLOT_WIDTH)
    assert minutes / step <= flow.PLOT_WIDTH / 64
