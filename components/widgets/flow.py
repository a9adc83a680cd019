"""The main chart: sales per minute and their sum, two strips on one axis, one line for now.

The unfinished minute is not in the line: it ends in a hollow dot at the last complete minute.
Late data leaves a hole, tinted and never bridged.
"""

from itertools import accumulate
from typing import Any

from components import formats
from components.models import Flow
from components.theme import Palette
from components.widgets import axes, flow_baseline, flow_now
from components.widgets.figures import Figure, layout, note
from components.widgets.labels import LINE, Box, Strip

# Of the 366 design pixels above the time axis: the flow, a gap of 42 for a title, the sum.
FLOW_DOMAIN = (0.3989, 0.9836)
SUM_DOMAIN = (0.0, 0.2842)
PLOT_WIDTH = 954
RIGHT, BOTTOM = 62, 30
HEIGHT = 366
BURSTS_NAMED = 3
HEADROOM = 26  # of the gap above the lower strip, right of its title
TITLE_WIDTH = 380
BAND_PERCENT = 85
BAND_ROOM = (108, 100)
LABEL_WIDTH = 130  # design px a burst's label needs to itself
PILL_WIDTH = 58


def figure(model: Flow, colours: Palette) -> Figure:
    """Draw the model; an empty one gives the bare axes."""
    palette = colours.faded() if model.late else colours
    values = list(model.values)
    sums = list(accumulate(values))
    curves = [c for c in (model.baseline, model.other) if c is not None]
    top, foot = _top(model, values), axes.bottom(values)
    sum_top = max([1, *sums, *(c.sums[-1] for c in curves)]) * 112 // 100
    bursts = _bursts(model, values, top, palette)
    named = _names(model, (values, sums), (foot, top, sum_top), bursts, palette)
    return {
        "data": [*flow_baseline.traces(model, palette), *_lines(model, values, sums, palette)],
        "layout": layout(
            palette,
            (0, RIGHT, 0, BOTTOM),
            annotations=[
                *_ticks(model, palette),
                *bursts,
                *named,
                *flow_now.text(model, colours, top),
            ],
            shapes=[
                *_edges(model, palette),
                *flow_now.hole(model, colours),
                *flow_baseline.lead_line(model, sums, palette),
                *flow_now.line(model, colours),
            ],
            xaxis=_time_axis(model, palette),
            yaxis=_value_axis(model, palette, FLOW_DOMAIN, (foot, top), 1),
            yaxis2=_value_axis(model, palette, SUM_DOMAIN, (min(0, *sums, 0), sum_top), 2),
        ),
    }


def _top(model: Flow, values: list[int]) -> int:
    """Return the top of the axis: room for today, the baseline and most of its band."""
    top = axes.cap(values)
    if model.baseline is None:
        return top
    curve = model.baseline
    band = axes.percentile(curve.high, BAND_PERCENT) * BAND_ROOM[0] // BAND_ROOM[1]
    return max(top if values else 1, axes.cap(curve.smooth) if not values else 1, band)


def _names(
    model: Flow,
    series: tuple[list[int], list[int]],
    scale: tuple[int, int, int],
    bursts: list[Figure],
    palette: Palette,
) -> list[Figure]:
    """Return the names of the curves on both strips; none without something to tell apart."""
    if model.baseline is None and model.other is None:
        return []
    (values, sums), (foot, top, sum_top) = series, scale
    edges = (model.start, model.end)
    upper = Strip(*edges, foot, top, PLOT_WIDTH, (FLOW_DOMAIN[1] - FLOW_DOMAIN[0]) * HEIGHT)
    upper.taken += [_burst_box(upper, burst) for burst in bursts]
    height = SUM_DOMAIN[1] * HEIGHT
    lower = Strip(*edges, 0, sum_top, PLOT_WIDTH, height, HEADROOM)
    lower.taken.append(Box(0, TITLE_WIDTH, height, height + HEADROOM))
    own, running = upper.columns(model.first, values), lower.columns(model.first, sums)
    total = sums[-1] if sums else 0
    return [
        *flow_baseline.names(model, upper, own, palette),
        *flow_baseline.sum_names(model, lower, running, total, palette),
    ]


def _burst_box(strip: Strip, burst: Figure) -> Box:
    left = strip.x(burst["x"])
    return Box(left, left + LABEL_WIDTH, strip.height - 2 * LINE, strip.height)


def tick_step(minutes: int) -> int:
    """Return the minutes between time labels, so that they stay apart on the design canvas."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
    room = PLOT_WIDTH // 64
    return next((s for s in steps if minutes <= s * room), steps[-1])


def _lines(model: Flow, values: list[int], sums: list[int], palette: Palette) -> list[Figure]:
    x = list(range(model.first, model.first + len(values)))
    base = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": x}
    traces: list[Figure] = [
        {**base, "y": values, "line": {"color": palette.accent, "width": 2.8}},
        {**base, "y": sums, "yaxis": "y2", "line": {"color": palette.accent, "width": 3.4}},
    ]
    if values and model.now is not None:
        for y, axis in ((values[-1], "y"), (sums[-1], "y2")):
            traces.append(_hollow_dot(x[-1], y, axis, palette))
    return traces


def _hollow_dot(x: int, y: int, axis: str, palette: Palette) -> Figure:
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


def _bursts(model: Flow, values: list[int], top: int, palette: Palette) -> list[Figure]:
    """Write the height of the cut bursts beside them, the highest first, none over another."""
    per_px = (model.end - model.start) / PLOT_WIDTH
    room = int(LABEL_WIDTH * per_px)
    taken: list[int] = []
    notes = []
    for run in axes.runs_above(values, top, max(1, room // 2))[:BURSTS_NAMED]:
        free = run.last
        while free < min(len(values), run.last + room) and values[free] > top * 80 // 100:
            free += 1
        left = model.first + free
        if any(abs(left - other) < room for other in taken) or left + room > model.end:
            continue
        taken.append(left)
        named = [b.name for b in model.bursts if 0 <= model.first + run.peak - b.x < model.near]
        name = named[-1] if named else model.clock_texts.get(model.first + run.peak, "")
        amount = formats.short(values[run.peak], model.lang, 3, model.symbol, model.exponent)
        text = f'<b style="color:{palette.ink_1}">{amount}</b><br>{name}'
        place: dict[str, Any] = {
            "x": left,
            "y": top,
            "xanchor": "left",
            "yanchor": "top",
            "align": "left",
        }
        notes.append(note(palette, text, **place, xshift=6, name="burst"))
    return notes


def _ticks(model: Flow, palette: Palette) -> list[Figure]:
    """Time labels: the first is flush with the tile's edge, one under the pill is left out."""
    per_px = (model.end - model.start) / PLOT_WIDTH
    notes = []
    for x, text, strong in model.ticks:
        if model.now is not None and abs(x - model.now) < PILL_WIDTH * per_px:
            continue
        said = f'<b style="color:{palette.ink_1}">{text}</b>' if strong else text
        anchor = "left" if x == model.start else "center"
        place: dict[str, Any] = {
            "x": x,
            "yref": "paper",
            "y": 0,
            "xanchor": anchor,
            "yanchor": "top",
            "yshift": -4,
        }
        notes.append(note(palette, said, 18, **place))
    return notes


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
        "ticktext": [formats.short(v, model.lang, 1, "", model.exponent) for v in levels],
    }
