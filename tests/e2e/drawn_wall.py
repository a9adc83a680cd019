"""Serve the drawing alone, of sample frames: python -m tests.e2e.drawn_wall PORT [SAMPLE [BUILD]]

The page is the real one; /view.json answers from `present`. SAMPLE or `/pick/<sample>` picks one,
BUILD is what the server says it is made of.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict, replace
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
from pipeline.catalogue.label import Label
from pipeline.catalogue.model import Catalogue, Member
from tests.unit.app import sample_alerts, sample_comparisons, sample_frames, sample_past
from tests.unit.app.sample_catalogue import catalogue

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def degraded() -> dict[str, Any]:
    """Return a frame some minutes late, with two stages in trouble and what they raise."""
    late = sample_alerts.alert("data_stale", None, 0, limit=120, minutes=1)
    raised = sample_alerts.frame(late, sample_alerts.LOW)
    frame = {**raised, **sample_frames.frame(sample_frames.state("stale", "catching_up"))}
    frame["source"]["anchor_ms"] += LATE_MS
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


LATE_MS = 272_000
SCALE = 41  # makes the sum of the sample day one of twelve digits
AMOUNTS = frozenset(
    ("value", "values", "total", "running", "own", "expected", "difference", "sum", "whole")
) | {"paid_amount", "orders"}
UNSCALED = frozenset(("refund_rate", "stages", "accounting", "lead"))


def scaled(value: Any, name: str = "", times: int = SCALE) -> Any:
    """Return a document whose amounts are `times` as large."""
    if isinstance(value, dict):
        return {k: v if k in UNSCALED else scaled(v, k, times) for k, v in value.items()}
    if isinstance(value, list):
        return [scaled(v, name, times) for v in value]
    grown = name in AMOUNTS and isinstance(value, int) and not isinstance(value, bool)
    return value * times if grown else value


def long_names(known: Catalogue) -> Catalogue:
    """Return a catalogue whose members have names no tile was made for."""

    def longer(member: Member) -> Member:
        label = Label(
            member.label.zh + "与其他各类商品专区", f"{member.label.en} and all that goes with it"
        )
        return replace(member, label=label)

    dimensions = {
        name: replace(d, members={k: longer(m) for k, m in d.members.items()})
        for name, d in known.dimensions.items()
    }
    return replace(known, dimensions=dimensions)


def long_promotion() -> dict[str, Any]:
    frame = sample_frames.frame()
    name = {"zh": "二十周年庆暨全球购物狂欢节", "en": "Twentieth anniversary shopping festival"}
    frame["promotion"]["name"] = name
    for window in frame["windows"].values():
        for said in window["comparisons"].values():
            said["name"] = {lang: f"{text} {said['date'][:4]}" for lang, text in name.items()}
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
        "big": scaled(sample_frames.frame()),
        "long": long_promotion(),
        "history": sample_past.frame(),
        "loading": sample_frames.frame(sample_frames.state("loading", "no_generation")),
        "error": sample_frames.frame(sample_frames.state("error", "redis_unreachable")),
    }


def picked() -> dict[str, Any]:
    return samples()[PICKED[0]]


def app(frame_of: Callable[[], dict[str, Any]] = picked) -> Dash:
    """Return the page; `frame_of` gives the frame each view is drawn from."""
    screen = load_screen(catalogue())
    screens = {"long": load_screen(long_names(catalogue()))}
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
        etag = digest(encode([PICKED[0], frame.get("alerts"), asdict(choice)]))
        said: dict[str, Any] = {"etag": etag, "build": BUILD, "as_of": frame["as_of"]}
        said |= {"clock": clock, "choice": asdict(choice)}
        known = asked.get("since") == etag
        said["props"] = {} if known else present(screens.get(PICKED[0], screen), frame, choice)
        return Response(encode(said), mimetype="application/json")

    def pick(name: str) -> Response:
        PICKED[0] = name
        return Response(name, 200 if name in samples() else 404)

    dash.server.add_url_rule("/view.json", view_func=view)
    dash.server.add_url_rule("/pick/<name>", view_func=pick)
    dash.server.add_url_rule("/readyz", view_func=lambda: Response("ready\n"))
    return dash


PICKED = [sys.argv[2] if len(sys.argv) > 2 else "live"]
BUILD = sys.argv[3] if len(sys.argv) > 3 else "b"

if __name__ == "__main__":
    app().run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
