"""Writing a topic: idempotent, acknowledged by all, every record with its own time."""

import time

from confluent_kafka import KafkaError, Producer

from pipeline.errors import ServiceUnavailable
from pipeline.events.model import Event
from pipeline.stores.topics_connection import CALL_TIMEOUT_S, client_options, unavailable

# What may wait in memory: about 3 s of a catch-up at full speed.
_QUEUE_MESSAGES = 200_000
_QUEUE_KBYTES = 128 * 1024


class TopicWriter:
    """Sends to one topic. Messages wait while the broker is away and are sent in order, once.

    A call that cannot go on within its limit raises ServiceUnavailable and loses nothing: what was
    taken stays queued, and calling `flush` again goes on.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._failure: KafkaError | None = None
        self._producer = Producer(
            {
                **client_options(bootstrap),
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 20,
                "batch.size": 64 * 1024,  # a reader that catches up meets every partition soon
                "compression.type": "lz4",
                "queue.buffering.max.messages": _QUEUE_MESSAGES,
                "queue.buffering.max.kbytes": _QUEUE_KBYTES,
                "message.timeout.ms": 0,  # never given up: the queue is the limit
                "partitioner": "murmur2_random",  # as Kafka's Java clients place a key
            }
        )

    def send_event(self, event: Event, arrived_ms: int) -> None:
        """Queue an event under its order; `arrived_ms` (epoch ms) becomes the record's time."""
        self.send(event.order_id, event.to_json(), arrived_ms)

    def send(self, key: str | None, value: bytes | None, arrived_ms: int) -> None:
        """Queue one record; waits while the queue is full. Raises ServiceUnavailable."""
        self._raise_failure()
        deadline = time.monotonic() + CALL_TIMEOUT_S
        while True:
            try:
                self._producer.produce(
                    self._topic,
                    value,
                    None if key is None else key.encode("utf-8"),
                    timestamp=arrived_ms,
                    on_delivery=self._delivered,
                )
            except BufferError:
                if time.monotonic() > deadline:
                    raise unavailable(
                        self._bootstrap, f"take messages for {self._topic}", "its queue is full"
                    ) from None
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def flush(self, timeout_s: float = CALL_TIMEOUT_S) -> None:
        """Wait until all that was sent is acknowledged; raises ServiceUnavailable when not."""
        left = self._producer.flush(timeout_s)
        self._raise_failure()
        if left:
            raise unavailable(
                self._bootstrap,
                f"acknowledge {left} messages of {self._topic} within {timeout_s:g} s",
                "no answer",
            )

    @property
    def waiting(self) -> int:
        """Messages taken and not yet acknowledged."""
        return len(self._producer)

    def _delivered(self, fault: KafkaError | None, _message: object) -> None:
        if fault is not None and self._failure is None:
            self._failure = fault

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise ServiceUnavailable(
                f"Kafka at {self._bootstrap} refused a message for {self._topic}: "
                f"{self._failure.str()}; start this source again"
            )
