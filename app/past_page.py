"""The places of the analyst's screen on the page: empty until history is looked at."""

from typing import Any

from dash import dcc, html

from app import ids
from components import panel


def header_blocks() -> list[html.Div]:
    """Return the blocks of the inverted header that the live one does not have."""
    clock = html.Span(
        [html.Span(id=ids.WALL_CLOCK), " ", html.Span(**{"data-tick": "clock"})], className="k"
    )
    back = html.Button(id=ids.BACK, type="button", className="back", **{"data-act": "back"})
    return [
        wide(ids.PAST_DATE_LABEL, ids.PAST_DATE),
        wide(ids.PAST_DATA_LABEL, ids.PAST_DATA),
        html.Div([clock, back], className="block past backs"),
    ]


def wide(label: str, value: str) -> html.Div:
    spans = [html.Span(id=label, className="k"), html.Span(id=value, className="v num")]
    return html.Div(spans, className="block past wide")


def door() -> html.Button:
    """Return the live header's way into history."""
    said = {"data-act": "open"}
    return html.Button(
        panel.icon("calendar-days"),
        id=ids.OPEN_HISTORY,
        type="button",
        className="icon-btn",
        **said,
    )


def toolbar() -> list[Any]:
    """Return the row of tools and what is drilled into: they come before the tiles."""
    return [
        html.Nav(id=ids.TOOLBAR, className="toolbar past"),
        html.Div(id=ids.CRUMBS, className="crumbs past"),
    ]


def places() -> list[Any]:
    """Return the panels of the tools, and what the page says by itself."""
    return [
        html.Div(id=ids.CALENDAR, className="pop calendar", hidden=True, role="dialog"),
        html.Div(id=ids.COMPARING, className="pop comparing", hidden=True, role="dialog"),
        html.Div(id=ids.KEYS_PANEL, className="pop keys", hidden=True, role="dialog"),
        html.Div(id=ids.CHANGES_PANEL, className="side-panel", hidden=True, role="dialog"),
        html.Div(id=ids.WHY_PANEL, className="side-panel", hidden=True, role="dialog"),
        html.Div(id=ids.NOTICE, className="said-by-page", role="status", hidden=True),
        html.Div([html.Span(id=ids.STAMP), html.Span(className="address")], className="stamp past"),
        dcc.Store(id=ids.CURSOR),
    ]


def cursor_places() -> list[Any]:
    """Return the cursor's line, its time and its box, which the page moves over the chart."""
    return [
        html.Div(className="cursor-line", hidden=True),
        html.Div(className="cursor-box", hidden=True),
    ]
