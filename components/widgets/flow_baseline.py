"""What the main chart is compared with: the baseline, its band, the other baseline, the lead."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from components import faces, formats
from components.flow_models import Curve, Flow
from components.theme import Palette
from components.widgets.figures import Figure, font
from components.widgets.flow_now import DOT
from components.widgets.labels import LINE, Box, Columns, Strip

POINTS = 840  # a line needs no more points than the canvas has columns
SIZE, STRONG, SMALL = 20, 22, 18
WIDEST = 240  # design px of a name; a longer one ends in an ellipsis
APART = 16  # design px between the lead and the name after it
RIGHT_PART = 0.55  # the sums are named where they end


def traces(model: Flow, palette: Palette) -> list[Figure]:
    """Return the lines under today's: band and baseline above, both baselines' sums below."""
    drawn: list[Figure] = []
    if model.other is not None:
        drawn.append(_sum_line(model, model.other, palette.compare_2, "dot"))
    if model.baseline is not None:
        drawn += [_band(model, model.baseline, palette), _mean_line(model, model.baseline, palette)]
        drawn.append(_sum_line(model, model.baseline, palette.compare, "solid"))
    return drawn


def _stride(model: Flow) -> int:
    return max(1, (model.end - model.start) // POINTS)


def _pieces(curve: Curve, stride: int) -> list[list[int]]:
    """Return the indexes of each stretch between edges, thinned; first and last always there."""
    ends = [*list(curve.edges)[1:], len(curve.smooth)]
    made = []
    for first, last in zip(curve.edges, ends, strict=True):
        if last > first:
            made.append(sorted({*range(first, last, stride), last - 1}))
    return made


def _mean_line(model: Flow, curve: Curve, palette: Palette) -> Figure:
    x: list[int | None] = []
    y: list[int | None] = []
    for piece in _pieces(curve, _stride(model)):
        x += [*(curve.first + i for i in piece), None]
        y += [*(curve.smooth[i] for i in piece), None]
    return _line(x[:-1], y[:-1], palette.compare)


def _band(model: Flow, curve: Curve, palette: Palette) -> Figure:
    """Return one polygon for each stretch between edges: a band never reaches across a step."""
    x: list[int | None] = []
    y: list[int | None] = []
    for piece in _pieces(curve, 2 * _stride(model)):
        there = [curve.first + i for i in piece]
        x += [*there, *reversed(there), None]
        y += [*(curve.low[i] for i in piece), *(curve.high[i] for i in reversed(piece)), None]
    shape = _line(x[:-1], y[:-1], palette.compare)
    return {**shape, "line": {"width": 0}, "fill": "toself", "fillcolor": palette.band}


def _sum_line(model: Flow, curve: Curve, color: str, dash: str) -> Figure:
    piece = sorted({*range(0, len(curve.sums), 2 * _stride(model)), len(curve.sums) - 1})
    x: list[int | None] = [curve.first + i for i in piece]
    line = _line(x, [curve.sums[i] for i in piece], color)
    return {**line, "yaxis": "y2", "line": {"color": color, "width": 1.8, "dash": dash}}


def _line(x: list[int | None], y: list[int | None], color: str) -> Figure:
    base = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": x, "y": y}
    return {**base, "line": {"color": color, "width": 1.8}}


def lead_line(model: Flow, sums: Sequence[int], palette: Palette) -> list[Figure]:
    """Return the dotted line from today's sum to where the baseline reaches it."""
    if model.lead is None or not sums:
        return []
    line = {"color": palette.accent, "width": 1.8, "dash": "dot"}
    place = {"yref": "y2", "x0": model.lead.start, "x1": model.lead.end}
    return [
        {"type": "line", "layer": "above", **place, "y0": sums[-1], "y1": sums[-1], "line": line}
    ]


