"""The adapter as a service: goes on through a dead Kafka, keeps its progress, says where it is."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from pipeline.adapter.adapter import Adapter
from pipeline.adapter.counts import Counts
from pipeline.adapter.progress import Progress
from pipeline.clock import Clock, SystemClock
from pipeline.errors import ServiceUnavailable
from pipeline.mapping.messages import MessageMapper
from pipeline.mapping.model import Mapping
from pipeline.stores.topics import TopicReader, Topics

log = structlog.get_logger()

KEEP_EVERY_S = 1.0  # what a kill repeats at most
AGAIN_AFTER_S = 1.0
_READ_S = 0.1


@dataclass
class AdapterService:
    """Adapts one foreign topic, or some partitions of it, until told to stop.

    `tell` gets the counts, and where the topic ends, whenever they are kept; `drain`: end there.
    """

    topics: Topics
    foreign: str
    orders: str
    mapping: Mapping
    tell: Callable[[dict[int, Counts], dict[int, int]], None]
    partitions: tuple[int, ...] | None = None
    again: bool = False
    drain: bool = False
    real: Clock = field(default_factory=SystemClock)

    def run(self, stop: threading.Event) -> None:
        """Adapt until `stop` is set; Kafka away is waited for. Raises Refused."""
        while not stop.is_set():
            try:
                self._adapt(stop)
                return
            except ServiceUnavailable as fault:
                log.warning("waiting for Kafka", cause=str(fault))
                stop.wait(AGAIN_AFTER_S)

    def _adapt(self, stop: threading.Event) -> None:
        rejected = f"{self.orders}.rejected"
        self.topics.ensure(self.orders)
        self.topics.ensure(rejected, compact=True)
        progress = Progress(self.topics, self.orders, self.foreign)
        counts = progress.begin(self.partitions, self.again)
        adapter = Adapter(
            self.foreign,
            MessageMapper(self.mapping),
            self.topics.producer(self.orders),
            self.topics.producer(rejected),
        )
        consumer = self.topics.consumer(self.foreign, {p: c.position for p, c in counts.items()})
        try:
            self._follow(stop, adapter, consumer, progress, counts)
        finally:
            consumer.close()

    def _follow(
        self,
        stop: threading.Event,
        adapter: Adapter,
        consumer: TopicReader,
        progress: Progress,
        counts: dict[int, Counts],
    ) -> None:
        ends = self.topics.end_offsets(self.foreign) if self.drain else {}
        keep_at = time.monotonic()
        ended = False
        while not ended:
            adapter.take(consumer.read(timeout_s=_READ_S), counts)
            drained = self.drain and all(c.position >= ends[p] for p, c in counts.items())
            ended = stop.is_set() or drained
            if ended or time.monotonic() >= keep_at:
                adapter.flush()
                progress.write(counts, self.real.now_ms())
                self.again = False  # from here on a restart goes on
                self.tell(counts, self.topics.end_offsets(self.foreign))
                keep_at = time.monotonic() + KEEP_EVERY_S
