"""Waiting until nothing moves: every reader reaches the end of the topic, and is seen to stay."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import urlopen

from pipeline.errors import NeverRested, ServiceUnavailable
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import Active
from pipeline.verify.plain_json import read_object

POLL_S = 0.5
FRAME_TIMEOUT_S = 5.0
# The poller reads every half second and the frame is made once a second.
TWO_TICKS_S = 2.2
TAIL = 2_000  # messages behind the archive that are looked at one by one
TAIL_S = 10.0

Say = Callable[[str], None]


def read_frame(url: str) -> dict[str, Any]:
    """Return the screen's frame; raises ServiceUnavailable."""
    try:
        with urlopen(f"{url.rstrip('/')}/frame.json", timeout=FRAME_TIMEOUT_S) as answer:
            return dict(json.load(answer))
    except (URLError, OSError, ValueError) as fault:
        raise ServiceUnavailable(
            f"the screen at {url} gave no frame ({fault}): start it, or set DAPING_PORT"
        ) from fault


@dataclass(frozen=True)
class Rest:
    """What was seen twice, unchanged: the frame and where each partition ends."""

    frame: Mapping[str, Any]
    ends: Mapping[int, int]


class Progressing(Protocol):
    """The archive, which tells how far it has come."""

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        """Return the next offset by partition."""


@dataclass
class Watch:
    """Looks at every reader of one topic until all of them rest at its end."""

    topics: Topics
    store: Snapshots
    link: str
    topic: str
    screen: str
    say: Say
    archive: Progressing | None = None
    home: Path | None = None

    def wait(self, timeout_s: float) -> Rest:
        """Return once two looks, two ticks apart, agree; raises NeverRested: who is behind."""
        until = time.monotonic() + timeout_s
        said = ""
        before: Rest | None = None
        while True:
            behind, rest = self._look()
            if rest is not None:
                if before == rest:
                    return rest
                behind = "seeing whether it stays at rest"
            before = rest
            if time.monotonic() > until:
                raise NeverRested(f"not at rest within {timeout_s:g} s: {behind}")
            if behind != said:
                self.say(behind)
                said = behind
            time.sleep(POLL_S if rest is None else TWO_TICKS_S)

    def _look(self) -> tuple[str, Rest | None]:
        try:
            ends = self.topics.end_offsets(self.topic)
            first = self.topics.first_offsets(self.topic)
            auditor = self.store.auditor(self.link)
            active = self.store.active()
            frame = read_frame(self.screen)
            archived = self.archive.progress(self.link, self.topic) if self.archive else None
            unarchived = (
                0 if archived is None else left_to_archive(self.topics, self.topic, archived)
            )
        except ServiceUnavailable as fault:
            return str(fault), None
        heard = {p.partition: p.position for p in auditor.partitions} if auditor else {}
        positions = {**first, **heard}
        missing = sum(end - positions[partition] for partition, end in ends.items())
        if auditor is None or missing:
            return f"the auditor has {missing} messages to go", None
        if active is None:
            return "no generation is active yet", None
        if self.restored(active):
            return "Redis lost data and the new generation is not active yet", None
        accounting = frame["accounting"]
        if (frame["link"], frame["generation"]) != (active.stream.link, active.stream.generation):
            return "the screen does not follow the active generation yet", None
        if unarchived:
            return f"the archive has {unarchived} messages to go", None
        if accounting["pending"]:
            return f"the live job has {accounting['pending']} messages to go", None
        short = sum(ends.values()) - accounting["consumed"]
        if short > 0:
            return f"the frame has {short} messages to go", None
        return "", Rest(without_ages(frame), ends)

    def restored(self, active: Active) -> bool:
        """Say whether the active generation lost its Redis: what is back of it is not all of it.

        Cells come back from the archive in seconds, the classes of refused messages only with the
        next generation. The life it was activated with stands in the home's book of generations.
        """
        if self.home is None:
            return False
        try:
            page = json.loads((self.home / "generations.json").read_text())[self.link]
            shown, life = page["active"]["stream"], page["life"]
        except (OSError, ValueError, KeyError, TypeError):
            return False  # no book here, or one of another home
        stream = active.stream
        same = (shown["link"], shown["generation"]) == (stream.link, stream.generation)
        return same and life is not None and self.store.life(stream) != life


def left_to_archive(topics: Topics, topic: str, reached: Mapping[int, ArchivePosition]) -> int:
    """Return how many messages the archive has not passed that it will get as rows.

    What has expired is there for nobody. What is no JSON makes no row: such messages at the end are
    looked at one by one.
    """
    first, ends = topics.first_offsets(topic), topics.end_offsets(topic)
    places = {p: max(at, reached[p].position if p in reached else 0) for p, at in first.items()}
    left = {p: place for p, place in places.items() if place < ends[p]}
    missing = sum(ends[p] - place for p, place in left.items())
    return missing if missing > TAIL else rows_in(topics, topic, left, ends)


def rows_in(topics: Topics, topic: str, places: Mapping[int, int], ends: Mapping[int, int]) -> int:
    """Count the messages from `places` to before `ends` that can be read as an object."""
    left = set(places)
    if not left:
        return 0
    rows = 0
    until = time.monotonic() + TAIL_S
    reader = topics.consumer(topic, places)
    try:
        while left and time.monotonic() < until:
            for message in reader.read(TAIL, POLL_S):
                if message.offset < ends[message.partition]:
                    rows += read_object(message.value) is not None
                if message.offset + 1 >= ends[message.partition]:
                    left.discard(message.partition)
    finally:
        reader.close()
    if left:
        raise ServiceUnavailable(f"Kafka did not give the last messages of {topic} in time")
    return rows


def without_ages(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frame without what goes on while nothing comes: a quiet feed still has a clock."""
    windows = {
        name: {
            **{part: value for part, value in window.items() if part != "state"},
            "tiles": {tile: said.get("metrics") for tile, said in window["tiles"].items()},
        }
        for name, window in frame["windows"].items()
    }
    ages = dict.fromkeys(("as_of", "state", "source", "stages"))
    return {**frame, **ages, "windows": windows}
