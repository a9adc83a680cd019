"""Six key figures, each with its own state."""

from typing import Any

from dash import html

from components import faces
from components.models import Kpi
from components.panel import bone, ems, icon, number, pieces
from components.widgets.hero import delta

ROOM = 3.95  # ems of the value on every screen
BESIDE, SPACE = 0.48, 0.22  # of the value: the size of the number beside it, and its margin
_ICONS = {"stale": "clock-alert", "degraded": "database", "error": "triangle-alert"}


def render(models: tuple[Kpi, ...]) -> list[html.Div]:
    return [_kpi(m) for m in models]


def _kpi(model: Kpi) -> html.Div:
    why = {"data-why": model.name}
    head: list[Any] = [html.Button(model.label, type="button", **why)]
    if model.state in _ICONS:
        head.append(icon(_ICONS[model.state]))
    if model.delta is not None:
        head.append(delta(model.delta))
    value: list[Any] = [number(model.number)]
    taken = ems(model.number)
    if model.state == "loading":
        value = [html.Div([bone(3), bone(4)], className="bones", title=model.why)]
    elif model.number.value is None and model.why:
        detail = [html.Small(pieces(model.detail))] if model.detail else []
        value = ["—", html.Span([model.why, *detail], className="why")]
    elif model.beside is not None and model.beside.value is not None:
        value.append(html.Small(number(model.beside)))
        taken += SPACE + BESIDE * ems(model.beside)
    return html.Div(
        [
            html.Div(head, className="k ages", title=model.description),
            html.Div(value, className="v ages", style=faces.shrunk(taken, ROOM)),
        ],
        className="kpi tile",
        **{"data-state": model.state, "data-id": model.name},
    )
