"""Stacked bars of equal steps; the step that is not over is an outline, never a short bar."""

from typing import Any

from components import faces
from components.models import Bars
from components.theme import Palette
from components.widgets.figures import CLEAR, Figure, layout, note

SIZE = 18
WIDTH, DISTANCE = 184, 10  # design px of the figure, and between its two times


def figure(model: Bars, colours: Palette) -> Figure:
    """Draw up to `places` steps, flush with the right edge."""
    palette = colours.faded() if model.late else colours
    fills = (palette.accent, palette.accent_deep, palette.compare_2, palette.rule_strong)
    steps = max((len(s) for s in model.stacks), default=0)
    open_step = model.running is not None
    first = model.places - steps - (1 if open_step else 0)
    data: list[Figure] = [
        {
            "type": "bar",
            "hoverinfo": "skip",
            "x": list(range(first, first + len(stack))),
            "y": list(stack),
            "marker": {"color": fills[min(i, len(fills) - 1)], "line": {"width": 0}},
        }
        for i, stack in enumerate(model.stacks)
    ]
    if open_step:
        outline = {"color": CLEAR, "line": {"color": palette.compare, "width": 1.5}}
        place = {"x": [model.places - 1], "y": [model.running]}
        data.append({"type": "bar", "hoverinfo": "skip", **place, "marker": outline})
    return {"data": data, "layout": _layout(model, palette, first)}


def _ends(model: Bars, first: int) -> list[tuple[float, Any, str]]:
    """Return the times under the outermost steps; the left one only where both have room."""
    left, right = max(first, 0) - 0.5, model.places - 0.5
    said = [(right, "right", model.right)]
    taken = faces.width(model.right, SIZE) + DISTANCE + faces.width(model.left, SIZE)
    if (right - left) * WIDTH / max(1, model.places) >= taken:
        said.insert(0, (left, "left", model.left))
    return said


def _layout(model: Bars, palette: Palette, first: int) -> Figure:
    return layout(
        palette,
        (0, 0, 0, 24),
        barmode="stack",
        bargap=0.22,
        annotations=[
            note(
                palette,
                text,
                SIZE,
                x=x,
                xanchor=side,
                yref="paper",
                y=0,
                yanchor="top",
                yshift=-1,
            )
            for x, side, text in _ends(model, first)
            if text
        ],
        xaxis={
            "range": [-0.5, model.places - 0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickvals": [],
            "showline": True,
            "linecolor": palette.rule_strong,
            "linewidth": 1,
        },
        yaxis={"visible": False, "fixedrange": True, "rangemode": "tozero"},
    )
