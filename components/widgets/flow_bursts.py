"""What the axis cuts off: the height of a cut burst, and the depth of a cut minute of refunds.

The axis is chosen so that there are few of them (axes.uncut): each is always written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from components import faces, formats
from components.flow_models import Flow
from components.theme import Palette
from components.widgets import axes
from components.widgets.figures import Figure, note
from components.widgets.labels import COLUMN, Box, Strip

NAMED = 3  # bursts cut at a time
SIZE = 20
ROOM = 96  # design px between two bursts that are not one
WIDEST = 126  # design px of a burst's name; a longer one ends in an ellipsis
HEIGHT = 52.0  # design px of two lines
FROM_LINE = 10.0  # design px between a line and the height beside it
REACH = 320  # design px that a height may stand away from its burst


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut burst: where it begins and ends in px, and its two lines.

    `before`, `after`: where the bursts on both sides end and begin.
    """

    left: float
    right: float
    before: float
    after: float
    amount: str
    name: str
    width: float


def apart(model: Flow, width: float) -> int:
    """Return how many places lie between two bursts that are not one."""
    return max(1, int(ROOM * (model.end - model.start) / width))


def notes(model: Flow, values: list[int], strip: Strip, palette: Palette) -> list[Figure]:
    """Write the heights of the cut bursts beside them, the highest first, none over another."""
    near = apart(model, strip.width)
    made = []
    for sign, edge in ((1, strip.top), (-1, -strip.foot)):
        runs = axes.runs_above([sign * value for value in values], edge, near)
        for run in runs[:NAMED]:
            cut = _cut(model, values, run, runs, strip)
            box = strip.best(_places(strip, cut, above=sign > 0))
            if box is not None:
                made.append(_note(strip, cut, box, palette, above=sign > 0))
    return made


def _cut(model: Flow, values: list[int], run: axes.Run, runs: list[axes.Run], strip: Strip) -> Cut:
    peak = model.first + run.peak
    named = [b.name for b in model.bursts if 0 <= peak - b.x < model.near]
    name = faces.fitted(named[-1] if named else model.clock_texts.get(peak, ""), SIZE, WIDEST)
    amount = formats.short(values[run.peak], model.lang, 3, model.symbol, model.exponent)
    wide = max(faces.width(amount, SIZE, faces.BOLD), faces.width(name, SIZE)) + FROM_LINE
    left, right = (strip.x(model.first + i) for i in (run.first, run.last - 1))
    before = max((r.last for r in runs if r.last <= run.first), default=-model.first)
    after = min((r.first for r in runs if r.first >= run.last), default=model.end - model.first)
    ends, begins = (strip.x(model.first + i) for i in (before, after))
    return Cut(left, right, ends, begins, amount, name, wide)


def _places(strip: Strip, cut: Cut, above: bool) -> Iterator[Box]:
    """Yield the places of a height: right of its burst, left of it, a line lower.

    It stands nearer to its own burst than to any other.
    """
    for row in range(int(strip.height // HEIGHT)):
        low = strip.height - HEIGHT * (row + 1) if above else HEIGHT * row
        for away in range(0, REACH, COLUMN):
            left = cut.right + away
            if away <= cut.after - left - cut.width:
                yield Box(left, left + cut.width, low, low + HEIGHT)
        for away in range(0, REACH, COLUMN):
            right = cut.left - away
            if away <= right - cut.width - cut.before:
                yield Box(right - cut.width, right, low, low + HEIGHT)
    left = min(max(0.0, cut.right), strip.width - cut.width)
    low = strip.height - HEIGHT if above else 0.0
    yield Box(left, left + cut.width, low, low + HEIGHT)


def _note(strip: Strip, cut: Cut, box: Box, palette: Palette, above: bool) -> Figure:
    text = f'<b style="color:{palette.ink_1}">{cut.amount}</b><br>{cut.name}'
    before = box.right <= cut.left
    place: dict[str, Any] = {
        "x": strip.minute(box.right - FROM_LINE if before else box.left + FROM_LINE),
        "y": strip.cents(box.high if above else box.low),
        "xanchor": "right" if before else "left",
        "yanchor": "top" if above else "bottom",
        "align": "left",
    }
    return note(palette, text, SIZE, **place, name="burst")
