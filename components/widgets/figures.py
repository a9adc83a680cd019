"""What all figures share: lengths in design pixels, transparent paper, one font, no hover.

assets/figures.js multiplies fonts, widths, margins and shifts by the screen's unit and gives
width and height; a figure says neither.
"""

from typing import Any

from components.theme import FONT_NUMBERS, Palette

Figure = dict[str, Any]
CLEAR = "rgba(0,0,0,0)"
CONFIG = {"staticPlot": True, "displayModeBar": False}


def layout(palette: Palette, margin: tuple[int, int, int, int], **more: Any) -> dict[str, Any]:
    """Return a layout; `margin` is left, right, top, bottom."""
    left, right, top, bottom = margin
    return {
        "autosize": False,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "font": font(18, palette.ink_3),
        **more,
    }


def font(size: int, color: str) -> dict[str, Any]:
    return {"family": FONT_NUMBERS, "size": size, "color": color, "weight": 500}


def note(palette: Palette, text: str, size: int = 20, color: str = "", **place: Any) -> Figure:
    """Return a text at a place, without arrow."""
    return {
        "text": text,
        "showarrow": False,
        "borderpad": 0,
        "font": font(size, color or palette.ink_3),
        **place,
    }


def hidden_axis(low: float, high: float) -> dict[str, Any]:
    return {"range": [low, high], "visible": False, "fixedrange": True}


def blank() -> Figure:
    """Return the figure of a tile that has not been drawn yet."""
    axis = hidden_axis(0, 1)
    empty: dict[str, Any] = {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "autosize": False}
    return {"data": [], "layout": {**empty, "xaxis": axis, "yaxis": axis}}
