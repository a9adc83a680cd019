"""One batch of foreign messages: their events to the orders topic, the refused lines beside it."""

from collections.abc import Iterable

import orjson

from pipeline.adapter.counts import Counts
from pipeline.errors import ConfigurationError
from pipeline.events.refused import ADAPTER, refused_payload
from pipeline.mapping.messages import MessageMapper, Refusal, event_json
from pipeline.stores.topics import Message, TopicWriter

_LONGEST_NAME = 90  # of a topic whose places must fit an event id


class Adapter:
    """Maps messages in their order. Events keep the record time of their message."""

    def __init__(
        self, topic: str, mapper: MessageMapper, events: TopicWriter, rejected: TopicWriter
    ) -> None:
        if len(topic) > _LONGEST_NAME:
            raise ConfigurationError(f"topic {topic} has a name of over {_LONGEST_NAME} characters")
        self._topic = topic
        self._mapper = mapper
        self._events = events
        self._rejected = rejected

    def take(self, messages: Iterable[Message], counts: dict[int, Counts]) -> None:
        """Queue what the messages become; raises ServiceUnavailable while a queue stays full."""
        read, send = self._mapper.read, self._events.send
        for message in messages:
            place = f"{self._topic}:{message.partition}:{message.offset}"
            mapped = read(message.value, place)
            for order_id, fields in mapped.events:
                send(order_id, event_json(fields), message.arrived_ms)
            for refusal in mapped.refused:
                self._refuse(message, refusal)
            counts[message.partition].add(message.offset, mapped)

    def flush(self) -> None:
        """Wait until all that was queued is acknowledged; raises ServiceUnavailable when not."""
        self._events.flush()
        self._rejected.flush()

    def _refuse(self, message: Message, refusal: Refusal) -> None:
        whole = refusal.index is None
        index = "message" if whole else str(refusal.index)
        key = f"{ADAPTER}:{message.partition}:{message.offset}:{index}"
        document = {
            "reason": "mapping",
            "about": refusal.about,
            "detail": refusal.detail,
            "topic": self._topic,
            "partition": message.partition,
            "offset": message.offset,
            "line": None if whole else refusal.index,
            "lines": refusal.lines,
            "arrived_at": message.arrived_ms,
            **refused_payload(message.value),
        }
        self._rejected.send(key, orjson.dumps(document), message.arrived_ms)
