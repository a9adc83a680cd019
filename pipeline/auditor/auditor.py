"""One reading of the orders topic, from its first offset to its end and on."""

from collections.abc import Iterable, Mapping

from pipeline.auditor.rejects import RejectedTopic
from pipeline.auditor.sights import FirstSights
from pipeline.auditor.tally import PartitionTally
from pipeline.events.validation import Reader, Reason, Rejected
from pipeline.stores.topics import Message
from pipeline.values.streams import PartitionAudit


class Audit:
    """Classifies messages one by one, in the order of each partition.

    It starts at the first offset every time and keeps its memory in RAM: reading goes at about
    70,000 messages a second, so that a promotion day of a million is caught up in a quarter of a
    minute, and there is no second state that a crash could tear from the offsets.
    """

    def __init__(self, reader: Reader, first: Mapping[int, int], rejects: RejectedTopic) -> None:
        self._reader = reader
        self._rejects = rejects
        self._sights = FirstSights()
        self._tallies = {p: PartitionTally(p, offset) for p, offset in sorted(first.items())}

    def take(self, messages: Iterable[Message]) -> None:
        """Classify messages; raises ServiceUnavailable when refused ones cannot be written."""
        read, see = self._reader.texts, self._sights.see
        for message in messages:
            tally = self._tallies[message.partition]
            texts = read(message.value, message.arrived_ms)
            if isinstance(texts, Rejected):
                self._reject(tally, message, texts.reason, texts.detail)
            else:
                sight = see(texts[1], texts)
                if sight == "counted":
                    tally.counted += 1
                elif sight == "duplicate":
                    tally.duplicate += 1
                else:
                    detail = f"event_id {texts[1]} came before with another payload"
                    self._reject(tally, message, sight, detail)
                tally.last_row = message.offset + 1
            tally.position = message.offset + 1
            tally.last_arrived_ms = message.arrived_ms

    def _reject(self, tally: PartitionTally, message: Message, reason: Reason, detail: str) -> None:
        tally.reject(reason)
        if reason != "unparseable":
            tally.last_row = message.offset + 1
        self._rejects.write(message, reason, detail)

    def partitions(self, ends: Mapping[int, int]) -> tuple[PartitionAudit, ...]:
        """Return the counts so far, given the end offsets of the log."""
        return tuple(tally.audit(ends[p]) for p, tally in self._tallies.items() if p in ends)

    def flush(self) -> None:
        """Give what was refused a moment to reach the rejected topic."""
        self._rejects.flush()
