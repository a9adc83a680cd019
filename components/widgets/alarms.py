"""Alerts drawn: a line of the strip, and the panel of all of them."""

from typing import Any

from dash import html

from components.foot_models import Alarm, Alarms
from components.panel import icon, pieces
from components.widgets.tools import head

_ICONS = {"look": "triangle-alert", "act": "octagon-alert"}


def line(model: Alarm) -> html.Div:
    """Return an alert as the strip shows it: filled when somebody must act, quiet once seen."""
    tone = "alert seen" if model.seen else "alert crit" if model.severity == "act" else "alert"
    return html.Div(
        [
            icon(_ICONS[model.severity]),
            html.Span(model.time, className="t"),
            html.Span([html.B(model.label), " ", *pieces(model.pieces)], className="line"),
        ],
        className=tone,
        title=model.seen,
        **{"data-alert": model.name},
    )


def panel(model: Alarms) -> list[Any]:
    nothing = [] if model.alarms else [html.P(model.nothing, className="lead")]
    rows = [_row(alarm, model.acknowledge) for alarm in model.alarms]
    return [
        head(model.title, model.close),
        *nothing,
        *rows,
        html.P(className="wrong", role="alert"),
    ]


def _row(model: Alarm, acknowledge: str) -> html.Div:
    said = html.Span(model.seen, className="said") if model.seen else None
    button = html.Button(
        acknowledge,
        type="button",
        className="btn",
        **{"data-ack": model.name, "aria-label": f"{acknowledge}: {model.label}"},
    )
    state = "seen" if model.seen else ""
    return html.Div(
        [
            html.Span([icon(_ICONS[model.severity]), model.time], className="t"),
            html.Div([html.B(model.label), " ", *pieces(model.pieces), said], className="what"),
            html.Div([] if model.seen else button),
        ],
        className=f"alarm {model.severity} {state}".strip(),
        key=model.name,
        **{"data-alert": model.name},
    )
