"""The drawing alone behind a Chromium: what the layout tests look at."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from selenium import webdriver

ROOT = Path(__file__).resolve().parents[2]
LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
PATIENCE_S = 60.0
SETTLED = """const done = arguments[0];
    const still = () => document.fonts.status === 'loaded'
      && !document.querySelector('.dash-graph--pending')
      && [...document.querySelectorAll('.graph')].every(g => {
        const plot = g.querySelector('.js-plotly-plot'), box = g.parentElement;
        if (!plot || !plot.layout) return false;
        if (!box.clientWidth || !box.clientHeight) return true;  // layout.js says so
        return plot.layout.width === box.clientWidth && plot.layout.height === box.clientHeight;
      });
    const wait = (calm) => calm > 4 ? done(true)
      : setTimeout(() => wait(still() ? calm + 1 : 0), 100);
    wait(0);"""
DRAWN = """const hero = document.getElementById('hero');
    return Boolean(hero && hero.dataset.state !== 'loading'
      && document.documentElement.lang === arguments[0])"""


@dataclass(frozen=True)
class Size:
    """A screen: its pixels, and the zoom of the browser's window on it in percent."""

    width: int
    height: int
    zoom: int = 100

    def __str__(self) -> str:
        zoom = "" if self.zoom == 100 else f"@{self.zoom}%"
        return f"{self.width}x{self.height}{zoom}"


@contextmanager
def drawn_site(sample: str = "live") -> Iterator[str]:
    """Serve a sample of tests.e2e.drawn_wall; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.e2e.drawn_wall", str(port), sample]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not answers(url):
            if time.monotonic() > deadline or process.poll() is not None:
                raise TimeoutError("the drawn wall did not start")
            time.sleep(0.2)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/_dash-layout", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


def resize(browser: webdriver.Chrome, size: Size) -> None:
    """Give the page a screen; a zoomed window has fewer CSS px, each of more of the screen's."""
    zoom = size.zoom / 100
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": round(size.width / zoom),
            "height": round(size.height / zoom),
            "deviceScaleFactor": zoom,
            "mobile": size.width < 700,
        },
    )


def opened(browser: webdriver.Chrome, url: str, query: str) -> None:
    """Open a drawn page and wait until everything on it stands."""
    browser.set_page_load_timeout(2 * PATIENCE_S)
    browser.get(f"{url}/?{query}")
    lang = "zh" if "lang=zh" in query else "en"
    deadline = time.monotonic() + PATIENCE_S
    while not browser.execute_script(DRAWN, lang):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{query} was not drawn within {PATIENCE_S:.0f} s")
        time.sleep(0.1)
    settle(browser)


def settle(browser: webdriver.Chrome) -> None:
    browser.set_script_timeout(PATIENCE_S)
    browser.execute_async_script(SETTLED)


def problems(browser: webdriver.Chrome, least: float, wall: bool = True) -> list[str]:
    """Return what is wrong with the page as it stands; `least` is the smallest size in CSS px."""
    found: Any = browser.execute_script(LAYOUT, least, wall)
    assert found["texts"] > 20, json.dumps(found)
    made: list[str] = found["problems"]
    return made
