"""Why this number: places for a dictionary entry and a recount, which the page fills."""

from typing import Any

from dash import html

from components.analyst_models import Why
from components.panel import icon
from components.widgets.tools import head


def render(model: Why) -> list[Any]:
    """Return the panel; elements with `data-slot` are filled from the server's answer."""
    asked = {"data-act": "recount"}
    return [
        head(model.title, model.close),
        html.P(className="lead", **{"data-slot": "description"}),
        html.Dl(_slots(model.slots)),
        html.Div(
            [
                html.Button(model.recount, type="button", className="btn", **asked),
                html.Button(
                    model.cancel, type="button", className="btn", hidden=True,
                    **{"data-act": "cancel-recount"},
                ),
                html.Button(
                    [icon("download"), model.export], type="button", className="btn",
                    **{"data-act": "csv-tile"},
                ),
                html.Span(className="note", role="status", **{"data-slot": "progress"}),
            ],
            className="acts",
        ),
        html.Div(
            [
                html.Dl(_slots(model.recounted)),
                html.Pre(**{"data-slot": "sql"}),
                html.P(className="note", **{"data-slot": "parameters"}),
            ],
            className="recounted away",
        ),
        html.P(model.note, className="note"),
    ]  # fmt: skip


def _slots(slots: tuple[tuple[str, str], ...]) -> list[Any]:
    return [
        part
        for name, label in slots
        for part in (html.Dt(label), html.Dd("—", **{"data-slot": name}))
    ]
