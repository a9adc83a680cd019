"""Make docs/pictures: python -m tests.e2e.pictures URL [--beside STUDY].

The live ones and the analyst's are of a running demo (seed 1111) at URL, the degraded wall and the
states of the gallery's own frames. With a folder of the study each is also laid beside it,
`<name>-beside.png`, study left, at the same size.
"""

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from selenium import webdriver

from pipeline.local.ports import next_free_port
from tests.e2e.conftest import ROOT, start_chromium

FOLDER = ROOT / "docs" / "pictures"
PATIENCE_S = 60.0
DRAWN = """return (document.documentElement.dataset.ready ?? '') !== ''
    && document.querySelector('#flow-figure .main-svg .scatterlayer path') !== null"""
GALLERY = "return document.querySelectorAll('.main-svg .scatterlayer path').length > 8"
SETTLED_S = 2.0


@dataclass(frozen=True)
class Picture:
    """One picture: of the demo, of the drawn samples (`drawn`) or of the gallery."""

    query: str
    width: int = 1920
    height: int = 1080
    of: str = "demo"


PICTURES = {
    "wall-en": Picture("?lang=en"),
    "wall-zh": Picture("?lang=zh"),
    "analyst": Picture("?date=2026-06-18&lang=en", 1440, 900),
    "wall-32x9": Picture("?lang=en", 2880, 810),
    "degraded": Picture("?lang=en", of="drawn"),
    "states": Picture("gallery?lang=en", 1920, 2054, of="gallery"),
}


def take(browser: webdriver.Chrome, url: str, picture: Picture, ready: str) -> Image.Image:
    """Take one picture; raises TimeoutError when the page does not stand."""
    size = {"width": picture.width, "height": picture.height}
    size |= {"deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(url)
    deadline = time.monotonic() + PATIENCE_S
    while not browser.execute_script(ready):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not stand within {PATIENCE_S:.0f} s: does it run?")
        time.sleep(0.2)
    time.sleep(SETTLED_S)
    return Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")


@contextmanager
def serving(*command: str, **environment: str) -> Iterator[None]:
    """Run a page of our own while inside."""
    given = {**os.environ, **environment}
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=given)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise TimeoutError(url)


def beside(study: Image.Image, ours: Image.Image) -> Image.Image:
    """Return both at the same height, the study left."""
    fitted = study.convert("RGB").resize((study.width * ours.height // study.height, ours.height))
    both = Image.new("RGB", (fitted.width + 24 + ours.width, ours.height), "white")
    both.paste(fitted, (0, 0))
    both.paste(ours, (fitted.width + 24, 0))
    return both


def keep(image: Image.Image, path: Path) -> None:
    """Write a picture with a palette: half a megabyte becomes a fifth of one."""
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path}\n")


def main(url: str, study: Path | None, only: list[str]) -> None:
    """Take all of them, or those named."""
    browser = start_chromium()
    drawn = next_free_port(19100)
    gallery = next_free_port(drawn + 1)
    pages = {"demo": url, "drawn": f"http://127.0.0.1:{drawn}", "gallery": url}
    pages["gallery"] = f"http://127.0.0.1:{gallery}"
    own = {"DAPING_DEVELOPMENT": "1", "DAPING_PORT": str(gallery)}
    try:
        with (
            serving("-m", "tests.e2e.drawn_wall", str(drawn), "degraded"),
            serving("app.py", **own),
        ):
            wait_for(f"{pages['drawn']}/readyz")
            wait_for(f"{pages['gallery']}/healthz")
            for name, picture in PICTURES.items():
                if only and name not in only:
                    continue
                address = f"{pages[picture.of].rstrip('/')}/{picture.query}"
                ours = take(
                    browser, address, picture, GALLERY if picture.of == "gallery" else DRAWN
                )
                keep(ours, FOLDER / f"{name}.png")
                if study is not None and (study / f"{name}.png").exists():
                    both = beside(Image.open(study / f"{name}.png"), ours)
                    keep(both, FOLDER / f"{name}-beside.png")
    finally:
        browser.quit()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("--beside", type=Path, dest="study")
    asked.add_argument("--only", action="append", default=[], choices=list(PICTURES))
    given = asked.parse_args()
    main(given.url, given.study, given.only)
