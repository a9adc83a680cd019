"""A frame drawn for one choice: component id -> props. Pure; nothing here fetches or keeps."""

from collections.abc import Mapping
from typing import Any

from app.ids import Choice
from app.presenter import flow, header, hero, people, rankings, strips
from app.presenter.reading import Reading
from app.screen import Screen

Props = dict[str, dict[str, Any]]
_TILES = (
    header.props,
    hero.props,
    hero.kpis,
    flow.props,
    rankings.regions,
    rankings.categories,
    rankings.brands,
    people.buyers,
    people.gender,
    strips.alerts,
    strips.pipeline,
)


def present(screen: Screen, frame: Mapping[str, Any], choice: Choice) -> Props:
    """Draw everything on the page except what the client script fills (docs/design.md §9)."""
    reading = Reading(screen, frame, choice)
    drawn: Props = {}
    for tile in _TILES:
        drawn.update(tile(reading))
    return drawn
