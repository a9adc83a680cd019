"""The analyst's row of tools: buttons that change the address, open a panel or act."""

import json
from collections.abc import Sequence
from typing import Any

from dash import html

from components.analyst_models import Button, Crumb, Field, Form, Group, Keys
from components.panel import icon


def row(groups: Sequence[Group], end: Group) -> list[Any]:
    """Return the groups from the left, and `end` at the right edge."""
    made: list[Any] = []
    for group in groups:
        made.append(html.Span(group.label, className="k"))
        made.append(_group(group, "group"))
    return [*made, _group(end, "group end")]


def _group(group: Group, class_name: str) -> html.Span:
    buttons = [button(b) for b in group.buttons]
    return html.Span(buttons, className=class_name, role="group", **{"aria-label": group.label})


def button(model: Button, class_name: str = "btn") -> html.Button:
    """Return a button; one without words carries its title for whoever cannot see it."""
    children = [
        *([icon(model.icon)] if model.icon else []),
        *([model.words] if model.words else []),
    ]
    more: dict[str, Any] = {}
    if model.title:
        more |= {"title": model.title}
    if not model.words:
        more |= {"aria-label": model.title}
    if model.pressed is not None:
        more |= {"aria-pressed": "true" if model.pressed else "false"}
    if model.go is not None:
        more |= {"data-go": going(model.go)}
    if model.opens:
        more |= {"data-open": model.opens, "aria-expanded": "false", "aria-controls": model.opens}
    if model.act:
        more |= {"data-act": model.act}
    return html.Button(children, type="button", className=class_name, disabled=model.off, **more)


def going(changes: Any) -> str:
    return json.dumps(changes, ensure_ascii=False, separators=(",", ":"))


def crumbs(models: Sequence[Crumb], label: str, note: str) -> list[Any]:
    """Return what is drilled into; each crumb takes itself away."""
    if not models:
        return []
    made: list[Any] = [html.Span(label, className="k")]
    for i, model in enumerate(models):
        mark = html.Span("×", className="x", **{"aria-hidden": "true"})
        words = [model.words, mark] if i else model.words  # the first is all, where one came from
        made.append(
            html.Button(
                words,
                type="button",
                className="crumb",
                title=model.title,
                **{"data-go": going(model.go), "aria-label": f"{model.title} {model.words}"},
            )
        )
    return [*made, html.Span(note, className="note")]


def forms(title: str, close: str, models: Sequence[Form]) -> list[Any]:
    """Return the forms; the page puts an input into every field when they are opened."""
    return [head(title, close), *[_form(m) for m in models]]


def _form(model: Form) -> html.Div:
    return html.Div(
        [
            html.H3(model.title),
            html.P(model.note, className="note"),
            html.Div([_field(f) for f in model.fields], className="fields"),
            html.P(className="wrong", role="alert"),
            html.Button(model.send, type="button", className="btn", **{"data-send": model.name}),
        ],
        className="form",
        **{"data-form": model.name},
    )


def _field(model: Field) -> html.Label:
    told = {"data-field": model.name, "data-kind": model.kind, "data-set": model.value}
    return html.Label([html.Span(model.label), html.Span(className="in", **told)])


def head(title: str, close: str) -> html.Header:
    """Return the head of a panel, with the button that closes it."""
    said = {"aria-label": close, "data-close": ""}
    return html.Header([html.H2(title), html.Button("×", type="button", className="x", **said)])


def keys(model: Keys) -> list[Any]:
    """Return the list of keys."""
    rows = [part for key, words in model.rows for part in (html.Dt(html.Kbd(key)), html.Dd(words))]
    return [head(model.title, model.close), html.Dl(rows)]
