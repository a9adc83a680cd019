"""Where the texts of a figure stand, by the rules of Plotly and the bundled faces, in design px.

Written for the tests from the figure alone: nothing here is told where the widgets put a text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import Any

from tests.vendored.advances import advances

UP, DOWN = 0.76, 0.21  # of its size, a text's ink above and below its baseline
ASCENT, DESCENT = 1.0, 0.2  # of its size, what Plotly measures
LINE = 1.3
BORDER = 1.0
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Text:
    """A text and the box of its ink; y downwards from the figure's top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    name: str = ""

    def meets(self, other: "Text") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Canvas:
    """The figure's size, and its axes in px."""

    layout: Mapping[str, Any]
    width: float
    height: float

    @property
    def plot(self) -> tuple[float, float]:
        margin = self.layout["margin"]
        return self.width - margin["l"] - margin["r"], self.height - margin["t"] - margin["b"]

    def x(self, value: float) -> float:
        low, high = self.layout["xaxis"]["range"]
        return float(self.layout["margin"]["l"] + (value - low) / (high - low) * self.plot[0])

    def y(self, value: float, ref: str = "y") -> float:
        top, height = self.layout["margin"]["t"], self.plot[1]
        if ref == "paper":
            return float(top + (1 - value) * height)
        axis = self.layout["yaxis2" if ref == "y2" else "yaxis"]
        (low, high), domain = axis["range"], axis.get("domain", (0, 1))
        share = (value - low) / (high - low)
        return float(top + (1 - domain[0] - share * (domain[1] - domain[0])) * height)


@cache
def _widths(weight: int) -> dict[str, int]:
    return advances(weight)


def wide(text: str, size: float, weight: int) -> float:
    known = _widths(weight)
    return sum(known.get(c, 1000 if ord(c) >= 0x2E80 else 550) for c in text) * size / 1000


def texts(figure: Mapping[str, Any], width: float, height: float) -> list[Text]:
    """Return every text of a figure drawn at a size: annotations and the labels of its axes."""
    canvas = Canvas(figure["layout"], width, height)
    found = [_annotation(canvas, note) for note in figure["layout"].get("annotations", ())]
    for name in ("yaxis", "yaxis2"):
        axis = figure["layout"].get(name, {})
        pairs = zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=False)
        for value, text in pairs:
            size = axis["tickfont"]["size"]
            left = canvas.plot[0] + axis["ticklabelstandoff"]
            middle = canvas.y(value, name.replace("axis", ""))
            box = (left, middle - 0.4 * size, left + wide(text, size, 500), middle + 0.4 * size)
            found.append(Text(text, *box, name="level"))
    return found


def _annotation(canvas: Canvas, note: Mapping[str, Any]) -> Text:
    size, edge = note["font"]["size"], BORDER + note.get("borderpad", 0)
    lines = note["text"].split("<br>")
    widths = [wide(TAG.sub("", t), size, 600 if "<b" in t else 500) for t in lines]
    across = max(widths) + 2 * edge
    down = (ASCENT + DESCENT + LINE * (len(lines) - 1)) * size + 2 * edge
    x = canvas.x(note["x"]) + note.get("xshift", 0)
    y = canvas.y(note["y"], note.get("yref", "y")) - note.get("yshift", 0)
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[note["xanchor"]] * across + edge
    top = y - {"top": 0.0, "middle": 0.5, "bottom": 1.0}[note["yanchor"]] * down + edge
    ink = top + (ASCENT - UP) * size
    foot = top + (ASCENT + LINE * (len(lines) - 1) + DOWN) * size
    if "bgcolor" in note:
        box = (left - edge, top - edge, left + across - edge, top + down - edge)
        return Text(TAG.sub(" ", note["text"]), *box, name="pill")
    plain = TAG.sub(" ", note["text"]).strip()
    return Text(plain, left, ink, left + max(widths), foot, name=note.get("name", ""))


def collisions(found: list[Text]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(found, 2) if a.meets(b)]


def outside(found: list[Text], width: float, height: float) -> list[str]:
    """Return the texts that leave the figure by more than a hair."""
    return [
        t.text
        for t in found
        if t.left < -0.5 or t.top < -0.5 or t.right > width + 0.5 or t.bottom > height + 0.5
    ]


def over(text: Text, line: list[tuple[float, float]]) -> bool:
    """Say whether a text's ink lies over a line."""
    for (x0, y0), (x1, y1) in pairwise(line):
        if x1 < text.left or x0 > text.right:
            continue
        share0 = max(0.0, (text.left - x0) / (x1 - x0)) if x1 > x0 else 0.0
        share1 = min(1.0, (text.right - x0) / (x1 - x0)) if x1 > x0 else 1.0
        ys = (y0 + (y1 - y0) * share0, y0 + (y1 - y0) * share1)
        if min(ys) < text.bottom and max(ys) > text.top:
            return True
    return False
