"""Make the stored pictures of the gallery anew: python -m tests.e2e.gallery_pictures [TILE...].

A picture is of one row of the gallery, all states of one tile, in one language and theme.
"""

import base64
import io
import itertools
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium import webdriver

from app.gallery.tiles import ROWS
from tests.e2e.conftest import START_S, start_chromium, wait_until
from tests.e2e.past_screen import past_screen

FOLDER = Path(__file__).with_name("gallery_pictures")
SIZE = {"width": 1280, "height": 720, "deviceScaleFactor": 1, "mobile": False}
LANGUAGES, THEMES = ("zh", "en"), ("dark", "light")
COLOURS = 96
DRAWN = "return document.documentElement.dataset.drawn === 'yes'"
BOX = """const cells = document.querySelector(`[data-row="${arguments[0]}"] .cells`);
    const box = cells.getBoundingClientRect();
    return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 1}
    """
TILES = tuple(row.tile for row in ROWS)
ALL = tuple(itertools.product(TILES, LANGUAGES, THEMES))


def name(tile: str, lang: str, theme: str) -> str:
    return f"{tile}-{lang}-{theme}.png"


def take(browser: webdriver.Chrome, url: str, tile: str, lang: str, theme: str) -> Image.Image:
    """Take the picture of one row, at two thirds of the wall's size."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
    browser.get(f"{url}/gallery?tile={tile}&lang={lang}&theme={theme}")
    wait_until(lambda: browser.execute_script(DRAWN), START_S)
    clip = browser.execute_script(BOX, tile)
    clip |= {side: round(clip[side]) for side in ("x", "y", "width", "height")}
    asked = {"format": "png", "clip": clip, "captureBeyondViewport": True}
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", asked)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")


def store(picture: Image.Image, path: Path) -> None:
    """Write a picture with a palette: a fifth of the size, and closer than the comparison looks."""
    palette = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(path, optimize=True)


def main(tiles: tuple[str, ...]) -> None:
    FOLDER.mkdir(exist_ok=True)
    browser = start_chromium()
    try:
        with past_screen(Path(tempfile.mkdtemp())) as url:
            for tile, lang, theme in ALL:
                if tile in tiles:
                    store(take(browser, url, tile, lang, theme), FOLDER / name(tile, lang, theme))
    finally:
        browser.quit()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{FOLDER}: {size // 1024} KiB\n")


if __name__ == "__main__":
    strangers = set(sys.argv[1:]) - set(TILES)
    if strangers:
        sys.exit(f"no tile {', '.join(sorted(strangers))}; there are {', '.join(TILES)}")
    main(tuple(sys.argv[1:]) or TILES)
