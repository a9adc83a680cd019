"""The one number; beside it, how it stands against each baseline."""

from typing import Any

from dash import html

from components.models import Against, Delta, Hero, Pace
from components.panel import number, pieces

_CLASSES = {"symbol": "yen", "mark": "unit", "sign": "sep"}


def render(model: Hero) -> tuple[html.Div, list[Any]]:
    """Return the digits and what stands beside them."""
    if model.value is None:
        return html.Div("—", className="digits"), []
    digits = html.Div(
        [_piece(kind, text) for kind, text in model.pieces],
        className="digits ages",
        role="img",
        title=model.exact,
        **{"data-value": str(model.value), "data-kind": "hero", "aria-label": model.text},
    )
    beside = [_against(a) for a in model.against] or [_pace(p) for p in model.paces]
    return digits, beside


def _piece(kind: str, text: str) -> html.Span:
    if kind == "digit":
        return html.Span(
            html.Span(html.I(text), className="reel", **{"data-d": text}), className="cell"
        )
    return html.Span(text, className=_CLASSES[kind])


def _against(said: Against) -> html.Div:
    return html.Div(
        [
            delta(said.delta),
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


def delta(said: Delta) -> html.Span:
    """Return a change with its triangle and colour; a dash, and why on hover, without one."""
    value = said.number.value
    if value is None:
        words = f"{said.name} —" if said.name else "—"
        return html.Span(words, className="num delta none", title=said.why or said.title)
    name = "num delta flat" if value == 0 or not said.judged else "num delta up"
    if value < 0 and said.judged:
        name = "num delta down"
    mark = [direction(value)] if value else []
    return html.Span([*mark, number(said.number)], className=name, title=said.title)


def direction(value: int) -> html.Span:
    """Return the drawn triangle; direction is never left to colour alone."""
    return html.Span(className="tri d" if value < 0 else "tri", **{"aria-hidden": "true"})
