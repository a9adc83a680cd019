"""The main chart: sales per minute and their sum, two strips on one axis, one line for now.

The unfinished minute is not in the line: it ends in a hollow dot at the last complete minute.
Late data leaves a hole, tinted and never bridged.
"""

from dataclasses import dataclass
from itertools import accumulate

from components.flow_models import Flow
from components.theme import Palette
from components.widgets import (
    axes,
    flow_axes,
    flow_baseline,
    flow_bursts,
    flow_now,
    flow_time,
    flow_today,
)
from components.widgets.figures import Figure, layout
from components.widgets.labels import Box, Strip

PLOT_WIDTH = 954
RIGHT, BOTTOM = 62, 30
HEADROOM = 26  # of the gap above the lower strip, right of its title
TITLE_WIDTH = 380
BAND_PERCENT = 85
BAND_ROOM = (108, 100)


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
    flow_span, sum_span = (scale.foot, scale.top), (scale.sum_foot, scale.sum_top)
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
                *flow_axes.edges(model, palette),
                *flow_now.hole(model, colours),
                *flow_baseline.lead_line(model, sums, palette),
                *flow_now.line(model, colours),
            ],
            xaxis=flow_axes.time_axis(model, palette),
            yaxis=flow_axes.flow_axis(model, palette, flow_span),
            yaxis2=flow_axes.sum_axis(model, palette, sum_span, lower.height),
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
    shares = (flow_axes.FLOW_DOMAIN[1] - flow_axes.FLOW_DOMAIN[0], flow_axes.SUM_DOMAIN[1])
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