def names(model: Flow, strip: Strip, own: Columns, palette: Palette) -> list[Figure]:
    """Return the names on the upper strip, each where its curve is alone."""
    curve = model.baseline
    if curve is None:
        return []
    smooth = strip.columns(curve.first, curve.smooth)
    high = strip.columns(curve.first, curve.high)
    strip.curves.append(smooth)
    now = strip.x(model.now) if model.now is not None else strip.width
    later = (now + 10, strip.width) if model.now is not None else (0.0, strip.width)
    past = (0.0, now - 10)
    name = faces.fitted(model.own_name, STRONG, WIDEST, faces.BOLD)
    width = faces.width(name, STRONG, faces.BOLD) + 8
    box = strip.beside(own, width, True, lambda x: abs(x - now * 0.68) / 6, past)
    made = _text(strip, box, f"<b>{name}</b>", STRONG, palette.accent)
    name = faces.fitted(curve.name, SIZE, WIDEST)
    width = faces.width(name, SIZE) + 8
    wanted = later[0] + width
    sides = [(False, later), (True, later), (False, past)]
    box = _first(strip, smooth, width, sides, lambda x: abs(x - wanted) / 6)
    made += _text(strip, box, name, SIZE, palette.compare)
    name = faces.fitted(model.band_name, SIZE, WIDEST)
    width = faces.width(name, SIZE) + 8
    box = _first(strip, high, width, [*sides, (True, past)], lambda x: 0.0)
    return made + _text(strip, box, name, SIZE, palette.ink_3)


def _first(
    strip: Strip,
    curve: Columns,
    width: float,
    sides: Sequence[tuple[bool, tuple[float, float]]],
    worse: Callable[[float], float],
) -> Box | None:
    """Claim the best place on the first side that has one; a side is (above, between)."""
    found = (strip.beside(curve, width, above, worse, span) for above, span in sides)
    return next((box for box in found if box is not None), None)


def sum_names(model: Flow, strip: Strip, total: int, palette: Palette) -> list[Figure]:
    """Return the names on the lower strip: the lead, and each baseline with its whole sum."""
    known = [(c, i) for c, i in ((model.baseline, 0), (model.other, 1)) if c is not None and c.sums]
    columns = {i: strip.columns(c.first, c.sums) for c, i in known}
    strip.curves += columns.values()
    made: list[Figure] = []
    known.sort(key=lambda pair: -pair[0].sums[-1])
    span = (strip.width * RIGHT_PART, strip.width)
    for place, (curve, i) in enumerate(known):
        amount = formats.short(curve.sums[-1], model.lang, 3, model.symbol, model.exponent)
        room = WIDEST - faces.width(f" {amount}", SMALL)
        text = f"{faces.fitted(curve.name, SMALL, room)} {amount}"
        width = faces.width(text, SMALL) + 4
        sides = [(above, span) for above in ((True, False) if place == 0 else (False, True))]
        box = _first(strip, columns[i], width, sides, lambda x: (strip.width - x) / 2)
        color = palette.ink_3 if i else palette.compare
        made += _text(strip, box, text, SMALL, color, yref="y2")
    return made + _lead_text(model, strip, total, palette)


def _lead_text(model: Flow, strip: Strip, total: int, palette: Palette) -> list[Figure]:
    if model.lead is None:
        return []
    text = faces.fitted(model.lead.text, SIZE, WIDEST, faces.BOLD)
    width, height = faces.width(text, SIZE, faces.BOLD) + 10, strip.y(total)
    left, right = sorted((strip.x(model.lead.start), strip.x(model.lead.end)))
    clear = DOT + 2  # touching the dot's room is being in it, or not, by the last bit of a float
    for start in (left + clear, left - width - clear, right + 6, right - width - 6):
        for low in (height + 2, height - LINE - 4, height + LINE / 2):
            box = Box(start, start + width, low, low + LINE)
            beyond = replace(box, right=box.right + APART) if start > left else box
            if strip.free(beyond) and strip.take(box):
                return _text(strip, box, f"<b>{text}</b>", SIZE, palette.accent, yref="y2")
    return []


def _text(
    strip: Strip, box: Box | None, text: str, size: int, color: str, **more: Any
) -> list[Figure]:
    if box is None:
        return []
    place: dict[str, Any] = {
        "x": strip.minute((box.left + box.right) / 2),
        "y": strip.cents(box.low),
        "xanchor": "center",
        "yanchor": "bottom",
        **more,
    }
    plain = {"showarrow": False, "borderpad": 0, "font": font(size, color)}
    return [{"text": text, **plain, **place}]
