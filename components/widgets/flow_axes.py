"""The axes of the main chart: two strips over one stretch of time, with few round levels.

The labels of the time axis are a row of their own (flow_time).
"""

from components import formats
from components.flow_models import Flow
from components.theme import Palette
from components.widgets import axes
from components.widgets.figures import Figure, layout

# Shares of what is above the time axis: the flow, a gap for a title, the sum.
FLOW_DOMAIN = (0.3989, 0.9836)
SUM_DOMAIN = (0.0, 0.2842)
LEVELS_APART = 24  # design px: the height of a label
LEVEL_HEIGHT = 30  # design px between two lines of a strip
MOST_LINES = 2


def edges(model: Flow, palette: Palette) -> list[Figure]:
    """Return a line at each of the model's edges, on both strips."""
    line = {"color": palette.rule_strong, "width": 1.5}
    return [
        {
            "type": "line",
            "layer": "below",
            "x0": x,
            "x1": x,
            "yref": "paper",
            "y0": low,
            "y1": high,
            "line": line,
        }
        for x in model.edges
        for low, high in (FLOW_DOMAIN, SUM_DOMAIN)
    ]


def time_axis(model: Flow, palette: Palette) -> Figure:
    slack = (model.end - model.start) * 0.001
    return {
        "range": [model.start - slack, model.end],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showticklabels": False,
        "ticks": "",
        "anchor": "y2",
        "showline": True,
        "linecolor": palette.rule_strong,
        "linewidth": 1,
    }


def flow_axis(model: Flow, palette: Palette, span: tuple[int, int]) -> Figure:
    """Return the axis of the upper strip; `span`: from and to in cents."""
    return _value_axis(model, palette, FLOW_DOMAIN, span, 1)


def sum_axis(model: Flow, palette: Palette, span: tuple[int, int], height: float) -> Figure:
    """Return the axis of the lower strip; `span`: from and to in cents, `height` in design px."""
    lines = max(1, min(MOST_LINES, int(height * 0.85) // LEVEL_HEIGHT))
    return _value_axis(model, palette, SUM_DOMAIN, span, lines)


def _value_axis(
    model: Flow,
    palette: Palette,
    domain: tuple[float, float],
    span: tuple[int, int],
    lines: int,
) -> Figure:
    low, high = span
    levels = axes.levels(high, lines) if high > 1 else []
    if len(levels) > 1 and (levels[1] - levels[0]) * (domain[1] - domain[0]) * model.height < (
        LEVELS_APART * (high - low)
    ):
        levels = levels[-1:]  # refunds lie deep below a day that sold little
    return {
        "domain": list(domain),
        "range": [low, high],
        "fixedrange": True,
        "side": "right",
        "zeroline": low < 0,
        "zerolinecolor": palette.rule_strong,
        "zerolinewidth": 1,
        "showline": False,
        "gridcolor": palette.rule,
        "gridwidth": 1,
        "ticks": "",
        "ticklabelposition": "outside",
        "ticklabelstandoff": 8,
        "tickfont": {**layout(palette, (0, 0, 0, 0))["font"]},
        "tickvals": levels,
        "ticktext": [formats.level(v, model.lang, model.exponent) for v in levels],
    }
