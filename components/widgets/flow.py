"""The main chart: sales per minute and their sum, two strips on one axis, one line for now.

The unfinished minute is not in the line: it ends in a hollow dot at the last complete minute.
Late data leaves a hole, tinted and never bridged.
"""

from itertools import accumulate
from typing import Any

from components import formats
from components.models import Flow
from components.theme import Palette
from components.widgets import axes
from components.widgets.figures import Figure, layout, note

# Of the 366 design pixels above the time axis: the flow, a gap of 42 for a title, the sum.
FLOW_DOMAIN = (0.3989, 0.9836)
SUM_DOMAIN = (0.0, 0.2842)
PLOT_WIDTH = 954
RIGHT, BOTTOM = 62, 30
BURSTS_NAMED = 3
LABEL_WIDTH = 130  # design px a burst's label needs to itself
PILL_WIDTH = 58


def figure(model: Flow, colours: Palette) -> Figure:
    """Draw the model; an empty one gives the bare axes."""
    palette = colours.faded() if model.late else colours
    values = list(model.values)
    sums = list(accumulate(values))
    top, foot = axes.cap(values), axes.bottom(values)
    sum_top = max(1, max(sums, default=0) * 112 // 100)
    return {
        "data": _lines(model, values, sums, palette),
        "layout": layout(
            palette,
            (0, RIGHT, 0, BOTTOM),
            annotations=[
                *_ticks(model, palette),
                *_bursts(model, values, top, palette),
                *_now_text(model, colours, top),
            ],
            shapes=[*_edges(model, palette), *_hole(model, colours), *_now_line(model, colours)],
            xaxis=_time_axis(model, palette),
            yaxis=_value_axis(model, palette, FLOW_DOMAIN, (foot, top), 1),
            yaxis2=_value_axis(model, palette, SUM_DOMAIN, (min(0, *sums, 0), sum_top), 2),
        ),
    }


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
        named = [b.name for b in model.bursts if 0 <= model.first + run.peak - b.x < 30]
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
        notes.append(note(palette, text, **place, xshift=6))
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


def _hole(model: Flow, palette: Palette) -> list[Figure]:
    if not model.hole or model.now is None:
        return []
    end = model.first + len(model.values)
    tint = {"fillcolor": palette.alert, "opacity": 0.28, "line": {"width": 0}, "layer": "below"}
    place = {"x0": min(end, model.now), "x1": model.now, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "rect", **place, **tint}]


def _now_line(model: Flow, palette: Palette) -> list[Figure]:
    if model.now is None:
        return []
    line = {"color": palette.alert if model.hole else palette.ink_1, "width": 1.6}
    place = {"x0": model.now, "x1": model.now, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "line", "layer": "above", **place, "line": line}]


def _now_text(model: Flow, palette: Palette, top: int) -> list[Figure]:
    if model.now is None:
        return []
    fill = palette.alert if model.hole else palette.ink_1
    share = (model.now - model.start) / max(1, model.end - model.start)
    anchor = "left" if share < 0.03 else "center"
    place: dict[str, Any] = {"x": model.now, "yref": "paper", "y": 0, "xanchor": anchor}
    pill = note(palette, f"<b>{model.now_text}</b>", 20, palette.ground, **place)
    notes = [{**pill, "yanchor": "top", "yshift": -2, "bgcolor": fill, "borderpad": 2}]
    if model.hole:
        end = model.first + len(model.values)
        side: dict[str, Any] = {"x": end, "xanchor": "right", "xshift": -8}
        if share < 0.3:
            side = {"x": model.now, "xanchor": "left", "xshift": 8}
        text = f"<b>{model.hole}</b>"
        notes.append(note(palette, text, 20, palette.alert, y=top, yanchor="top", **side))
    return notes


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
