"""Reading a topic from given offsets: no groups, no commits; the reader's owner keeps its place."""

from collections.abc import Mapping
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition

from pipeline.stores.topics_connection import (
    PASSING,
    client_options,
    require_partitions,
    unavailable,
)


class Message(NamedTuple):
    """One record. `arrived_ms` is its time (CreateTime, epoch ms); a tombstone's value is None."""

    partition: int
    offset: int
    arrived_ms: int
    key: bytes | None
    value: bytes | None


class TopicReader:
    """Reads from the offsets it was given, through a broker's death and return."""

    def __init__(self, bootstrap: str, topic: str, offsets: Mapping[int, int]) -> None:
        require_partitions(topic, offsets)
        self._bootstrap = bootstrap
        self._topic = topic
        self._consumer = Consumer(
            {
                **client_options(bootstrap),
                "group.id": "daping-without-group",  # the client insists; nothing is ever committed
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",  # a hole in the log must be heard of
                "isolation.level": "read_uncommitted",  # as Flink's source reads
                "fetch.wait.max.ms": 100,
                "fetch.min.bytes": 1,
                "queued.max.messages.kbytes": 32 * 1024,
                "allow.auto.create.topics": False,
            }
        )
        self._consumer.assign([TopicPartition(topic, p, at) for p, at in offsets.items()])

    def read(self, limit: int = 5000, timeout_s: float = 0.2) -> list[Message]:
        """Return up to `limit` messages, in order within a partition; none when none came in time.

        While the broker is away this returns nothing. Raises ServiceUnavailable when an offset
        asked for is no longer in the log.
        """
        try:
            found = self._consumer.consume(limit, timeout_s)
        except KafkaException as fault:
            raise unavailable(self._bootstrap, f"give messages of {self._topic}", fault) from fault
        messages = []
        for message in found:
            refusal = message.error()
            if refusal is None:
                messages.append(
                    Message(
                        message.partition(),
                        message.offset(),
                        message.timestamp()[1],
                        message.key(),
                        message.value(),
                    )
                )
            elif refusal.code() not in PASSING:
                raise unavailable(self._bootstrap, f"give messages of {self._topic}", refusal)
        return messages

    def close(self) -> None:
        self._consumer.close()
