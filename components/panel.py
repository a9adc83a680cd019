"""The anatomy every tile shares: a rule, a title, a note, a chip that says the state, a body.

`skeleton` is placed once by the layout; `props` are what a tick changes.
"""

from functools import lru_cache
from typing import Any

from dash import html

from components import faces
from components.formats import UNIT_MARKS, Number
from components.models import Frame, Message, Pieces

Props = dict[str, dict[str, Any]]
BONES = 4
_CHIP_ICONS = {"stale": "clock-alert", "degraded": "database", "error": "triangle-alert"}


@lru_cache(maxsize=128)
def icon(name: str) -> html.Span:
    return html.Span(className=f"icon i-{name}", **{"aria-hidden": "true"})


@lru_cache(maxsize=4096)  # most numbers of a view are those of the view before
def number(value: Number, class_name: str = "", room: float = 0.0) -> html.Span:
    """Return a number that carries its integer; 万 and 亿 are set smaller than their digits.

    `room`: the ems its place has; a longer number is set smaller.
    """
    text = value.text
    children: Any = text
    if text[-1:] in UNIT_MARKS:
        children = [text[:-1], html.Span(text[-1], className="un")]
    extra: dict[str, Any] = {}
    if room:
        extra = _shrunk(value, room)
    if value.value is not None:
        extra |= {"data-value": str(value.value), "data-kind": value.kind}
    return html.Span(children, className=class_name, title=value.exact, **extra)


def ems(value: Number) -> float:
    """Return the ems a number takes as `number` sets it."""
    text, mark = value.text, 0.0
    if text[-1:] in UNIT_MARKS:
        text, mark = text[:-1], 0.86  # .un: 0.8 of the size, and its margin
    return faces.width(text, 1, faces.BOLD) + mark


def _shrunk(value: Number, room: float) -> dict[str, Any]:
    style = faces.shrunk(ems(value), room)
    return {"style": style} if style else {}


def pieces(said: Pieces) -> list[Any]:
    """Return a line in which each number carries its integer."""
    return [number(piece, "num") if isinstance(piece, Number) else piece for piece in said]


def skeleton(tile: str, body: Any, *, class_name: str = "", bones: int = 4) -> html.Section:
    """Return a tile in the state `loading`, with the ids that `props` fills."""
    header = html.Header(
        [
            html.H2(html.Button(id=f"{tile}-title", type="button", **{"data-why": tile})),
            html.Span(id=f"{tile}-note", className="note"),
            html.Span(id=f"{tile}-right", className="right"),
            html.Span(id=f"{tile}-chip", className="chip"),
        ]
    )
    return html.Section(
        [
            header,
            html.Div(body, id=f"{tile}-body", className="body"),
            html.Div([bone(i) for i in range(bones)], id=f"{tile}-message", className="msg"),
        ],
        id=tile,
        className=f"tile {class_name}".strip(),
        **{"data-state": "loading", "aria-labelledby": f"{tile}-title"},
    )


def bone(i: int) -> html.Div:
    """Return a grey bar; each is a little shorter than the one above."""
    return html.Div(className="bone", style={"width": f"{90 - 12 * (i % 5)}%"})


def props(tile: str, frame: Frame, right: Any = None) -> Props:
    """Return what a tick says about a tile, its body left out."""
    return {
        tile: {"data-state": frame.state, "data-body": "kept" if frame.kept else "as-stated"},
        f"{tile}-title": {"children": frame.title, "title": frame.description},
        f"{tile}-note": {"children": frame.note},
        f"{tile}-right": {"children": right},
        f"{tile}-chip": {"children": chip(frame), "title": frame.hint},
        f"{tile}-message": {"children": message(frame.state, frame.message)},
    }


def chip(frame: Frame) -> list[Any]:
    name = _CHIP_ICONS.get(frame.state)
    return [icon(name), html.Span(pieces(frame.chip))] if name else []


def message(state: str, said: Message | None) -> list[Any]:
    """Return the dash and the reason of a tile with nothing to show.

    While loading: bones, and below them what is waited for.
    """
    if state == "loading":
        return [*map(bone, range(BONES)), *([html.Span(said.reason)] if said else [])]
    if said is None:
        return []
    lines: list[Any] = [html.B("—"), html.Strong(said.reason)]
    return [*lines, html.Span(pieces(said.detail))] if said.detail else lines
