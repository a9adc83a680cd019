"""Figures fill their places: at every size, after a switch, and in the very frame of a resize."""

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.e2e.conftest import CHROMIUM, Site, chromium, wait_until
from tests.e2e.test_page import opened

pytestmark = [pytest.mark.browser, pytest.mark.services]

FIGURES = ("flow-figure", "brands-figure", "gender-figure")
GAPS = """return arguments[0].map(id => {
    const element = document.getElementById(id);
    const place = element.parentElement.getBoundingClientRect();
    const drawn = element.querySelector('.main-svg');
    if (!drawn) return 999;
    const box = drawn.getBoundingClientRect();
    return Math.max(...['left', 'top', 'right', 'bottom'].map(s => Math.abs(box[s] - place[s])));
  })"""
IN_THE_NEXT_FRAME = f"""const done = arguments[1], ids = arguments[0];
    const gaps = function () {{ {GAPS} }};
    requestAnimationFrame(() => setTimeout(() => done(gaps(ids)), 0))"""
# Where the axis of the main chart ends: the last column with a line between two heights.
AXIS_END = """const done = arguments[1], image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const line = (x, y) => {
        const [r, g, b] = pen.getImageData(x, y, 1, 1).data;
        return r + g + b > 110;  // the ground is 44
      };
      let end = 0;
      for (let y = 560; y < 700; y++)
        for (let x = 600, run = 0; x < 1050; x++) {
          run = line(x, y) ? run + 1 : 0;
          if (run > 200) end = Math.max(end, x);
        }
      done(end);
    };
    image.src = 'data:image/png;base64,' + arguments[0];"""


def resize(browser: webdriver.Chrome, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def gaps(browser: webdriver.Chrome) -> list[float]:
    found: list[float] = browser.execute_script(GAPS, FIGURES)
    return found


@pytest.fixture(autouse=True)
def size_of_the_wall(browser: webdriver.Chrome) -> Iterator[None]:
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def fit(browser: webdriver.Chrome) -> bool:
    return max(gaps(browser)) < 1


@pytest.mark.parametrize(
    "size", [(1920, 1080), (1440, 900), (3840, 2160), (2880, 810), (390, 844)], ids=str
)
def test_figures_fill_their_places(
    browser: webdriver.Chrome, site: Site, size: tuple[int, int]
) -> None:
    resize(browser, *size)
    opened(browser, site, "?lang=en")
    wait_until(lambda: fit(browser), 5)


def test_figures_still_do_after_a_switch_and_after_a_resize(
    browser: webdriver.Chrome, site: Site
) -> None:
    resize(browser, 1920, 1080)
    opened(browser, site, "?lang=en")
    wait_until(lambda: fit(browser), 5)
    browser.find_element("css selector", "[data-choice-window='4H']").click()
    for size in ((1280, 720), (2560, 1440), (1440, 900)):
        resize(browser, *size)
        assert browser.execute_script("return innerWidth") == size[0]
        browser.set_script_timeout(30)
        found = browser.execute_async_script(IN_THE_NEXT_FRAME, FIGURES)
        assert max(found) < 1, size  # long before anything is drawn anew
    wait_until(lambda: fit(browser), 5)
    drawn = "return document.querySelector('#flow-figure .js-plotly-plot').style.transform"
    wait_until(lambda: browser.execute_script(drawn) == "", 5)


def test_a_picture_taken_from_the_command_line_has_the_chart_in_its_place(
    browser: webdriver.Chrome, site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "wall.png"
    more = ("--hide-scrollbars", "--virtual-time-budget=8000", f"--screenshot={path}")
    command = [chromium("chromium"), *CHROMIUM, *more, f"{site.url}/?lang=en"]
    subprocess.run(command, timeout=60, check=True, capture_output=True)
    browser.get("about:blank")
    browser.set_script_timeout(20)
    end = browser.execute_async_script(AXIS_END, b64encode(path.read_bytes()).decode())
    assert abs(end - (36 + 1016 - 62)) <= 2
