"""The one number, and the pace of the last minutes beside it."""

from typing import Any

from dash import html

from components.models import Hero, Pace
from components.panel import number

_CLASSES = {"symbol": "yen", "mark": "unit", "sign": "sep"}


def render(model: Hero) -> tuple[html.Div, list[Any]]:
    """Return the digits and the paces."""
    if model.value is None:
        return html.Div("—", className="digits"), []
    digits = html.Div(
        [_piece(kind, text) for kind, text in model.pieces],
        className="digits ages",
        role="img",
        title=model.exact,
        **{"data-value": str(model.value), "data-kind": "hero", "aria-label": model.text},
    )
    return digits, [_pace(p) for p in model.paces]


def _piece(kind: str, text: str) -> html.Span:
    if kind == "digit":
        return html.Span(
            html.Span(html.I(text), className="reel", **{"data-d": text}), className="cell"
        )
    return html.Span(text, className=_CLASSES[kind])


def _pace(pace: Pace) -> html.Div:
    change: list[Any] = []
    if pace.change.value is not None:
        change = [direction(pace.change.value), number(pace.change), f" {pace.against}"]
    return html.Div(
        [
            html.Div(number(pace.amount), className="num"),
            html.Div(
                [html.Span(pace.caption), html.Span(change, className="change")], className="cap"
            ),
        ]
    )


def direction(value: int) -> html.Span:
    """Return the drawn triangle; direction is never left to colour alone."""
    return html.Span(className="tri d" if value < 0 else "tri", **{"aria-hidden": "true"})
