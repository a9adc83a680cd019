"""Where now is on the main chart: one line with its time, and the hole of late data before it."""

from typing import Any

from components.models import Flow
from components.theme import Palette
from components.widgets.figures import Figure, note


def hole(model: Flow, palette: Palette) -> list[Figure]:
    if not model.hole or model.now is None:
        return []
    end = model.first + len(model.values)
    tint = {"fillcolor": palette.alert, "opacity": 0.28, "line": {"width": 0}, "layer": "below"}
    place = {"x0": min(end, model.now), "x1": model.now, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "rect", **place, **tint}]


def line(model: Flow, palette: Palette) -> list[Figure]:
    if model.now is None:
        return []
    stroke = {"color": palette.alert if model.hole else palette.ink_1, "width": 1.6}
    place = {"x0": model.now, "x1": model.now, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "line", "layer": "above", **place, "line": stroke}]


def text(model: Flow, palette: Palette, top: int) -> list[Figure]:
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
        said = f"<b>{model.hole}</b>"
        notes.append(note(palette, said, 20, palette.alert, y=top, yanchor="top", **side))
    return notes
