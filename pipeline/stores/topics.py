"""Kafka: the topics of orders. Only the modules beside this one know a Kafka client.

Every call has a time limit and raises ServiceUnavailable naming the address.
"""

import time
from collections.abc import Mapping
from concurrent.futures import TimeoutError as FutureTimeout
from functools import cached_property

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from pipeline.errors import Refused
from pipeline.stores.topics_connection import CALL_TIMEOUT_S, PASSING, client_options, unavailable
from pipeline.stores.topics_reader import Message, TopicReader
from pipeline.stores.topics_writer import TopicWriter

__all__ = ["FOREVER", "PARTITIONS", "Message", "TopicReader", "TopicWriter", "Topics"]

PARTITIONS = 4
FOREVER = -1
_BETWEEN_TRIES_S = 0.1
_ANY_TIME = 2**63 - 1  # a simulated or replayed clock stamps records years from the broker's own


class Topics:
    """One Kafka, by its bootstrap address (`host:port`). Connects on first use."""

    def __init__(self, bootstrap: str, timeout_s: float = CALL_TIMEOUT_S) -> None:
        self.bootstrap = bootstrap
        self._timeout_s = timeout_s

    def ensure(
        self,
        topic: str,
        *,
        partitions: int = PARTITIONS,
        retention_ms: int = FOREVER,
        compact: bool = False,
    ) -> None:
        """Make the topic when it is not there; an existing one is left as it is.

        Records keep the time their writer gave them (CreateTime), however far from now.
        """
        made = NewTopic(
            topic,
            num_partitions=partitions,
            replication_factor=-1,
            config={
                "message.timestamp.type": "CreateTime",
                "message.timestamp.before.max.ms": str(_ANY_TIME),
                "message.timestamp.after.max.ms": str(_ANY_TIME),
                "retention.ms": str(retention_ms),
                "retention.bytes": "-1",
                "cleanup.policy": "compact" if compact else "delete",
            },
        )
        doing = f"make topic {topic}"
        futures = self._admin.create_topics([made], request_timeout=self._timeout_s)
        try:
            futures[topic].result(self._timeout_s)
        except KafkaException as fault:
            if fault.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise unavailable(self.bootstrap, doing, fault) from fault
        except FutureTimeout as fault:
            raise unavailable(self.bootstrap, doing, "no answer") from fault
        else:
            self._wait_for_leaders(topic)

    def partitions(self, topic: str) -> tuple[int, ...]:
        """Return the partitions of a topic, ascending; empty when there is no such topic."""
        try:
            listed = self._admin.list_topics(topic, timeout=self._timeout_s).topics.get(topic)
        except KafkaException as fault:
            raise unavailable(self.bootstrap, f"describe topic {topic}", fault) from fault
        if listed is None or listed.error is not None:
            return ()
        return tuple(sorted(listed.partitions))

    def first_offsets(self, topic: str) -> dict[int, int]:
        """Return partition -> offset of the oldest record still there."""
        return self._offsets(topic, OffsetSpec.earliest())

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Return partition -> the offset that the next record will get."""
        return self._offsets(topic, OffsetSpec.latest())

    def offsets_at(self, topic: str, ms: int) -> dict[int, int]:
        """Return partition -> first offset of a record at or after `ms` (epoch), else the end."""
        found = self._offsets(topic, OffsetSpec.for_timestamp(ms))
        if any(offset < 0 for offset in found.values()):
            ends = self.end_offsets(topic)
            found = {p: offset if offset >= 0 else ends[p] for p, offset in found.items()}
        return found

    def producer(self, topic: str) -> TopicWriter:
        """Return a writer of one topic, which must be there (`ensure`)."""
        return TopicWriter(self.bootstrap, topic)

    def consumer(self, topic: str, offsets: Mapping[int, int]) -> TopicReader:
        """Return a reader that begins at `offsets` (partition -> offset)."""
        return TopicReader(self.bootstrap, topic, offsets)

    @cached_property
    def _admin(self) -> AdminClient:
        return AdminClient(client_options(self.bootstrap))

    def _offsets(self, topic: str, spec: OffsetSpec) -> dict[int, int]:
        partitions = self.partitions(topic)
        if not partitions:
            raise Refused(
                f"Kafka at {self.bootstrap} has no topic {topic}; "
                "start its source first, or make it (docs/events.md)"
            )
        return self._ask(topic, {TopicPartition(topic, p): spec for p in partitions})

    def _ask(self, topic: str, asked: dict[TopicPartition, OffsetSpec]) -> dict[int, int]:
        """Ask for offsets, again while a partition just made or moved has no leader."""
        doing = f"tell offsets of {topic}"
        deadline = time.monotonic() + self._timeout_s
        while True:
            try:
                futures = self._admin.list_offsets(asked, request_timeout=self._timeout_s)
                return {at.partition: f.result(self._timeout_s).offset for at, f in futures.items()}
            except KafkaException as fault:
                if fault.args[0].code() not in PASSING or time.monotonic() > deadline:
                    raise unavailable(self.bootstrap, doing, fault) from fault
                time.sleep(_BETWEEN_TRIES_S)
            except FutureTimeout as fault:
                raise unavailable(self.bootstrap, doing, "no answer") from fault

    def _wait_for_leaders(self, topic: str) -> None:
        deadline = time.monotonic() + self._timeout_s
        while not self.partitions(topic):
            if time.monotonic() > deadline:
                raise unavailable(self.bootstrap, f"show topic {topic} it made", "no partitions")
            time.sleep(_BETWEEN_TRIES_S)
        self.first_offsets(topic)
