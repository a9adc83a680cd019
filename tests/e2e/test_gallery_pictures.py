"""Every tile in every state, language and theme against its stored picture."""

import tempfile
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver

from tests.e2e.comparing_pictures import compare
from tests.e2e.gallery_pictures import ALL, FOLDER, name, take

pytestmark = pytest.mark.browser
MOST_BYTES = 3 * 1024 * 1024
LEFT = Path(tempfile.gettempdir()) / "daping-gallery-pictures"


@pytest.mark.parametrize(("tile", "lang", "theme"), ALL)
def test_a_tile_looks_in_every_state_as_its_stored_picture(
    browser: webdriver.Chrome, screen_url: str, tile: str, lang: str, theme: str
) -> None:
    taken = take(browser, screen_url, tile, lang, theme)
    with Image.open(FOLDER / name(tile, lang, theme)) as stored:
        verdict = compare(stored, taken)
    if not verdict.same:
        LEFT.mkdir(exist_ok=True)
        new, difference = (LEFT / f"{kind}-{name(tile, lang, theme)}" for kind in ("new", "diff"))
        taken.save(new)
        if verdict.difference is not None:
            verdict.difference.save(difference)
        pytest.fail(
            f"{name(tile, lang, theme)}: {verdict.said}. Look at {new} and {difference}; "
            "python -m tests.e2e.gallery_pictures makes the stored ones anew"
        )


def test_the_stored_pictures_are_those_of_the_gallery_and_small() -> None:
    stored = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(stored) == {name(*one) for one in ALL}
    assert sum(stored.values()) < MOST_BYTES
