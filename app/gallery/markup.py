"""Dash components as HTML, so that one page can hold many copies of a tile."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

VOID = frozenset(("br", "hr", "img", "input", "link", "meta"))
NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "colSpan": "colspan"}
LEFT_OUT = frozenset(("children", "key", "figure", "config", "responsive", "n_clicks"))


def html(part: Any) -> str:
    """Return a component, a text or a list of them as HTML. A figure is its JSON in an attribute.

    Raises TypeError for a component that only Dash's renderer can draw.
    """
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(map(html, part))
    if not isinstance(part, Component):
        return escape(str(part), quote=False)
    props = props_of(part)
    if part._type == "Graph":
        figure = json.dumps(props["figure"], ensure_ascii=False)
        return (
            f'<div class="graph" id="{escape(props["id"])}" data-figure="{escape(figure)}"></div>'
        )
    if part._namespace != "dash_html_components":
        raise TypeError(f"{part._type} is not HTML")
    tag = part._type.lower()
    given = "".join(attribute(name, value) for name, value in props.items())
    return f"<{tag}{given}>" + ("" if tag in VOID else f"{html(props.get('children'))}</{tag}>")


def props_of(part: Component) -> Mapping[str, Any]:
    props: Mapping[str, Any] = part.to_plotly_json()["props"]
    return props


def attribute(name: str, value: Any) -> str:
    if name in LEFT_OUT or value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = style(value) if name == "style" else str(value)
    return f' {NAMES.get(name, name)}="{escape(text)}"'


def style(said: Mapping[str, Any]) -> str:
    return "; ".join(f"{dashed(name)}: {value}" for name, value in said.items())


def dashed(name: str) -> str:
    """Return a CSS property's name; custom ones are written as they are."""
    if name.startswith("--"):
        return name
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def walk(part: Any) -> Iterator[Component]:
    """Return a component and everything in it."""
    if isinstance(part, list | tuple):
        for child in part:
            yield from walk(child)
    elif isinstance(part, Component):
        yield part
        yield from walk(getattr(part, "children", None))
