"""The auditor as a service: goes on through dead Kafka or Redis, tells its state each second."""

import threading
import time
from dataclasses import dataclass, field

import structlog

from pipeline.auditor.auditor import Audit
from pipeline.auditor.rejects import RejectedTopic
from pipeline.clock import Clock, ScaledClock, SystemClock
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.events.validation import Reader
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import TopicReader, Topics
from pipeline.values.streams import AuditorState

log = structlog.get_logger()

TELL_EVERY_S = 1.0
AGAIN_AFTER_S = 1.0
SAY_AGAIN_S = 30.0


@dataclass
class AuditorService:
    """Audits one topic for one link until told to stop."""

    topics: Topics
    snapshots: Snapshots
    topic: str
    link: str
    reader: Reader
    real: Clock = field(default_factory=SystemClock)
    _said: dict[str, float] = field(default_factory=dict, init=False)

    def run(self, stop: threading.Event) -> None:
        """Audit until `stop` is set. Waits for a topic that is not there yet."""
        while not stop.is_set():
            try:
                self._audit_topic(stop)
            except (ServiceUnavailable, Refused) as fault:
                self._say(fault)
                stop.wait(AGAIN_AFTER_S)

    def _audit_topic(self, stop: threading.Event) -> None:
        first = self.topics.first_offsets(self.topic)
        audit = Audit(self.reader, first, RejectedTopic(self.topics, self.topic))
        consumer = self.topics.consumer(self.topic, first)
        try:
            self._follow(audit, consumer, stop)
        finally:
            consumer.close()

    def _follow(self, audit: Audit, consumer: TopicReader, stop: threading.Event) -> None:
        tell_at = time.monotonic()
        while not stop.is_set():
            audit.take(consumer.read(timeout_s=0.2))
            if time.monotonic() >= tell_at:
                tell_at = time.monotonic() + TELL_EVERY_S
                self._tell(audit)

    def _tell(self, audit: Audit) -> None:
        """Put the state; while the end of the log is not known, nothing true can be said."""
        measured_real_ms = self.real.now_ms()
        try:
            measured_ms = self._source_clock().at_real(measured_real_ms)
            state = AuditorState(
                topic=self.topic,
                measured_real_ms=measured_real_ms,
                measured_ms=measured_ms,
                partitions=audit.partitions(self.topics.end_offsets(self.topic)),
            )
            audit.flush()
            self.snapshots.put_auditor(self.link, state)
        except ServiceUnavailable as fault:
            self._say(fault)

    def _source_clock(self) -> ScaledClock:
        source = self.snapshots.source()
        if source is None:
            return ScaledClock(0, 0, 1.0)
        return ScaledClock(source.anchor_real_ms, source.anchor_ms, source.speed)

    def _say(self, fault: Exception) -> None:
        """Log a trouble, and the same one again only after a while."""
        text = str(fault)
        if time.monotonic() >= self._said.get(text, 0.0):
            self._said = {text: time.monotonic() + SAY_AGAIN_S}
            log.warning("waiting", cause=text)
