from typing import Any

import pytest

from app import ids
from app.ids import Choice
from app.layout import layout
from app.presenter import present
from app.screen import load_screen
from tests.unit.app import sample_frames
from tests.unit.app.sample_catalogue import catalogue
from tests.unit.app.test_presenter import walk

SCREEN = load_screen(catalogue())


def components() -> dict[str, Any]:
    page = layout(SCREEN, Choice("28H", "en", "dark"))
    return {c.id: c for c in walk(page) if getattr(c, "id", None)}


def test_every_prop_that_is_presented_has_its_place_on_the_page() -> None:
    for lang in ("zh", "en"):
        presented = present(SCREEN, sample_frames.frame(), Choice("28H", lang, "dark"))
        assert set(presented) - set(components()) == set()


def test_every_tile_starts_as_loading() -> None:
    placed = components()
    for tile in ids.TILES:
        assert placed[tile].to_plotly_json()["props"]["data-state"] == "loading"


def test_what_the_client_script_needs_is_there() -> None:
    placed = components()
    ticking = {
        name: c.to_plotly_json()["props"]["data-tick"]
        for name, c in placed.items()
        if "data-tick" in c.to_plotly_json()["props"]
    }
    assert ticking == {"clock": "clock", "since": "since", "until": "until", "age": "age"}
    assert {ids.TICK, ids.VIEW_ETAG, ids.SILENT} <= set(placed)


@pytest.mark.parametrize("kind", ["window", "lang", "theme", "baseline"])
def test_one_button_of_each_choice_is_pressed(kind: Any) -> None:
    page = walk(layout(SCREEN, Choice("28H", "en", "dark")))
    buttons = [c.to_plotly_json()["props"] for c in page if type(c).__name__ == "Button"]
    pressed = [b["aria-pressed"] for b in buttons if f"data-choice-{kind}" in b]
    assert pressed.count("true") == 1


def test_only_html_is_presented_as_children() -> None:
    """assets/applying.js draws them, and knows nothing else."""
    for lang in ("zh", "en"):
        presented = present(SCREEN, sample_frames.frame(), Choice("28H", lang, "dark"))
        for name, props in presented.items():
            for child in walk(props.get("children")):
                if hasattr(child, "to_plotly_json"):
                    assert child.to_plotly_json()["namespace"] == "dash_html_components", name
