"""History drawn by the wall's own presenter, with its differences, kept for a while."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from app.analyst.keeping import Kept
from app.analyst.making import Drawn
from app.ids import Choice
from app.published import Document, digest, encode
from app.views import Drawing, fragments_key, source_clock

DRAWINGS = 64
DRAWING_BYTES = 64 * 1024 * 1024
Frame = Mapping[str, Any]
Draw = Callable[[bytes, Choice], Drawn]


class PastViews:
    """Draws frames of the past; thread-safe."""

    def __init__(self, draw: Draw, build: str) -> None:
        self._draw = draw
        self._build = build
        self._lock = threading.Lock()
        self._by_ask: Kept[Drawing] = Kept(DRAWINGS, DRAWING_BYTES)
        self._by_etag: Kept[Drawing] = Kept(DRAWINGS, DRAWING_BYTES)

    def kept(
        self, frame_etag: str, choice: Choice, clock: Frame, since: str | None
    ) -> Document | None:
        """Return the view of a frame if it was drawn before, else None."""
        drawing = self._by_ask.get((frame_etag, choice, encode(clock)))
        return None if drawing is None else self.since(drawing, since)

    def draw(self, frame: Document, choice: Choice, clock: Frame) -> Drawing:
        """Draw a frame and keep the view."""
        drawing = self._drawing(frame, choice, clock)
        size = sum(len(value) for props in drawing.fragments.values() for value in props.values())
        self._by_ask.put((frame.etag, choice, encode(clock)), drawing, size)
        self._by_etag.put(drawing.etag, drawing, size)
        return drawing

    def since(self, drawing: Drawing, since: str | None) -> Document:
        """Return what changed since a view with a known etag; everything without one."""
        old = self._by_etag.get(since) if since else None
        with self._lock:  # a drawing keeps the differences it was asked for
            return drawing.since(old)

    def _drawing(self, frame: Document, choice: Choice, clock: Frame) -> Drawing:
        fragments, as_of = self._draw(frame.body, choice)
        etag = digest(
            encode([as_of, self._build, clock, frame.etag]), encode(fragments_key(fragments))
        )
        head = {
            "etag": etag,
            "frame": frame.etag,
            "build": self._build,
            "as_of": as_of,
            "clock": clock,
            "choice": asdict(choice),
            "mode": "history",
        }
        return Drawing(etag, encode(head)[:-1], fragments, frame.generated_at)


def wall_clock(live: Frame | None, zone: str) -> dict[str, object]:
    """Return the clock of the wall, which runs on beside history."""
    return source_clock(live or {"zone": zone})
