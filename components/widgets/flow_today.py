"""Today on the main chart: sales per minute and their sum, each ending in a hollow dot."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from components.flow_models import Flow
from components.theme import Palette
from components.widgets.figures import Figure
from components.widgets.labels import Strip

BROAD, FINE = 2.8, 1.9  # design px of the line; a baseline has 1.8
JUMP = 4.0  # design px from one minute to the next, on average
Series = Sequence[int | None]


def stroke(values: list[int], strip: Strip) -> float:
    """Return the width of today's line: thinner where it jumps so much that it would be a blot."""
    heights = [strip.y(min(value, strip.top)) for value in values]
    jumps = sum(abs(after - before) for before, after in pairwise(heights))
    return BROAD if jumps <= JUMP * len(heights) else FINE


def lines(
    model: Flow, values: Series, sums: Series, palette: Palette, width: float
) -> list[Figure]:
    # an empty line still stands on its axis: Plotly places an axis by its traces
    x: list[int | None] = [*range(model.first, model.first + len(values))] or [None]
    values, sums = values or [None], sums or [None]
    base = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": x}
    traces: list[Figure] = [
        {**base, "y": values, "line": {"color": palette.accent, "width": width}},
        {**base, "y": sums, "yaxis": "y2", "line": {"color": palette.accent, "width": 3.4}},
    ]
    if model.values and model.now is not None:
        for y, axis in ((values[-1], "y"), (sums[-1], "y2")):
            traces.append(_hollow_dot(x[-1], y, axis, palette))
    return traces


def _hollow_dot(x: Any, y: Any, axis: str, palette: Palette) -> Figure:
    ring = {"color": palette.accent, "width": 2.6}
    return {
        "type": "scatter",
        "mode": "markers",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "x": [x],
        "y": [y],
        "yaxis": axis,
        "marker": {"size": 11, "color": palette.ground, "line": ring},
    }
