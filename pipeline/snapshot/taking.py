"""Taking the picture: only of a page that stands, and only with the frame it was drawn from.

The page says on <html> when it stands: `data-ready` is the etag of its view, `data-frame` that of
the frame the view was drawn from. While the picture is taken the page asks for nothing; a page that
changed all the same is taken again.
"""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.errors import Mismatch, ServiceUnavailable
from pipeline.snapshot.chromium import Refusal

LOOK_S = 0.05
NAVIGATE_S = 15.0

STANDS = """(() => { const said = (document.documentElement || {}).dataset || {};
  const daping = (window.dash_clientside || {}).daping || {};
  return { view: said.ready || "", frame: said.frame || "", silent: said.server === "silent",
    missing: daping.missing ? daping.missing() : ["the page's script"] }; })()"""
FRAME = """(async () => { const answer = await fetch("frame.json?" +
    window.dash_clientside.daping.query(), { cache: "no-store" });
  return { status: answer.status, etag: answer.headers.get("ETag") || "",
    body: await answer.text() }; })()"""
PACE = "window.dash_clientside.daping.pace(%d)"  # ms between two questions; 0: none
NUMBERS = """[...document.querySelectorAll("[data-value]")]
  .filter((e) => e.checkVisibility() && e.dataset.kind !== "age")
  .map((e) => ({ place: e.closest("[id]").id, value: Number(e.dataset.value) }))"""


class Browser(Protocol):
    """What is asked of `Chromium`; both raise Refusal."""

    def call(self, method: str, timeout_s: float = ..., **params: Any) -> dict[str, Any]: ...

    def evaluate(self, expression: str, timeout_s: float = ...) -> Any: ...


@dataclass(frozen=True)
class Snapshot:
    """A picture (PNG), the frame's bytes as served, both etags, how many numbers were compared."""

    png: bytes
    frame: bytes
    frame_etag: str
    view_etag: str
    numbers: int


def take(chromium: Browser, url: str, timeout_s: float) -> Snapshot:
    """Open the screen and take its picture; raises ServiceUnavailable, or Mismatch.

    A Mismatch is a number on the page that is not in the frame.
    """
    until = time.monotonic() + timeout_s
    open_page(chromium, url)
    last = "the page was never whole"
    while time.monotonic() < until:
        stands = chromium.evaluate(STANDS)
        if stands["view"] and not stands["silent"]:
            taken = _take_of(chromium, stands)
            if taken is not None:
                return taken
            last = "its numbers changed faster than a picture is taken"
        elif not last.startswith("its") or stands["silent"]:
            last = f"missing: {', '.join(stands['missing']) or 'an answer of the server'}"
        time.sleep(LOOK_S)
    raise ServiceUnavailable(
        f"the page at {url} was not ready within {timeout_s:g} s ({last}): "
        "look at it in a browser, or give --timeout more seconds"
    )


def open_page(chromium: Browser, url: str) -> None:
    """Go to the screen; raises ServiceUnavailable when nothing answers there."""
    try:
        said = chromium.call("Page.navigate", NAVIGATE_S, url=url)
    except Refusal as fault:
        raise ServiceUnavailable(f"the screen at {url} does not answer ({fault})") from fault
    if "errorText" in said:
        raise ServiceUnavailable(
            f"the screen at {url} does not answer ({said['errorText']}): start it "
            "(make demo, or python app.py), or give its address with --url"
        )


def _take_of(chromium: Browser, stands: Mapping[str, Any]) -> Snapshot | None:
    """Return the picture of exactly what stands, or None when that is gone already."""
    frame = chromium.evaluate(FRAME)
    if frame["status"] != 200 or frame["etag"].removeprefix("W/").strip('"') != stands["frame"]:
        return None
    chromium.evaluate(PACE % 0)
    try:
        shown = chromium.evaluate(NUMBERS)
        png = chromium.call("Page.captureScreenshot", format="png")["data"]
        again = chromium.evaluate(STANDS)
    finally:
        chromium.evaluate(PACE % 1000)
    if (again["view"], again["silent"]) != (stands["view"], False):
        return None
    hold_to_frame(shown, frame["body"])
    return Snapshot(
        base64.b64decode(png), frame["body"].encode(), stands["frame"], stands["view"], len(shown)
    )


def hold_to_frame(shown: list[dict[str, Any]], frame: str) -> None:
    """Raise Mismatch naming the numbers of the page that the frame does not hold."""
    known = integers(json.loads(frame))
    strange = [one for one in shown if one["value"] not in known]
    if strange:
        named = ", ".join(f"{one['value']} in {one['place']}" for one in strange[:5])
        raise Mismatch(f"{len(strange)} numbers on the page are not in its frame: {named}")


def integers(document: Any) -> set[int]:
    """Return every integer of a document."""
    if isinstance(document, int) and not isinstance(document, bool):
        return {document}
    if not isinstance(document, dict | list):
        return set()
    parts = document.values() if isinstance(document, dict) else document
    return set[int]().union(*map(integers, parts))
