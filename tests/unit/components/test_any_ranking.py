"""Random rankings and volumes: every point and text stays in its figure."""

from hypothesis import given
from hypothesis import strategies as st

from components import theme
from components.models import Bars, Slope
from components.widgets import bars, slope
from tests.unit.components.drawn_texts import collisions, outside, texts

KEYS = st.lists(st.text("abcdefghij", min_size=1, max_size=2), max_size=14, unique=True)
STACK = st.lists(st.integers(-(10**6), 10**14), max_size=30)
TIMES = st.sampled_from(("", "12:50", "16:40", "11月11日"))


@given(KEYS, KEYS, st.integers(0, 12))
def test_every_line_of_a_slope_ends_at_a_row(left: list[str], right: list[str], rows: int) -> None:
    figure = slope.figure(Slope(tuple(left), tuple(right), rows), theme.DARK)
    for trace in figure["data"]:
        assert all(0 < y < max(1, rows) for y in trace["y"] if y is not None)
    joined = {y for t in figure["data"][:2] for y in t["y"] if y is not None}
    alone = set(figure["data"][2]["y"])
    assert joined | alone == {i + 0.5 for i in range(min(rows, max(len(left), len(right))))}


@given(STACK, st.one_of(st.none(), st.integers(0, 10**6)), TIMES, TIMES)
def test_the_times_of_a_volume_stand_apart_and_inside(
    stack: list[int], running: int | None, left: str, right: str
) -> None:
    model = Bars((tuple(stack[-24:]),), running, 25, left, right)
    found = texts(bars.figure(model, theme.DARK), bars.WIDTH, 120)
    assert collisions(found) == []
    assert outside(found, bars.WIDTH, 120) == []
    assert right in {text.text for text in found} or not right
