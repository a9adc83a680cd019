"""What analysts are shown: a frame of the past, and its drawing, made in the asking thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from app.analyst.asking import Ask
from app.analyst.desk import Progress
from app.analyst.frames import Frames
from app.analyst.library import RUNNING_MS
from app.analyst.reading_windows import Live
from app.ids import Choice
from app.published import digest, encode
from app.views import Present

AWAY_MS = 2_000  # how long a history that was away is not asked again
TIMES = ("queries", "read_ms")  # of `history`: how it was read, not what it says
Fragments = dict[str, dict[str, bytes]]  # component id -> prop -> JSON
Drawn = tuple[Fragments, int | None]  # with the frame's as-of (epoch ms)
Edition = tuple[int, int]


@dataclass(frozen=True)
class Framed:
    """A frame as bytes. `edition`: that of the library it was read from.

    `lasts_ms`: how long it stands, None until a day is counted anew.
    """

    body: bytes
    etag: str
    lasts_ms: int | None
    edition: Edition


class Maker(Protocol):
    """Makes what analysts are shown; may be asked by several threads."""

    def frame(self, ask: Ask, live: Live, progress: Progress) -> Framed:
        """Read and evaluate; history that is away is a state of the frame."""

    def draw(self, body: bytes, choice: Choice) -> Drawn:
        """Draw a frame."""


class Here:
    """Makes them in the asking thread."""

    def __init__(self, frames: Frames, present: Present) -> None:
        self._frames = frames
        self._present = present

    def frame(self, ask: Ask, live: Live, progress: Progress) -> Framed:
        frame = self._frames.make(ask, live, progress)
        etag = digest(encode(without_times(frame)))
        return Framed(encode(frame), etag, lasting_ms(frame), self._frames.library.edition())

    def draw(self, body: bytes, choice: Choice) -> Drawn:
        frame = orjson.loads(body)
        fragments = {
            name: {prop: encode(value) for prop, value in props.items()}
            for name, props in self._present(frame, choice).items()
        }
        return fragments, frame["as_of"]


def lasting_ms(frame: Mapping[str, Any]) -> int | None:
    """Return how long a frame stands without a recount; None as long as there is none."""
    if frame["state"]["name"] == "error":
        return AWAY_MS
    compared = [c for w in frame["windows"].values() for c in w["comparisons"].values()]
    if any(c["state"] == "unreachable" for c in compared):
        return AWAY_MS
    open_ended = any(c["state"] == "ready" and not c["source"]["final"] for c in compared)
    return None if frame["history"]["final"] and not open_ended else RUNNING_MS


def without_times(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frame without what moves although no number did; for its ETag."""
    source = frame.get("source")
    history = {k: v for k, v in frame["history"].items() if k not in TIMES}
    moving = source and {k: v for k, v in source.items() if k != "heartbeat_real_ms"}
    return {**frame, "history": history, "source": moving}
