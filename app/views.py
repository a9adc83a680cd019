"""The drawn views: one per (window, language, theme) that somebody looked at lately.

A view is drawn at most once per frame, by the poller's thread while somebody looks at it and by
the first request otherwise; every viewer gets the same bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from app.ids import Choice
from app.metrics import Metrics
from app.published import Document, digest, document, encode

LOOKED_AT_MS = 30_000
VERSIONS_KEPT = 20  # a viewer that missed up to this many ticks still gets differences only
DIFFERENCES_KEPT = 4

Present = Callable[[dict[str, Any], Choice], Mapping[str, Mapping[str, object]]]
log = structlog.get_logger()


class NothingToDraw(Exception):
    """There is no view; `reason` is a code for the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Drawing:
    """One drawn view: encoded `{prop: value}` by component id, and the head beside them."""

    etag: str
    head: bytes
    fragments: Mapping[str, Mapping[str, bytes]]
    generated_at: int
    differences: "OrderedDict[str, Document]" = field(default_factory=OrderedDict)

    def since(self, old: "Drawing | None") -> Document:
        """Return what changed since `old`, prop by prop; everything without one."""
        key = old.etag if old else ""
        known = self.differences.get(key)
        if known is None:
            known = document(self._body(old), self.etag, self.generated_at)
            self.differences[key] = known
            if len(self.differences) > DIFFERENCES_KEPT:
                self.differences.popitem(last=False)
        return known

    def _body(self, old: "Drawing | None") -> bytes:
        before = old.fragments if old else {}
        changed = []
        for name, props in self.fragments.items():
            old_props = before.get(name, {})
            parts = [
                encode(prop) + b":" + value
                for prop, value in props.items()
                if old_props.get(prop) != value
            ]
            if parts:
                changed.append(encode(name) + b":{" + b",".join(parts) + b"}")
        return self.head + b',"props":{' + b",".join(changed) + b"}}"


@dataclass
class _Watched:
    asked_ms: int
    frame_etag: str = ""
    latest: Drawing | None = None
    versions: "OrderedDict[str, Drawing]" = field(default_factory=OrderedDict)


class Views:
    """Draws frames. `present(frame, choice)` gives component id -> props; thread-safe."""

    def __init__(self, present: Present, build: str, metrics: Metrics) -> None:
        self._present = present
        self._build = build
        self._metrics = metrics
        self._lock = threading.Lock()
        self._frame: dict[str, Any] | None = None
        self._stamp = ("", 0)
        self._watched: dict[Choice, _Watched] = {}

    def publish(self, frame: dict[str, Any], etag: str, generated_at: int) -> None:
        """Take a new frame and draw what somebody looked at in the last 30 s."""
        with self._lock:
            self._frame, self._stamp = frame, (etag, generated_at)
            for choice, watched in list(self._watched.items()):
                if generated_at - watched.asked_ms > LOOKED_AT_MS:
                    del self._watched[choice]
                else:
                    self._draw_safely(choice, watched)
            self._metrics.views_watched.set(len(self._watched))

    def ask(self, choice: Choice, since: str | None, now_ms: int) -> Document:
        """Return the view, only what changed since a known etag; raises NothingToDraw."""
        with self._lock:
            if self._frame is None:
                raise NothingToDraw("no_frame")
            watched = self._watched.setdefault(choice, _Watched(now_ms))
            watched.asked_ms = now_ms
            if watched.frame_etag != self._stamp[0]:
                self._draw_safely(choice, watched)
            if watched.latest is None:
                raise NothingToDraw("screen_fault")
            state = self._frame["state"]
            if since and since not in watched.versions and state["name"] == "loading":
                # A page that shows numbers of an earlier server keeps them until we have some.
                raise NothingToDraw(str(state["reason"]))
            return watched.latest.since(watched.versions.get(since) if since else None)

    def _draw_safely(self, choice: Choice, watched: _Watched) -> None:
        """Draw; a fault leaves no view, so that the page marks what it shows as old."""
        watched.frame_etag = self._stamp[0]
        try:
            with self._metrics.draw_seconds.time():
                drawing = self._draw(choice)
        except Exception:  # the other choices and the poller must go on
            self._metrics.faults.labels("draw").inc()
            log.exception("view not drawn", choice=str(choice))
            watched.latest = None
            return
        if watched.latest is None or watched.latest.etag != drawing.etag:
            watched.latest = drawing
            watched.versions[drawing.etag] = drawing
            if len(watched.versions) > VERSIONS_KEPT:
                watched.versions.popitem(last=False)

    def _draw(self, choice: Choice) -> Drawing:
        if self._frame is None:
            raise NothingToDraw("no_frame")
        frame = self._frame
        fragments = {
            name: {prop: encode(value) for prop, value in props.items()}
            for name, props in self._present(frame, choice).items()
        }
        clock = source_clock(frame)
        as_of = frame.get("as_of")
        frame_etag = self._stamp[0]  # what a snapshot is taken with
        etag = digest(
            encode([as_of, self._build, clock, frame_etag]), encode(fragments_key(fragments))
        )
        head = encode(
            {
                "etag": etag,
                "frame": frame_etag,
                "build": self._build,
                "as_of": as_of,
                "clock": clock,
                "choice": asdict(choice),
            }
        )[:-1]
        return Drawing(etag, head, fragments, self._stamp[1])


def fragments_key(fragments: Mapping[str, Mapping[str, bytes]]) -> list[list[str]]:
    """Return what an etag of a view depends on."""
    return [
        [name, prop, digest(value)]
        for name, props in sorted(fragments.items())
        for prop, value in sorted(props.items())
    ]


def source_clock(frame: Mapping[str, Any]) -> dict[str, object]:
    """Return the line the page's clocks run on; without a source it is the server's own."""
    source = frame.get("source") or {"anchor_real_ms": 0, "anchor_ms": 0, "speed": 1}
    return {
        "anchor_real_ms": source["anchor_real_ms"],
        "anchor_ms": source["anchor_ms"],
        "speed": source["speed"],
        "zone": frame.get("zone", "UTC"),
    }
