"""The difference to the baseline by a dimension: the page fills rows that sum to the whole."""

from typing import Any

from dash import html

from components.analyst_models import Changes
from components.widgets.tools import head


def render(model: Changes) -> list[Any]:
    """Return a tab for each dimension, and a table whose rows the page fills."""
    if model.why_not:
        return [head(model.title, model.close), html.P(model.why_not, className="note")]
    tabs = [
        html.Button(
            label,
            type="button",
            className="btn",
            **{"data-split": dimension, "aria-pressed": "true" if i == 0 else "false"},
        )
        for i, (dimension, label) in enumerate(model.splits)
    ]
    heads = [html.Th(""), html.Th(""), *[html.Th(words, className="n") for words in model.heads]]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(), html.Tfoot(**{"data-sum": model.sum})],
        className="split",
    )
    return [
        head(model.title, model.close),
        html.P(model.note, className="note"),
        html.Div(tabs, className="tabs", role="group", **{"aria-label": model.title}),
        html.P(className="wrong", role="status"),
        table,
    ]
