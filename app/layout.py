"""The page before the first view: every tile in its place, in the state `loading`."""

import json
from typing import Any

from dash import dcc, html

from app import grid, ids, past_page
from app.access.roles import Role
from app.ids import Choice
from app.layout_header import header
from app.screen import Screen
from components import panel
from components.widgets import figures

TICK_MS = 1000


def layout(screen: Screen, choice: Choice, role: Role = Role.OPERATOR) -> html.Main:
    """Return the static page; `present` fills it, and its ids are those of app/ids.py.

    What a role may not ask for is not offered to it (assets/30-page.css, assets/analyst.js).
    """
    tiles = [
        header(screen, choice),
        *past_page.toolbar(),
        hero(),
        html.Section([bones() for _ in screen.kpis], id=ids.KPIS, className="kpis"),
        panel.skeleton(ids.FLOW, flow_body(), class_name="flow", bones=1),
        *(a_list(tile) for tile in screen.shown),
        html.Section(id=ids.ALERTS, className="strip alerts", role="status", **LIVE, **NO_ALERT),
        html.Section(id=ids.PIPELINE, className="strip pipe"),
        html.Section(id=ids.INJECTED, className="injected", role="status", hidden=True, **LIVE),
    ]
    # Once is enough: client.js ticks from then on. Dash keeps every change of an input for ever.
    tiles.append(dcc.Interval(id=ids.TICK, interval=TICK_MS, max_intervals=1))
    tiles.append(dcc.Store(id=ids.VIEW_ETAG))
    tiles.append(scene_word(screen))
    tiles += past_page.places()
    tiles.append(
        html.Aside(id=ids.ALERTS_PANEL, className="side-panel", hidden=True, role="dialog")
    )
    told = {"data-mode": "live", "data-role": role.label, "data-tiles": " ".join(screen.shown)}
    rows = grid.areas(screen.shown)
    return html.Main(tiles, id=ids.WALL, className="wall", style=rows, **told)


def hero() -> html.Section:
    tile = panel.skeleton(ids.HERO, None, class_name="hero", bones=1)
    tile.children.append(html.Div(id=ids.part(ids.HERO, "deltas"), className="deltas ages"))
    return tile


def a_list(tile: str) -> html.Section:
    """Return the place of a tile that may be left out."""
    class_name, body, bones = {
        ids.REGIONS: ("regions", None, 7),
        ids.CATEGORIES: ("cats", None, 7),
        ids.BRANDS: ("brands", brands_body, 7),
        ids.BUYERS: ("users", None, 7),
        ids.GENDER: ("gender", gender_body, 4),
    }[tile]
    return panel.skeleton(tile, body and body(), class_name=class_name, bones=bones)


LIVE = {"aria-live": "polite"}
NO_ALERT = {"data-worst": "none"}


def bones() -> html.Div:
    return html.Div(
        [panel.bone(3), panel.bone(1)], className="kpi tile", **{"data-state": "loading"}
    )


def scene_word(screen: Screen) -> html.Div:
    """Return the place of the scene's name; it tells the client script which scenes there are."""
    told = [
        {"id": s.id, "seconds": s.seconds, "areas": s.areas, "rows": s.rows} for s in screen.scenes
    ]
    said = {"data-scenes": json.dumps(told), "data-names": "{}", "data-held": ""}
    return html.Div(id=ids.SCENE, hidden=True, className="scene-word", role="status", **said)


def graph(name: str) -> html.Div:
    """Return a figure's place; its size comes with it from assets/figures.js.

    Who cannot see it reads its twin instead.
    """
    figure = dcc.Graph(
        id=name, figure=figures.blank(), config=figures.CONFIG, responsive=False, className="graph"
    )
    return html.Div(figure, className="drawing", **{"aria-hidden": "true"})


def twin(tile: str) -> html.Div:
    """Return the place of a chart's table."""
    return html.Div(id=ids.part(tile, "twin"), className="twin")


def flow_body() -> list[Any]:
    strip = [
        html.Span(id=ids.part(ids.FLOW, "sum-title")),
        html.Small(id=ids.part(ids.FLOW, "sum-note")),
    ]
    return [
        html.Div(
            [
                graph(ids.FLOW_FIGURE),
                html.H3(strip, className="strip-title"),
                *past_page.cursor_places(),
            ],
            className="plot",
        ),
        html.Div(id=ids.part(ids.FLOW, "readouts"), className="readouts"),
        twin(ids.FLOW),
    ]


def brands_body() -> list[Any]:
    return [
        html.Div(id=ids.part(ids.BRANDS, "left"), className="side"),
        html.Div(graph(ids.BRANDS_FIGURE), className="plot"),
        html.Div(id=ids.part(ids.BRANDS, "other"), className="side right"),
        twin(ids.BRANDS),
    ]


def gender_body() -> list[Any]:
    return [
        html.Div(id=ids.part(ids.GENDER, "share")),
        html.Div(graph(ids.GENDER_FIGURE), className="plot"),
        twin(ids.GENDER),
    ]
