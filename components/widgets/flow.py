"""The main chart: sales per minute and their sum, two strips on one axis, one line for now.

The unfinished minute is not in the line: it ends in a hollow dot at the last complete minute.
Late data leaves a hole, tinted and never bridged.
"""

from dataclasses import dataclass
from itertools import accumulate

from components import formats
from components.flow_models import Flow
from components.theme import Palette
from components.widgets import axes, flow_baseline, flow_bursts, flow_now, flow_time, flow_today
from components.widgets.figures import Figure, layout
from components.widgets.labels import Box, Strip

# Shares of what is above the time axis: the flow, a gap for a title, the sum.
FLOW_DOMAIN = (0.3989, 0.9836)
SUM_DOMAIN = (0.0, 0.2842)
PLOT_WIDTH = 954
RIGHT, BOTTOM = 62, 30
HEADROOM = 26  # of the gap above the lower strip, right of its title
TITLE_WIDTH = 380
LEVELS_APART = 24  # design px: the height of a label
BAND_PERCENT = 85
BAND_ROOM = (108, 100)
LEVEL_HEIGHT = 30  # design px between two lines of a strip


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where the axes of both strips go, in cents."""

    foot: int
    top: int
    sum_foot: int
    sum_top: int


def figure(model: Flow, colours: Palette) -> Figure:
    """Draw the model; an empty one gives the bare axes."""
    palette = colours.faded() if model.late else colours
    values = list(model.values)
    sums = list(accumulate(values))
    scale = _scale(model, values, sums)
    upper, lower = _strips(model, scale, values, sums)
    bursts = flow_bursts.notes(model, values, upper, palette)
    hole = flow_now.text(model, upper, colours)
    named = _names(model, values, sums, (upper, lower), palette)
    room = (PLOT_WIDTH, PLOT_WIDTH + RIGHT)
    flow_lines, sum_lines = 1, max(1, min(2, int(lower.height * 0.85) // LEVEL_HEIGHT))
    upper_axis = (FLOW_DOMAIN, (scale.foot, scale.top), flow_lines)
    lower_axis = (SUM_DOMAIN, (scale.sum_foot, scale.sum_top), sum_lines)
    return {
        "data": [
            *flow_baseline.traces(model, palette),
            *flow_today.lines(model, values, sums, palette, flow_today.stroke(values, upper)),
        ],
        "layout": layout(
            palette,
            (0, RIGHT, 0, BOTTOM),
            annotations=[
                *flow_time.notes(model, palette, colours, room),
                *bursts,
                *named,
                *hole,
            ],
            shapes=[
                *_edges(model, palette),
                *flow_now.hole(model, colours),
                *flow_baseline.lead_line(model, sums, palette),
                *flow_now.line(model, colours),
            ],
            xaxis=_time_axis(model, palette),
            yaxis=_value_axis(model, palette, *upper_axis),
            yaxis2=_value_axis(model, palette, *lower_axis),
        ),
    }


def _scale(model: Flow, values: list[int], sums: list[int]) -> Scale:
    curves = [c for c in (model.baseline, model.other) if c is not None]
    top = _top(model, values)
    every = [*sums, *(s for c in curves for s in c.sums)]
    low = min([0, *every])
    return Scale(
        axes.bottom(values, top),
        top,
        low * 112 // 100,
        max([1, *every]) * 112 // 100 + 1,
    )


def _strips(model: Flow, scale: Scale, values: list[int], sums: list[int]) -> tuple[Strip, Strip]:
    """Return both strips, with what no text may cover taken: the line of now, hole, dots, title."""
    edges, plot = (model.start, model.end), PLOT_WIDTH
    shares = (FLOW_DOMAIN[1] - FLOW_DOMAIN[0], SUM_DOMAIN[1])
    heights = [share * model.height for share in shares]
    upper = Strip(*edges, scale.foot, scale.top, plot, heights[0])
    lower = Strip(*edges, scale.sum_foot, scale.sum_top, plot, heights[1], HEADROOM)
    lower.taken.append(Box(0, TITLE_WIDTH, lower.height, lower.height + HEADROOM))
    flow_now.claim(model, upper, values[-1] if values else None)
    flow_now.claim(model, lower, sums[-1] if sums else None)
    upper.curves.append(upper.columns(model.first, values))
    lower.curves.append(lower.columns(model.first, sums))
    return upper, lower


def _top(model: Flow, values: list[int]) -> int:
    """Return the top of the axis: room for today, the baseline and most of its band."""
    top = axes.cap(values)
    apart = flow_bursts.apart(model, PLOT_WIDTH)
    if model.baseline is not None:
        curve = model.baseline
        band = axes.percentile(curve.high, BAND_PERCENT) * BAND_ROOM[0] // BAND_ROOM[1]
        top = max(top if values else 1, axes.cap(curve.smooth) if not values else 1, band)
    return axes.uncut(values, top, apart, flow_bursts.NAMED)


def _names(
    model: Flow,
    values: list[int],
    sums: list[int],
    strips: tuple[Strip, Strip],
    palette: Palette,
) -> list[Figure]:
    """Return the names of the curves on both strips; none without something to tell apart."""
    if model.baseline is None and model.other is None:
        return []
    upper, lower = strips
    own = upper.curves[0]
    total = sums[-1] if sums else 0
    return [
        *flow_baseline.names(model, upper, own, palette),
        *flow_baseline.sum_names(model, lower, total, palette),
    ]


def tick_step(minutes: int) -> int:
    """Return the minutes between time labels, so that they stay apart on the design canvas."""
    return flow_time.step(minutes, PLOT_WIDTH)


def _edges(model: Flow, palette: Palette) -> list[Figure]:
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


def _time_axis(model: Flow, palette: Palette) -> Figure:
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
