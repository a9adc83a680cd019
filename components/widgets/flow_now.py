"""Where now is on the main chart: one line, and the hole of late data before it."""

from collections.abc import Iterator
from typing import Any

from components import faces
from components.flow_models import Flow
from components.theme import Palette
from components.widgets.figures import Figure, note
from components.widgets.labels import LINE, Box, Strip

SIZE = 20
FROM_LINE = 8.0
HALF = 3.0  # design px that nothing else comes near the line
SHIFT = 48  # design px to the next place farther off
DOT = 8.0  # half of the room of the hollow dot


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


def claim(model: Flow, strip: Strip, last: int | None) -> None:
    """Take the places of the line, the hole and the hollow dot at `last` cents."""
    if model.now is None:
        return
    now, high = strip.x(model.now), strip.height + strip.headroom
    end = model.first + len(model.values)
    begin = strip.x(min(end, model.now)) if model.hole else now
    strip.taken.append(Box(begin - HALF, now + HALF, 0, high))
    if last is not None:
        x, y = strip.x(end - 1), min(strip.y(last), strip.height)
        strip.taken.append(Box(x - DOT, x + DOT, y - DOT, y + DOT))


def text(model: Flow, strip: Strip, palette: Palette) -> list[Figure]:
    """Say since when there is no data: before the hole, after it, a line lower, or farther off."""
    if not model.hole or model.now is None:
        return []
    said = faces.fitted(model.hole, SIZE, strip.width / 2, faces.BOLD)
    wide = faces.width(said, SIZE, faces.BOLD) + 2
    box = next(filter(strip.take, _places(model, strip, wide)), None)
    if box is None:
        return []
    before = box.right <= strip.x(model.now)
    place: dict[str, Any] = {"x": strip.minute(box.right if before else box.left)}
    place |= {"xanchor": "right" if before else "left"}
    place |= {"y": strip.cents(box.high), "yanchor": "top"}
    return [note(palette, f"<b>{said}</b>", SIZE, palette.alert, **place)]


def _places(model: Flow, strip: Strip, wide: float) -> Iterator[Box]:
    end = model.first + len(model.values)
    before = strip.x(min(end, model.now or end)) - FROM_LINE - wide
    after = strip.x(model.now or end) + FROM_LINE
    for off in range(0, int(strip.width), SHIFT):
        high = strip.height
        while high >= LINE:
            for left in (before - off, after + off):
                yield Box(left, left + wide, high - LINE, high)
            high -= LINE
