"""Make docs/pictures: python -m tests.e2e.pictures URL [--beside STUDY] [--only NAME]...

The walls and the analyst's screen are of a running demo at URL (`pipeline demo --seed 11`), the
degraded wall of a sample, the states of the gallery. A demo that has only begun is waited for:
nothing late or loading is taken, and nothing in motion. With a folder of the study each picture is
also laid beside it, `<name>-beside.png`, study left.
"""

import argparse
import base64
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from selenium import webdriver

from pipeline.local.ports import next_free_port
from tests.e2e.conftest import ROOT, start_chromium
from tests.e2e.drawn_site import drawn_site, settle

FOLDER = ROOT / "docs" / "pictures"
PATIENCE_S = 300.0
STANDS = """return (document.documentElement.dataset.ready ?? '') !== ''
    && document.querySelector('#flow-figure .main-svg .scatterlayer path') !== null"""
# All is live and compared; a figure without its change has a dash (`.none`).
LIVE = f"""{STANDS} && !document.documentElement.dataset.reading
    && !document.querySelector('.hero .none, .kpi .none')
    && !document.querySelector(':is(.tile, .kpi):not([data-state="live"])')"""
GALLERY = "return document.documentElement.dataset.drawn === 'yes'"
STILL = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
SETTLED_S = 1.0
COLOURS, FEW_COLOURS = 160, 64
# The states on a sheet: all six of a tile in a line, those of the wide ones in two.
SHEET = """
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = `.gallery { width: 384rem; gap: 2.4rem }
    .gallery > section { gap: 1.2rem }
    .of-categories, .of-brands, .of-regions, .of-pipeline {
      grid-template-columns: repeat(6, 60rem) }
    .of-buyers { grid-template-columns: repeat(6, 39.2rem) }
    .cells.wide { grid-template-columns: repeat(3, 122.4rem) }
    .cells.wide > figure { display: flex }
    .of-hero { grid-auto-rows: 20.2rem } .of-flow { grid-auto-rows: 46.8rem }
    .of-alerts { grid-auto-rows: 7rem }`;
  return document.querySelector('.gallery').offsetHeight;
"""


@dataclass(frozen=True)
class Picture:
    """One picture: of the demo, of a sample that is drawn, or of the whole gallery at half size."""

    query: str
    width: int = 1920
    height: int = 1080
    of: str = "demo"
    ready: str = LIVE


PAST = "?date=2026-06-18&versus=2025-11-11&cursor=1451&lang=en"
PICTURES = {
    "wall-en": Picture("?lang=en"),
    "wall-zh": Picture("?lang=zh"),
    "analyst": Picture(PAST, 1440, 900),
    "wall-32x9": Picture("?lang=en", 2880, 810),
    "degraded": Picture("?lang=en", of="drawn", ready=STANDS),
    "states": Picture("gallery?lang=en", 3840, 1080, "gallery", GALLERY),
}


def take(browser: webdriver.Chrome, url: str, picture: Picture) -> Image.Image:
    """Take one picture; raises TimeoutError when the page does not come to stand."""
    size: dict[str, Any] = {"width": picture.width, "height": picture.height, "mobile": False}
    size |= {"deviceScaleFactor": 1}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", STILL)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(url)
    deadline = time.monotonic() + PATIENCE_S
    while not browser.execute_script(picture.ready):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not stand within {PATIENCE_S:.0f} s: does it run?")
        time.sleep(0.2)
    asked: dict[str, Any] = {"format": "png"}
    if picture.of == "gallery":
        clip = {"x": 0, "y": 0, "width": picture.width, "scale": 0.5}
        clip["height"] = browser.execute_script(SHEET)
        asked |= {"clip": clip, "captureBeyondViewport": True}
    else:
        settle(browser)
    time.sleep(SETTLED_S)
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", asked)
    return Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")


@contextmanager
def gallery() -> Iterator[str]:
    """Serve the gallery; give its address."""
    port = next_free_port(19100)
    own = {**os.environ, "DAPING_DEVELOPMENT": "1", "DAPING_PORT": str(port)}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=own, stdout=quiet, stderr=quiet
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
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


def keep(image: Image.Image, path: Path, colours: int = COLOURS) -> None:
    """Write a picture with a palette: half a megabyte becomes a fifth of one."""
    image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path}\n")


def main(url: str, study: Path | None, only: list[str]) -> None:
    """Take all of them, or those named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    browser = start_chromium()
    browser.set_page_load_timeout(PATIENCE_S)
    try:
        with drawn_site("degraded") as drawn, gallery() as states:
            pages = {"demo": url, "drawn": drawn, "gallery": states}
            for name in only or PICTURES:
                picture = PICTURES[name]
                ours = take(browser, f"{pages[picture.of].rstrip('/')}/{picture.query}", picture)
                keep(ours, FOLDER / f"{name}.png")
                if study is not None and (study / f"{name}.png").exists():
                    both = beside(Image.open(study / f"{name}.png"), ours)
                    keep(both, FOLDER / f"{name}-beside.png", FEW_COLOURS)
    finally:
        browser.quit()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("--beside", type=Path, dest="study")
    asked.add_argument("--only", action="append", default=[], choices=list(PICTURES))
    given = asked.parse_args()
    main(given.url, given.study, given.only)
