"""A share: one bar of parts, their list, and what the bars below count."""

from typing import Any

from dash import html

from components.models import Share
from components.panel import number

_CLASSES = ("f", "m", "x", "o")


def render(model: Share) -> list[Any]:
    """Return the bar, the list and the label of the bars below."""
    bar = [
        html.I(className=_class(i), style={"flex": f"{max(p.value.value or 0, 0)} 0 0"})
        for i, p in enumerate(model.parts)
    ]
    lines: list[Any] = []
    for i, part in enumerate(model.parts):
        name = [html.I(className=f"sw {_class(i)}"), part.name]
        lines.append(html.Span(name, className="name", title=part.name, **{"data-id": part.key}))
        lines.append(html.B([number(part.share)], title=part.value.exact))
    return [
        html.Div(bar, className="share"),
        html.Div(lines, className="sharelist"),
        html.Div([html.Span(model.volume_label), html.B(number(model.volume))], className="k"),
    ]


def _class(i: int) -> str:
    return _CLASSES[min(i, len(_CLASSES) - 1)]
