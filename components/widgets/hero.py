"""The one number; beside it, how it stands against each baseline."""

from collections.abc import Sequence
from typing import Any

from dash import html

from components import faces
from components.models import Against, Delta, Hero, Pace
from components.panel import ems, number, pieces

ROOM = 6.1  # ems of the digits' place on every screen
MARK = 0.48  # ems of 亿 and 万, which are set at a third of the size, with their margins
DELTA_ROOM = 5.2
TRIANGLE = 0.9
_CLASSES = {"symbol": "yen", "mark": "unit", "sign": "sep"}


def render(model: Hero) -> tuple[html.Div, list[Any]]:
    """Return the digits and what stands beside them."""
    if model.value is None:
        return html.Div("—", className="digits"), []
    digits = html.Div(
        _pieces(model.pieces),
        className="digits ages",
        role="img",
        title=model.exact,
        style=faces.shrunk(sum(_ems(kind, text) for kind, text in model.pieces), ROOM),
        **{"data-value": str(model.value), "data-kind": "hero", "aria-label": model.text},
    )
    beside = [_against(a) for a in model.against] or [_pace(p) for p in model.paces]
    return digits, beside


def _ems(kind: str, text: str) -> float:
    return MARK if kind == "mark" else faces.width(text, 1, faces.BOLD)


def _pieces(pieces_: Sequence[tuple[str, str]]) -> list[html.Span]:
    """Return the pieces, each known by its place from the right, so that only changed ones roll."""
    last = len(pieces_) - 1
    return [_piece(kind, text, f"{kind}{last - i}") for i, (kind, text) in enumerate(pieces_)]


def _piece(kind: str, text: str, place: str) -> html.Span:
    if kind == "digit":
        return html.Span(html.Span(html.I(text), className="reel"), className="cell", key=place)
    return html.Span(text, className=_CLASSES[kind], key="symbol" if kind == "symbol" else place)


def _against(said: Against) -> html.Div:
    return html.Div(
        [
            delta(said.delta, DELTA_ROOM),
            html.Div(pieces(said.caption), className="cap by"),
        ],
        **{"data-id": said.key},
    )


def _pace(pace: Pace) -> html.Div:
    change: list[Any] = []
    if pace.change.value is not None:
        change = [direction(pace.change.value), number(pace.change), f" {pace.against}"]
    return html.Div(
        [
            html.Div(number(pace.amount), className="num pace"),
            html.Div(
                [html.Span(pace.caption), html.Span(change, className="change")], className="cap"
            ),
        ]
    )


def delta(said: Delta, room: float = 0.0) -> html.Span:
    """Return a change with its triangle and colour; a dash, and why on hover, without one.

    `room`: the ems its place has; a longer one is set smaller.
    """
    value = said.number.value
    if value is None:
        words = f"{said.name} —" if said.name else "—"
        return html.Span(words, className="num delta none", title=said.why or said.title)
    name = "num delta flat" if value == 0 or not said.judged else "num delta up"
    if value < 0 and said.judged:
        name = "num delta down"
    mark = [direction(value)] if value else []
    style = faces.shrunk(ems(said.number) + TRIANGLE, room) if room else None
    return html.Span([*mark, number(said.number)], className=name, title=said.title, style=style)


def direction(value: int) -> html.Span:
    """Return the drawn triangle; direction is never left to colour alone."""
    return html.Span(className="tri d" if value < 0 else "tri", **{"aria-hidden": "true"})
