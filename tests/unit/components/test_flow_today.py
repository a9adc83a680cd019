"""How today's line is drawn."""

import pytest

from components.widgets import flow_today
from components.widgets.labels import Strip


@pytest.mark.parametrize(
    ("values", "width"),
    [([50, 51, 50, 52] * 20, flow_today.BROAD), ([10, 90] * 40, flow_today.FINE), ([], 2.8)],
)
def test_a_line_that_jumps_from_minute_to_minute_is_thin(values: list[int], width: float) -> None:
    strip = Strip(0, 80, 0, 100, 954, 200)

    assert flow_today.stroke(values, strip) == width


def test_what_the_axis_cuts_is_no_jump() -> None:
    strip = Strip(0, 80, 0, 100, 954, 200)

    assert flow_today.stroke([150, 9_000] * 40, strip) == flow_today.BROAD
