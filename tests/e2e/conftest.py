"""A real Chromium on a real gunicorn on a real Redis, all of this test session's own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from tests.e2e.orders import Line, fill, make_cells, make_lines, tell_states
from tests.integration.conftest import real_parts, redis_url

__all__ = ["real_parts", "redis_url"]  # fixtures

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 11)
MINUTES = 360
BURST = 300
PATIENCE_S = 30.0
START_S = 120.0  # of a program, with all it loads
CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1920,1080",
)


@dataclass
class Site:
    """A running screen and what it was fed."""

    url: str
    store: RedisSnapshots
    catalogue: Catalogue
    time: TradingTime
    process: subprocess.Popen[bytes]
    lines: list[Line] = field(default_factory=list)
    now_ms: int = 0

    def feed(self, lines: list[Line], now_ms: int) -> None:
        """Let more lines have been counted, at an instant of the source's paused clock."""
        self.lines += lines
        self.now_ms = now_ms
        fill(self.store, make_cells(self.catalogue, self.time, self.lines))
        tell_states(self.store, self.lines, SystemClock().now_ms(), now_ms)

    def renew(self) -> None:
        """Let every part be heard of again, and the clock stand where the data ends."""
        tell_states(self.store, self.lines, SystemClock().now_ms(), self.now_ms)

    def frame(self) -> Any:
        return httpx.get(f"{self.url}/frame.json", timeout=PATIENCE_S).raise_for_status().json()

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)


@pytest.fixture(scope="session")
def site(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The screen at 02:00 on the promotion's day, six hours after the opening."""
    catalogue = load_catalogue()
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, load_promotions())
    home = tmp_path_factory.mktemp("screen")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DAPING_HOME": str(home), "DAPING_REDIS_URL": redis_url}
    environment |= {"DAPING_PORT": str(port), "DAPING_HOST": "127.0.0.1"}
    log = (home / "screen.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    store = RedisSnapshots(redis_url, catalogue, timeout_s=PATIENCE_S)
    site = Site(f"http://127.0.0.1:{port}", store, catalogue, trading, process)
    try:
        start = trading.bounds("28H", DAY).start * MINUTE_MS
        site.feed(evening(catalogue, start, MINUTES), start + MINUTES * MINUTE_MS)
        wait_until(lambda: ready(site.url), START_S)
        yield site
    finally:
        site.signal(signal.SIGCONT)
        site.signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            site.signal(signal.SIGKILL)
            process.wait(10)
        log.close()


def evening(catalogue: Catalogue, start_ms: int, minutes: int) -> list[Line]:
    """Return an opening burst of one minute and steady orders after; a longer one only adds."""
    return make_lines(catalogue, start_ms, 1, BURST) + make_lines(catalogue, start_ms, minutes, 12)


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until(true: Any, seconds: float = PATIENCE_S) -> None:
    """Wait until a condition holds; fail when it does not in time.

    Only a failure takes as long: a machine that tests may stand still for seconds.
    """
    patience = max(seconds, PATIENCE_S)
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {patience:g} s")
        time.sleep(0.1)


VISIT = """history.pushState(null, "", arguments[0]); dash_clientside.daping.closeAll();
    dash_clientside.daping.clearCursor(true); dash_clientside.daping.refreshNow()"""


def visit(browser: webdriver.Chrome, url: str, query: str) -> None:
    """Go to an address of a screen; one that is open already is not loaded anew."""
    here = browser.current_url.partition("?")[0].rstrip("/")
    loaded = "return Boolean(window.dash_clientside && window.dash_clientside.daping)"
    if here == url and browser.execute_script(loaded):
        browser.execute_script(VISIT, query)
    else:
        browser.get(f"{url}/{query}")


def chromium(name: str) -> str:
    """Return where `chromium` or `chromedriver` is."""
    found = shutil.which(name)
    if not found:
        pytest.fail("chromium and chromedriver are needed: python -m pipeline doctor")
    return found


def start_chromium(*more: str) -> webdriver.Chrome:
    """Return a headless Chromium of the wall's size; who starts it quits it."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in (*CHROMIUM, *more):
        options.add_argument(argument)
    chrome = webdriver.Chrome(options=options, service=Service(chromium("chromedriver")))
    chrome.set_page_load_timeout(START_S)
    return chrome


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    """One Chromium for the session."""
    chrome = start_chromium()
    yield chrome
    chrome.quit()


@pytest.fixture(scope="session")
def screen_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a screen with a wall, a history and the gallery."""
    from tests.e2e.past_screen import past_screen  # it is built on this module

    with past_screen(tmp_path_factory.mktemp("whole-screen")) as address:
        yield address
