"""The rejected topic: every refused message once, under `partition:offset`, with its reason."""

import time

import orjson

from pipeline.errors import ServiceUnavailable
from pipeline.events.refused import ADAPTER, refused_payload
from pipeline.events.validation import Reason
from pipeline.stores.topics import Message, Topics

_READ_BACK_S = 120.0  # millions of refused messages; a feed with more has other troubles
_FLUSH_S = 1.0


def rejected_value(message: Message, reason: Reason, detail: str) -> bytes:
    """Return the JSON written for a refused message, as `refused_payload` keeps it."""
    document: dict[str, str | int | None] = {
        "reason": reason,
        "detail": detail,
        "partition": message.partition,
        "offset": message.offset,
        "arrived_at": message.arrived_ms,
    }
    return orjson.dumps({**document, **refused_payload(message.value)})


class RejectedTopic:
    """Writes refused messages, and none that an earlier run has written already.

    The topic is compacted: a crash between writing and knowing of it leaves no lasting double.
    """

    def __init__(self, topics: Topics, orders_topic: str) -> None:
        name = f"{orders_topic}.rejected"
        topics.ensure(name, compact=True)
        self._written = _written_places(topics, name)
        self._producer = topics.producer(name)

    def write(self, message: Message, reason: Reason, detail: str) -> None:
        """Queue one refused message; raises ServiceUnavailable when the queue stays full."""
        place = (message.partition, message.offset)
        if place in self._written:
            return
        value = rejected_value(message, reason, detail)
        self._producer.send(f"{place[0]}:{place[1]}", value, message.arrived_ms)
        self._written.add(place)

    def flush(self) -> None:
        """Wait a moment for what is queued; what is still waiting goes out later."""
        if self._producer.waiting:
            self._producer.flush(_FLUSH_S)


def _written_places(topics: Topics, name: str) -> set[tuple[int, int]]:
    """Read the keys of an existing rejected topic up to where it ends now."""
    position, ends = topics.first_offsets(name), topics.end_offsets(name)
    places: set[tuple[int, int]] = set()
    deadline = time.monotonic() + _READ_BACK_S
    consumer = topics.consumer(name, position)
    try:
        while any(position[partition] < ends[partition] for partition in ends):
            if time.monotonic() > deadline:
                raise ServiceUnavailable(f"topic {name} was not read within {_READ_BACK_S:g} s")
            for message in consumer.read():
                position[message.partition] = message.offset + 1
                first, _, offset = (message.key or b"").decode("ascii").partition(":")
                if first != ADAPTER:  # what never became an event, told by the adapter
                    places.add((int(first), int(offset)))
    finally:
        consumer.close()
    return places
