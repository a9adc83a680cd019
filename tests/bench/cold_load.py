"""What a cold load of the wall costs, beside a default Dash page of one figure.

Run it with `python -m tests.bench.cold_load`. Both pages are served by the same server on this
machine to a new Chromium each; bytes are those that came over the wire until the numbers (of the
default page: the figure) stand and everything asked for has come. Prints bytes by kind, fonts
apart, seconds, and the ratio.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from dash import Dash, dcc
from flask import Flask
from plotly import graph_objects
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from werkzeug.serving import make_server

from app.server import create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.zone import MINUTE_MS
from tests.e2e.conftest import CHROMIUM, chromium
from tests.e2e.orders import fill, make_cells, make_lines, tell_states
from tests.e2e.past_site import TODAY, trading_time

MINUTES = 600
A_MINUTE = 4
PATIENCE_S = 60.0
QUIET_S = 1.5
WALL_DRAWN = """return document.querySelector('#hero [data-value]') !== null
    && document.querySelector('#flow-figure .main-svg .scatterlayer path') !== null"""
NUMBERS = "return document.querySelector('#hero [data-value]') !== null"
FIGURE = "return document.querySelector('.js-plotly-plot .main-svg .scatterlayer path') !== null"


@dataclass(frozen=True)
class Load:
    """What one load cost: bytes by kind, seconds until its numbers and until all of it stood."""

    bytes: Counter[str]
    files: Counter[str]
    numbers_s: float
    drawn_s: float

    @property
    def without_fonts(self) -> int:
        return self.bytes.total() - self.bytes["font"]


def wall() -> Flask:
    """Return the screen on a store in memory: ten hours of the promotion's day."""
    catalogue = load_catalogue()
    trading = trading_time(catalogue)
    store = MemorySnapshots(catalogue)
    start = trading.bounds("28H", TODAY).start * MINUTE_MS
    lines = make_lines(catalogue, start, MINUTES, A_MINUTE)
    fill(store, make_cells(catalogue, trading, lines))
    tell_states(store, lines, SystemClock().now_ms(), start + MINUTES * MINUTE_MS)
    server: Flask = create_app(ScreenSettings(), snapshots=store).server
    return server


def default_page(folder: str) -> Flask:
    """Return the page of Dash's own first example: one dcc.Graph, every setting its default.

    `folder` is where its app.py would stand: without assets, and not beside ours.
    """
    app = Dash("default_page", assets_folder=folder)
    line = graph_objects.Scatter(x=list(range(600)), y=[i % 60 for i in range(600)])
    app.layout = dcc.Graph(figure=graph_objects.Figure(line))
    server: Flask = app.server
    return server


@contextmanager
def served(server: Flask) -> Iterator[str]:
    running = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/"
    finally:
        running.shutdown()
        thread.join(5)


def browser() -> webdriver.Chrome:
    """Return a new Chromium with an empty cache that keeps a log of its network."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium("chromium")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    for argument in CHROMIUM:
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=Service(chromium("chromedriver")))


def load(url: str, numbers: str, drawn: str) -> Load:
    chrome = browser()
    try:
        chrome.execute_cdp_cmd("Network.enable", {})
        begun = time.monotonic()
        chrome.get(url)
        numbers_s, drawn_s = (until(chrome, script, begun) for script in (numbers, drawn))
        time.sleep(QUIET_S)
        return counted(chrome.get_log("performance"), numbers_s, drawn_s)
    finally:
        chrome.quit()


def until(chrome: webdriver.Chrome, script: str, begun: float) -> float:
    while not chrome.execute_script(script):
        if time.monotonic() - begun > PATIENCE_S:
            raise TimeoutError(f"not so within {PATIENCE_S:.0f} s: {script}")
        time.sleep(0.02)
    return time.monotonic() - begun


def counted(log: list[Any], numbers_s: float, drawn_s: float) -> Load:
    """Sum the log's answers by kind; the ticks after the first view are not of the load."""
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for entry in log:
        message = json.loads(entry["message"])["message"]
        said = message["params"]
        if message["method"] == "Network.requestWillBeSent":
            url, kind = said["request"]["url"], said.get("type", "Other").lower()
            tick = "since=" in url
            kinds[said["requestId"]] = "" if tick or url.startswith("data:") else kind
        elif message["method"] == "Network.loadingFinished" and kinds.get(said["requestId"]):
            kind = kinds[said["requestId"]]
            sizes[kind] += int(said["encodedDataLength"])
            files[kind] += 1
    return Load(sizes, files, numbers_s, drawn_s)


def told(name: str, cost: Load) -> str:
    kinds = ", ".join(f"{kind} {cost.bytes[kind]:,} ({cost.files[kind]})" for kind in cost.bytes)
    return (
        f"{name:>22}: {cost.without_fonts:,} bytes and {cost.bytes['font']:,} of fonts; numbers "
        f"after {cost.numbers_s:.1f} s, drawn after {cost.drawn_s:.1f} s\n{'':>24}{kinds}\n"
    )


def main() -> None:
    with TemporaryDirectory() as folder, served(default_page(folder)) as url:
        plain = load(url, FIGURE, FIGURE)
    sys.stdout.write(told("default Dash page", plain))
    with served(wall()) as url:
        for lang in ("en", "zh"):
            cost = load(f"{url}?lang={lang}", NUMBERS, WALL_DRAWN)
            share = cost.without_fonts / plain.without_fonts
            with_fonts = cost.bytes.total() / plain.bytes.total()
            sys.stdout.write(told(f"the wall, {lang}", cost))
            sys.stdout.write(f"{'':>24}{share:.1%} of the default's; with fonts {with_fonts:.1%}\n")


if __name__ == "__main__":
    main()
