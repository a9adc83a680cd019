"""Make docs/pictures from a running wall: python -m tests.e2e.pictures URL [FOLDER].

Each is taken once the numbers and the chart of the wall are there.
"""

import sys
import time
from pathlib import Path

from selenium import webdriver

from tests.e2e.conftest import start_chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PICTURES = {"wall-en.png": "?lang=en", "wall-zh.png": "?lang=zh"}
SIZE = (1920, 1080)
PATIENCE_S = 60.0
SETTLED_S = 2.0  # a digit rolls half a second, a row slides 0.7 s
DRAWN = """return document.getElementById('hero')?.dataset.state === 'live'
    && document.querySelector('#flow-figure .main-svg .scatterlayer path') !== null"""


def take(browser: webdriver.Chrome, url: str, path: Path) -> None:
    """Take one picture; raises TimeoutError when the wall does not become live."""
    browser.get(url)
    deadline = time.monotonic() + PATIENCE_S
    while not browser.execute_script(DRAWN):
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"{url} was not live within {PATIENCE_S:.0f} s: is the demo running?"
            )
        time.sleep(0.2)
    time.sleep(SETTLED_S)
    path.write_bytes(browser.get_screenshot_as_png())


def main(url: str, folder: Path = FOLDER) -> None:
    """Take all of them."""
    browser = start_chromium()
    width, height = SIZE
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    try:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for name, query in PICTURES.items():
            take(browser, f"{url.rstrip('/')}/{query}", folder / name)
            sys.stdout.write(f"{folder / name}\n")
    finally:
        browser.quit()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m tests.e2e.pictures URL [FOLDER]")
    main(sys.argv[1], *map(Path, sys.argv[2:]))
