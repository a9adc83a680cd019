"""What Kafka holds already of a run, so that a second start continues instead of repeating."""

import time
from dataclasses import dataclass, field

import orjson

from pipeline.errors import Refused, ServiceUnavailable
from pipeline.stores.topics import Topics

_LONGEST_READ_S = 300.0


@dataclass
class Held:
    """Rows of a run found in its topic, and the record time of the latest."""

    rows: set[int] = field(default_factory=set)
    latest_ms: int | None = None


def read_held(topics: Topics, topic: str, run: str) -> Held:
    """Read a topic from its beginning to where it ends now.

    Raises Refused when it holds events of another feed, mapping or shift.
    """
    position, ends = topics.first_offsets(topic), topics.end_offsets(topic)
    held = Held()
    deadline = time.monotonic() + _LONGEST_READ_S
    consumer = topics.consumer(topic, position)
    try:
        while any(position[partition] < ends[partition] for partition in ends):
            if time.monotonic() > deadline:
                raise ServiceUnavailable(f"{topic} was not read within {_LONGEST_READ_S:g} s")
            for message in consumer.read():
                position[message.partition] = message.offset + 1
                held.rows.add(_row(message.value, run, topic))
                held.latest_ms = max(held.latest_ms or message.arrived_ms, message.arrived_ms)
    finally:
        consumer.close()
    return held


def _row(payload: bytes | None, run: str, topic: str) -> int:
    try:
        event_id = orjson.loads(payload or b"")["event_id"]
        of, _, row = event_id.partition(":")
        if of == run:
            return int(row)
    except (ValueError, KeyError, TypeError, AttributeError):
        event_id = "a message of another kind"
    raise Refused(
        f"topic {topic} holds {event_id!r}, not of run {run}: one topic holds one file, mapping "
        "and shift; choose another with --topic"
    )
