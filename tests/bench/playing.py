"""The screen, fed with recorded frames: `gunicorn tests.bench.playing:server`.

Poller, views, routes and guards are the real ones; only what the poller asks is a recording, and a
thread of its own turns the poller, as often as PLAY_RATE says. PLAY_FRAMES is the recording,
PLAY_STRETCH `first,end` one of its stretches (all of them without). Beside the screen it serves a
page of ECharts with the same data, from the folder PLAY_ECHARTS.
"""

import os
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory

from app import views
from app.ids import Choice
from app.poller import Poller
from app.presenter import present
from app.published import encode
from app.screen import load_screen
from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from tests.bench.recording import load, stretch, unpacked

STEP_MS = 60_000  # of the source's clock, from one frame to the next
PAGE = Path(__file__).with_name("echarts")
BESIDE = "/assets/bench"  # the guards let nothing else through


class Player:
    """The poller's work: the next frame of a recording every time, over and over."""

    def __init__(self, frames: list[bytes], rate: float) -> None:
        self._frames = frames
        self._rate = rate
        self._place = -1
        self._anchor = (0, 0)
        self.latest: dict[str, Any] | None = None

    def refresh(self, real_now: int) -> bool:
        return True

    def frame(self, real_now: int) -> dict[str, Any]:
        """Return the next frame as if it were of now: the source's clock and ages are moved."""
        self._place += 1
        frame = unpacked(self._frames[self._place % len(self._frames)])
        source = frame["source"]
        recorded, now = source["anchor_real_ms"], source["anchor_ms"]
        if self._place % len(self._frames) == 0 or now - self._anchor[1] > 10 * STEP_MS:
            self._anchor = (real_now, now)
        speed = STEP_MS / 1000 * self._rate
        source |= {"heartbeat_real_ms": real_now, "speed": speed}
        source["anchor_real_ms"], source["anchor_ms"] = self._anchor
        for stage in frame["stages"]:
            if stage["heard_at"] is not None:
                stage["heard_at"] += real_now - recorded
        self.latest = frame
        return frame


def turning(poller: Poller, rate: float) -> None:
    """Turn the poller so often a second; what is late is not caught up."""
    due = time.monotonic()
    while True:
        poller.turn()
        due = max(due + 1 / rate, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


@cache
def make() -> Flask:
    """Wire the screen, put the recording in the place of the wall, and start to play."""
    frames = load(Path(os.environ["PLAY_FRAMES"]))
    wanted = os.environ.get("PLAY_STRETCH")
    if wanted:
        first, end = map(int, wanted.split(","))
        frames = stretch(frames, (first, end))
    rate = float(os.environ.get("PLAY_RATE", "1"))
    # Played so fast, all a viewer chose in half a minute would be drawn with every frame.
    views.LOOKED_AT_MS = int(views.LOOKED_AT_MS / max(1.0, rate))
    app = create_app(ScreenSettings(), clock=SystemClock(), history=lambda: None)
    poller: Poller = app.server.extensions[EXTENSION]
    player = Player(frames, rate)
    poller._work = player
    poller.ensure_started = lambda: None  # type: ignore[method-assign]
    threading.Thread(target=turning, args=(poller, rate), daemon=True).start()
    server: Flask = app.server
    serve_echarts(server, player)
    return server


def serve_echarts(server: Flask, player: Player) -> None:
    """Add the page of ECharts, its library, and the data of the latest frame."""
    screen = load_screen(load_catalogue())
    drawn: dict[int, bytes] = {}

    def data() -> Response:
        frame = player.latest
        if frame is None:
            return Response(status=503)
        key = id(frame)
        if key not in drawn:
            choice = Choice(request.args.get("window", "28H"), "en", "dark")
            drawn.clear()
            drawn[key] = encode(plain(present(screen, frame, choice)))
        return Response(drawn[key], mimetype="application/json")

    def page(name: str) -> Response:
        library = os.environ.get("PLAY_ECHARTS", "")
        folder = library if name == "echarts.min.js" else str(PAGE)
        return send_from_directory(folder, name)

    server.add_url_rule(f"{BESIDE}/data.json", "bench-data", data)
    server.add_url_rule(f"{BESIDE}/<name>", "bench-page", page)


def plain(view: Any) -> dict[str, Any]:
    """Return a view as plain data: texts with their classes by place, lines by figure."""
    parts = {
        name: texts(props["children"])
        for name, props in view.items()
        if "children" in props and not name.startswith(("calendar", "comparing", "keys"))
    }
    figures = {
        name: {
            "traces": [
                {k: trace[k] for k in ("x", "y", "mode", "yaxis", "line", "fill", "fillcolor",
                                       "marker", "type") if k in trace}
                for trace in props["figure"]["data"]
            ],
            "axes": {k: v for k, v in props["figure"]["layout"].items() if "axis" in k},
        }
        for name, props in view.items()
        if "figure" in props
    }  # fmt: skip
    return {"parts": {name: found for name, found in parts.items() if found}, "figures": figures}


def texts(node: Any, name: str = "") -> list[tuple[str, str]]:
    """Return every text of a tree of components with the class around it."""
    if node is None or isinstance(node, bool):
        return []
    if isinstance(node, str | int | float):
        return [(name, str(node))]
    if isinstance(node, list | tuple):
        return [found for one in node for found in texts(one, name)]
    return texts(getattr(node, "children", None), str(getattr(node, "className", "") or name))


def __getattr__(name: str) -> Flask:
    if name == "server":
        return make()
    raise AttributeError(name)
