"""What the benches of the wall share: recorded frames being served, and a browser that is measured.

The browser is driven as snapshots drive it, so that traces and memory can be asked for.
"""

import json
import os
import platform
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from pipeline.snapshot.chromium import Chromium, running_chromium
from tests.bench.recording import recorded
from tests.bench.serving import served

SIZE = (1920, 1080)
CATEGORIES = ("toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline")


@contextmanager
def playing(
    rate: float, stretch: tuple[int, int] | None = None, echarts: str = ""
) -> Iterator[str]:
    """Serve the recording under a real gunicorn at so many frames a second; gives the address."""
    environment = {"PLAY_FRAMES": str(recorded()), "PLAY_RATE": str(rate), "PLAY_ECHARTS": echarts}
    if stretch:
        environment["PLAY_STRETCH"] = f"{stretch[0]},{stretch[1]}"
    with served("tests.bench.playing:server", "/readyz", environment) as port:
        yield f"http://127.0.0.1:{port}/"


@dataclass
class WatchedPage:
    """A page, what it said in its console, and the trace that runs."""

    chromium: Chromium | None = None
    said: list[str] = field(default_factory=list)
    trace: list[Mapping[str, Any]] = field(default_factory=list)
    traced: threading.Event = field(default_factory=threading.Event)

    def hear(self, method: str, params: Mapping[str, Any]) -> None:
        """Take an event of the browser."""
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            thrown = details.get("exception", {}).get("description", details["text"])
            self.said.append(f"exception: {thrown}")
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            words = [str(a.get("value", a.get("description", ""))) for a in params["args"]]
            self.said.append(f"console.{params['type']}: {' '.join(words)[:300]}")
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.said.append(f"log: {params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Tracing.dataCollected":
            self.trace += params["value"]
        elif method == "Tracing.tracingComplete":
            self.traced.set()

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        assert self.chromium is not None
        return self.chromium.call(method, 120.0, **params)

    def evaluate(self, expression: str) -> Any:
        assert self.chromium is not None
        return self.chromium.evaluate(expression, 120.0)

    def open(self, url: str) -> None:
        self.do("Page.navigate", url=url)

    def wait(self, expression: str, limit_s: float = 90.0) -> None:
        """Wait until an expression is true; ends the bench when it does not become so."""
        until = time.monotonic() + limit_s
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > until:
                raise SystemExit(f"not so within {limit_s:g} s: {expression}; {self.said}")
            time.sleep(0.2)

    def traced_for(self, seconds: float) -> list[Mapping[str, Any]]:
        """Return the trace's events of so many seconds."""
        self.trace.clear()
        self.traced.clear()
        self.do("Tracing.start", categories=",".join((*CATEGORIES, "blink.user_timing")))
        time.sleep(seconds)
        self.do("Tracing.end")
        if not self.traced.wait(120):
            raise SystemExit("no trace came")
        return list(self.trace)

    def memory(self) -> dict[str, int]:
        """Return what the page holds after a garbage collection."""
        self.do("HeapProfiler.collectGarbage")
        self.do("HeapProfiler.collectGarbage")
        counted = self.do("Performance.getMetrics")["metrics"]
        found = {one["name"]: int(one["value"]) for one in counted}
        heap = int(self.do("Runtime.getHeapUsage")["usedSize"])
        dom = int(self.evaluate("document.getElementsByTagName('*').length"))
        names = {"nodes": "Nodes", "listeners": "JSEventListeners"}
        return {"heap": heap, "elements": dom, **{k: found[v] for k, v in names.items()}}


@contextmanager
def watched_page() -> Iterator[WatchedPage]:
    """Run a browser of the wall's size whose console is kept."""
    page = WatchedPage()
    with running_chromium(SIZE, page.hear) as chromium:
        page.chromium = chromium
        for domain in ("Page", "Runtime", "Log", "Performance"):
            page.do(f"{domain}.enable")
        yield page


def machine() -> dict[str, Any]:
    """Return what a figure of this machine must be read with."""
    cores = psutil.cpu_count() or 1
    load = round(os.getloadavg()[0], 1)
    memory = round(psutil.virtual_memory().total / 1024**3, 1)
    return {"cores": cores, "load": load, "memory_gib": memory, "system": platform.platform()}


def report(name: str, document: Mapping[str, Any]) -> None:
    """Print where the whole document was written: DAPING_HOME/bench/<name>.json."""
    folder = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document, indent=2))
    say(str(path))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
