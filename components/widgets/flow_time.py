"""The row under the chart: the time of now in a pill, and time labels that keep their distance."""

from dataclasses import dataclass
from typing import Any

from components import faces
from components.flow_models import Flow
from components.theme import Palette
from components.widgets.figures import Figure, note

SIZE, PILL_SIZE = 18, 20
DISTANCE = 10.0  # design px between two labels
PILL_EDGE = 3.0  # design px of colour around the time
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
DAY = 1440


@dataclass(frozen=True, slots=True)
class Label:
    """A text of the row: from where to where in px, and how it is anchored."""

    x: int
    text: str
    left: float
    right: float
    anchor: str

    def meets(self, other: "Label", distance: float = DISTANCE) -> bool:
        return self.left < other.right + distance and other.left < self.right + distance


def step(minutes: int, width: int) -> int:
    """Return the minutes between time labels, so that they stay apart; whole days from one on."""
    room = width // 64
    days = -(-minutes // (DAY * room))
    return next((s for s in MINUTES if minutes <= s * room), DAY * max(1, days))


def label(model: Flow, x: int, text: str, wide: float, room: tuple[float, float]) -> Label:
    """Return a label under its x, within the figure: centred, or flush with an edge."""
    width, whole = room
    middle = (x - model.start) * width / max(1, model.end - model.start)
    if middle < wide / 2:
        return Label(x, text, middle, middle + wide, "left")
    if middle + wide / 2 > whole:
        return Label(x, text, middle - wide, middle, "right")
    return Label(x, text, middle - wide / 2, middle + wide / 2, "center")


def notes(
    model: Flow, palette: Palette, colours: Palette, room: tuple[float, float]
) -> list[Figure]:
    """Return the row; `room` is the width of the plot and of the whole figure."""
    pill = _pill(model, room)
    kept: list[Label] = [pill] if pill else []
    made = []
    for x, text, strong in sorted(model.ticks, key=lambda t: (t[0] != model.start, not t[2])):
        wide = faces.width(text, SIZE, faces.BOLD if strong else 500) + 2
        found = label(model, x, text, wide, room)
        if any(found.meets(other) for other in kept):
            continue
        kept.append(found)
        said = f'<b style="color:{palette.ink_1}">{text}</b>' if strong else text
        made.append(_note(palette, found, said, SIZE, -4))
    if pill:
        made.append(_pill_note(model, colours, pill))
    return made


def _pill(model: Flow, room: tuple[float, float]) -> Label | None:
    if model.now is None:
        return None
    wide = faces.width(model.now_text, PILL_SIZE, faces.BOLD) + 2 * PILL_EDGE
    return label(model, model.now, model.now_text, wide, room)


def _pill_note(model: Flow, colours: Palette, pill: Label) -> Figure:
    fill = colours.alert if model.hole else colours.ink_1
    made = _note(colours, pill, f"<b>{pill.text}</b>", PILL_SIZE, 0)
    ground: dict[str, Any] = {"color": colours.ground}
    return {**made, "font": {**made["font"], **ground}, "bgcolor": fill, "borderpad": 2}


def _note(palette: Palette, said: Label, text: str, size: int, shift: int) -> Figure:
    place: dict[str, Any] = {
        "x": said.x,
        "xanchor": said.anchor,
        "yref": "paper",
        "y": 0,
        "yanchor": "top",
        "yshift": shift,
    }
    return note(palette, text, size, **place)
