from typing import Any

import pytest

from app.scenes import scene_faults, scenes_of
from app.screen import LANGUAGES, load_screen
from tests.unit.app.sample_catalogue import catalogue

WHOLE = {"id": "whole", "name": {"zh": "全景", "en": "Whole"}, "seconds": 40}
SALES = {
    "id": "sales",
    "name": {"zh": "销售", "en": "Sales"},
    "seconds": 20,
    "areas": ["hero  hero", "flow regions"],
    "rows": [1, 2],
}


def faults(*written: dict[str, Any]) -> list[str]:
    return scene_faults(scenes_of(written), LANGUAGES)


def test_the_packaged_scenes_begin_with_the_whole_page() -> None:
    scenes = load_screen(catalogue()).scenes
    assert [scene.id for scene in scenes] == ["whole", "sales", "goods", "people"]


def test_a_scene_is_read_as_it_is_written() -> None:
    whole, sales = scenes_of([WHOLE, SALES])
    assert (whole.areas, whole.rows) == ((), ())
    assert sales.areas == ("hero hero", "flow regions")
    assert faults(WHOLE, SALES) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": "two words"}, "id"),
        ({"name": {"en": "Sales"}}, "name: no zh"),
        ({"seconds": 2}, "seconds"),
        ({"seconds": "20"}, "seconds"),
        ({"rows": [1]}, "rows"),
        ({"rows": [1, 0]}, "rows"),
        ({"areas": ["hero weather", "flow flow"]}, "no tile 'weather'"),
        ({"areas": ["hero hero", "flow"]}, "equally many"),
        ({"areas": ["hero flow", "flow hero"]}, "not one rectangle"),
        ({"colour": "red"}, "colour: unknown entry"),
        ({"id": "whole"}, "two of this name"),
    ],
)
def test_what_is_wrong_is_named_with_its_scene(wrong: dict[str, Any], said: str) -> None:
    found = faults(WHOLE, SALES | wrong)
    assert any(said in fault and fault.startswith("scene '") for fault in found)


def test_an_alarm_needs_a_whole_page_to_hold() -> None:
    assert "the first is 'whole'" in faults(SALES)[0]
