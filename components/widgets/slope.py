"""Two rankings of the same things, joined: where the lines cross, the lists disagree."""

from typing import Any

from components.models import Slope
from components.theme import Palette
from components.widgets.figures import Figure, hidden_axis, layout

HOT = 3  # a line is today's colour when it is among the first three of either list


def figure(model: Slope, colours: Palette) -> Figure:
    """Draw one trace a colour (gaps between the lines), and hollow dots for what is in one list."""
    palette = colours.faded() if model.late else colours
    left, right = model.left[: model.rows], model.right[: model.rows]
    places = {key: j for j, key in enumerate(right)}
    pairs = [(i, places[key]) for i, key in enumerate(left) if key in places]
    hot = [(i, j) for i, j in pairs if i < HOT or j < HOT]
    plain = [(i, j) for i, j in pairs if i >= HOT and j >= HOT]
    alone = [(0, i) for i, key in enumerate(left) if key not in places]
    alone += [(1, j) for key, j in places.items() if key not in left]
    return {
        "data": [
            _joined(plain, palette.compare_2, 1.8),
            _joined(hot, palette.accent, 2.8),
            _single(alone, palette),
        ],
        "layout": layout(
            palette,
            (10, 10, 0, 0),
            xaxis=hidden_axis(0, 1),
            yaxis=hidden_axis(max(1, model.rows), 0),
        ),
    }


def _joined(pairs: list[tuple[int, int]], color: str, width: float) -> Figure:
    x: list[int | None] = []
    y: list[float | None] = []
    for i, j in pairs:
        x += [0, 1, None]
        y += [i + 0.5, j + 0.5, None]
    line = {"color": color, "width": width}
    return {
        **_base(x, y),
        "mode": "lines+markers",
        "line": line,
        "marker": {"size": 6, "color": color},
    }


def _single(dots: list[tuple[int, int]], palette: Palette) -> Figure:
    ring = {"color": palette.rule_strong, "width": 2}
    marker = {"size": 6, "color": palette.ground, "line": ring}
    x, y = [side for side, _ in dots], [i + 0.5 for _, i in dots]
    return {**_base(x, y), "mode": "markers", "marker": marker}


def _base(x: Any, y: Any) -> Figure:
    return {
        "type": "scatter",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "connectgaps": False,
        "x": x,
        "y": y,
    }
