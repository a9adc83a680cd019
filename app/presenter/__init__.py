"""A frame drawn for one choice: component id -> props. Pure; nothing here fetches or keeps."""

from collections.abc import Mapping
from typing import Any

from app import ids
from app.ids import Choice
from app.presenter import analyst, flow, header, hero, injected, people, rankings, regions, strips
from app.presenter.reading import Reading
from app.screen import Screen

Props = dict[str, dict[str, Any]]
_ALWAYS = (hero.props, hero.kpis, flow.props)
_LISTS = {
    ids.REGIONS: regions.regions,
    ids.CATEGORIES: rankings.categories,
    ids.BRANDS: rankings.brands,
    ids.BUYERS: people.buyers,
    ids.GENDER: people.gender,
}
_LIVE = (header.props, strips.alerts, strips.pipeline, injected.props, analyst.live)
_HISTORY = (analyst.history,)


def present(screen: Screen, frame: Mapping[str, Any], choice: Choice) -> Props:
    """Draw everything on the page except what the client script fills (docs/design.md §9).

    History is drawn by the same tiles; what stands around them is the analyst's.
    """
    reading = Reading(screen, frame, choice)
    drawn: Props = {}
    around = _HISTORY if analyst.is_past(reading) else _LIVE
    for tile in (*_ALWAYS, *(_LISTS[name] for name in screen.shown), *around):
        for name, props in tile(reading).items():
            drawn[name] = {**drawn.get(name, {}), **props}
    return drawn
