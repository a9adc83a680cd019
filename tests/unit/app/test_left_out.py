"""What a feed cannot fill is left out, and its neighbours take the place: never a hole."""

from itertools import chain, combinations

import pytest

from app import grid, ids
from app.screen import load_screen
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import ConfigurationError
from pipeline.mapping.example import EXAMPLE
from pipeline.replay.mapping import PACKAGED

EVERY = list(chain.from_iterable(combinations(ids.LISTS, n) for n in range(len(ids.LISTS) + 1)))
RETAIL = PACKAGED["online_retail_2"].parent


def rows(areas: dict[str, str], *names: str) -> list[list[str]]:
    return [areas[name].strip('"').split() for name in names]


@pytest.mark.parametrize("shown", EVERY)
def test_every_choice_of_tiles_fills_the_page_with_rectangles(shown: tuple[str, ...]) -> None:
    areas = grid.areas(shown)
    for picture, width in (
        (rows(areas, "--row-flow", "--row-low"), 9),
        (rows(areas, "--wide-1", "--wide-2", "--wide-3"), 18),
    ):
        assert {len(row) for row in picture} == {width}
        places = {name for row in picture for name in row}
        assert {grid.NAMES[tile] for tile in shown} == places - {"flow", "hero", "kpis"}
        for name in places:
            cells = {
                (y, x) for y, row in enumerate(picture) for x, n in enumerate(row) if n == name
            }
            ys, xs = {y for y, _ in cells}, {x for _, x in cells}
            assert len(cells) == (max(ys) - min(ys) + 1) * (max(xs) - min(xs) + 1), (name, picture)


def test_all_tiles_stand_as_in_the_study() -> None:
    assert rows(grid.areas(ids.LISTS), "--row-flow", "--row-low") == [
        ["flow"] * 6 + ["regs"] * 3,
        ["cats"] * 3 + ["brnd"] * 3 + ["usrs"] * 2 + ["gend"],
    ]


def test_without_gender_the_buyers_take_its_width() -> None:
    shown = tuple(tile for tile in ids.LISTS if tile != ids.GENDER)
    assert rows(grid.areas(shown), "--row-low")[0][6:] == ["usrs"] * 3


def test_the_retail_feed_shows_what_it_knows() -> None:
    screen = load_screen(load_catalogue(RETAIL), config=RETAIL)
    assert screen.shown == (ids.REGIONS, ids.BUYERS)
    assert "buyer_count" in screen.kpis


def test_a_feed_of_events_shows_everything() -> None:
    assert load_screen(load_catalogue()).shown == ids.LISTS


def test_the_example_leaves_gender_out() -> None:
    assert load_screen(load_catalogue(EXAMPLE), config=EXAMPLE).shown == ids.LISTS[:-1]


def test_a_list_that_is_none_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "screen.toml").write_text('show = ["regions", "weather"]')
    with pytest.raises(ConfigurationError, match="show: no list 'weather'"):
        load_screen(load_catalogue(), config=tmp_path)


def test_scenes_of_a_tile_that_is_away_are_left_out() -> None:
    scenes = load_screen(load_catalogue(RETAIL), config=RETAIL).scenes
    assert scenes[0].id == "whole"
    assert all(
        not {"categories", "brands", "gender"} & set(" ".join(s.areas).split()) for s in scenes
    )
    assert len(scenes) < len(load_screen(load_catalogue()).scenes)
