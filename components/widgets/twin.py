"""The table twin of a chart: the same numbers for whoever cannot see it."""

from functools import lru_cache
from typing import Any

from dash import html

from components.formats import Number
from components.models import Twin

KEPT = 64  # a table changes once a minute at most, and is asked for every tick


@lru_cache(maxsize=KEPT)
def render(model: Twin) -> html.Table:
    """Return the table, hidden from sight only; what was returned must not be changed."""
    head = html.Tr([html.Th(words, scope="col", className="name") for words in model.heads])
    return html.Table(
        [
            html.Caption(model.caption),
            html.Thead(head),
            html.Tbody([html.Tr([_name(name), *map(_cell, cells)]) for name, cells in model.rows]),
        ]
    )


def _name(name: str) -> html.Th:
    return html.Th(name, scope="row", className="name")


def _cell(number: Number) -> html.Td:
    said: dict[str, Any] = {}
    if number.value is not None:
        said = {"data-value": str(number.value), "data-kind": number.kind}
    return html.Td(number.text, **said)
