"""Serve the drawing alone, from sample frames: python -m tests.e2e.drawn_wall PORT.

The page is the real one; /view.json answers from `present`. `?sample=` picks a frame.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Response, request

from app import callbacks
from app.ids import Choice
from app.layout import layout
from app.presenter import present
from app.published import digest, encode
from app.screen import load_screen
from tests.unit.app import sample_alerts, sample_comparisons, sample_frames
from tests.unit.app.sample_catalogue import catalogue

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def degraded() -> dict[str, Any]:
    """Return a frame five minutes late, with two stages in trouble."""
    frame = sample_frames.frame(sample_frames.state("stale", "catching_up"))
    frame["source"]["heartbeat_real_ms"] += 300_000 / 60 * 5
    frame["stages"][1] = sample_frames.stage("kafka", 800, "stale", lag=1_920_000, reason="lag")
    frame["stages"][2] = sample_frames.stage("flink", 0, "error", reason="not_running")
    frame["accounting"]["agree"] = False
    for window in frame["windows"].values():
        tiles = window["tiles"]
        gap = sample_frames.state("degraded", "rollup_gap", gap=120_000_000)
        tiles["regions"]["state"] = gap
        tiles["buyers"]["state"] = sample_frames.state("error", "redis_unreachable")
    return frame


def without_history() -> dict[str, Any]:
    """Return a frame whose year before is away and whose month before was never kept."""
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        window["comparisons"] = {
            "yoy": sample_comparisons.without("yoy", "unreachable", "history_unreachable"),
            "mom": sample_comparisons.without("mom", "missing", "no_history", date="2026-06-18"),
        }
    return frame


@cache
def samples() -> dict[str, dict[str, Any]]:
    opens = sample_frames.OPENING
    return {
        "live": sample_frames.frame(),
        "degraded": degraded(),
        "alerts": sample_alerts.frame(
            sample_alerts.LOW,
            sample_alerts.SALES,
            sample_alerts.REFUNDS.acknowledged(sample_frames.as_of(), "operator"),
        ),
        "look": sample_alerts.frame(sample_alerts.LOW),
        "no_history": without_history(),
        "empty": sample_frames.frame(sample_frames.state("empty", "not_open", opens=opens)),
        "loading": sample_frames.frame(sample_frames.state("loading", "no_generation")),
        "error": sample_frames.frame(sample_frames.state("error", "redis_unreachable")),
    }


def picked() -> dict[str, Any]:
    return samples()[PICKED[0]]


def app(frame_of: Callable[[], dict[str, Any]] = picked) -> Dash:
    """Return the page; `frame_of` gives the frame each view is drawn from."""
    screen = load_screen(catalogue())
    dash = Dash("drawn_wall", assets_folder=str(ASSETS), update_title="")
    dash.layout = layout(screen, Choice("28H", "en", "dark"))
    callbacks.register(dash)

    def view() -> Response:
        asked = request.args
        choice = Choice(
            asked.get("window", "28H"),
            asked.get("lang", "en"),
            asked.get("theme", "dark"),
            asked.get("baseline", "yoy"),
        )
        frame = frame_of()
        source = frame["source"]
        clock = {
            **source,
            "anchor_real_ms": source["anchor_real_ms"],
            "speed": 0,
            "zone": frame["zone"],
        }
        etag = digest(encode([frame.get("alerts"), asdict(choice)]))
        said: dict[str, Any] = {"etag": etag, "build": "b", "as_of": frame["as_of"], "clock": clock}
        said |= {"choice": asdict(choice)}
        known = asked.get("since") == etag
        said["props"] = {} if known else present(screen, frame, choice)
        return Response(encode(said), mimetype="application/json")

    dash.server.add_url_rule("/view.json", view_func=view)
    return dash


PICKED = [sys.argv[2] if len(sys.argv) > 2 else "live"]

if __name__ == "__main__":
    app().run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
