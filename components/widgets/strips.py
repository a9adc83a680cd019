"""The foot of the wall: what became of every message, and the five stages of the way."""

from collections.abc import Sequence
from typing import Any

from dash import html

from components import faces
from components.foot_models import Alarm, Injected, Notice, Stage
from components.models import Pieces
from components.panel import ems, icon, number, pieces
from components.widgets import alarms

ROOM = 4.0  # ems of a readout
VERDICTS = ("check", "triangle-alert")
_ICONS = {"quiet": "check", "wait": "wait", "look": "triangle-alert", "act": "octagon-alert"}
_CLASSES = {"quiet": "alert quiet", "wait": "alert quiet", "look": "alert", "act": "alert crit"}


def foot(models: Sequence[Alarm | Notice], door: Pieces, label: str, mute: str) -> list[html.Div]:
    """Return the lines, and at the end the button that opens the panel of all alerts.

    `mute` is shown while the page may not make a sound (assets/alerts.js).
    """
    lines = [alarms.line(m) if isinstance(m, Alarm) else _notice(m) for m in models]
    opens = {"data-open": "alerts-panel", "aria-expanded": "false", "title": label}
    button = html.Button(pieces(door), type="button", className="more", **opens)
    return [*lines, html.Div([html.Span(mute, className="mute"), button], className="foot-end")]


def notices(models: Sequence[Notice]) -> list[html.Div]:
    return [_notice(model) for model in models]


def _notice(model: Notice) -> html.Div:
    return html.Div(
        [icon(_ICONS[model.tone]), html.Span(pieces(model.pieces), className="line")],
        className=_CLASSES[model.tone],
        title=model.title,
    )


def injected(models: Sequence[Injected], more: Pieces) -> list[html.Div]:
    """Return the banner's lines; a dashed edge is what is not of the shop's own doing."""
    return [
        html.Div(
            [
                icon("check" if m.over else "zap"),
                html.B(pieces(m.what)),
                html.Span(pieces(m.end)),
                *([html.Span(pieces(more), className="more")] if more and i == 0 else []),
            ],
            className="fault over" if m.over else "fault",
            **{"data-id": m.key},
        )
        for i, m in enumerate(models)
    ]


def stages(models: Sequence[Stage]) -> html.Div:
    return html.Div([_stage(m) for m in models], className="stages")


def _stage(model: Stage) -> html.Span:
    """Return a stage; its age is written by the client script (docs/design.md §9)."""
    age = {"data-tick": "heard", "data-stage": model.key, "data-s": model.age, "data-kind": "age"}
    # What the page wrote into an age must not stay beside the words that take its place.
    value = html.B(key="age", **age) if model.age else html.B(pieces(model.pieces))
    return html.Span(
        [html.Span(className="dot"), html.Span(model.name), value],
        className="stage bad" if model.bad else "stage",
        title=model.title,
        **{"data-id": model.key},
    )


def readouts(models: Sequence[Any]) -> list[html.Div]:
    """Return the texts beside the chart."""
    return [_readout(m, i) for i, m in enumerate(models)]


def _readout(model: Any, i: int) -> html.Div:
    notes = [_note(kind, said) for kind, said in model.notes]
    value = html.Div(
        number(model.value),
        className="v accent" if model.accent else "v",
        style=faces.shrunk(ems(model.value), ROOM),
    )
    return html.Div(
        [html.Div(model.label, className="k", title=model.label), value, *notes],
        className=f"readout at-{i} ages",
    )


def _note(kind: str, said: Pieces) -> html.Div:
    """Return a line of a readout; a verdict has an icon, the lead is said here on small screens."""
    mark = [icon(kind)] if kind in VERDICTS else []
    name = "n limit" if mark else f"n {kind}".strip()
    return html.Div([*mark, *pieces(said)], className=name)
