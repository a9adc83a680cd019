"""Where the adapter is: a compacted topic beside the foreign one, a record for each partition.

A record is written only after everything before its position was acknowledged, so that a kill
repeats at most what came since: the same event ids, which the jobs count as duplicates.
"""

import time
from dataclasses import asdict

import orjson

from pipeline.adapter.counts import Counts
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.stores.topics import Topics

_READ_BACK_S = 60.0


def progress_topic(orders: str, foreign: str) -> str:
    """Return the topic of the progress from a foreign topic to one of orders."""
    return f"{orders}.adapted.{foreign}"


class Progress:
    """Reads and writes the counts of the partitions of one foreign topic."""

    def __init__(self, topics: Topics, orders: str, foreign: str) -> None:
        self._topics = topics
        self._foreign = foreign
        self._name = progress_topic(orders, foreign)
        topics.ensure(self._name, partitions=1, compact=True)
        self._writer = topics.producer(self._name)

    def begin(self, partitions: tuple[int, ...] | None, again: bool) -> dict[int, Counts]:
        """Return the counts to go on from; `again` begins anew at the first offset there is.

        Raises Refused when the log no longer holds what comes next: lines would be missing.
        """
        first, ends = (
            self._topics.first_offsets(self._foreign),
            self._topics.end_offsets(self._foreign),
        )
        wanted = tuple(first) if partitions is None else partitions
        strangers = [p for p in wanted if p not in first]
        if strangers:
            raise Refused(f"topic {self._foreign} has no partition {strangers[0]}")
        kept = {} if again else self._read()
        counts = {p: kept.get(p) or Counts(p, first[p], first[p]) for p in wanted}
        for one in counts.values():
            if not first[one.partition] <= one.position <= ends[one.partition]:
                raise Refused(
                    f"topic {self._foreign}, partition {one.partition}: the next message is "
                    f"{one.position}, the log has {first[one.partition]} to {ends[one.partition]}; "
                    "if that is meant, start once with --from-beginning"
                )
        return counts

    def write(self, counts: dict[int, Counts], now_ms: int) -> None:
        """Keep the counts; raises ServiceUnavailable when they are not acknowledged."""
        for one in counts.values():
            self._writer.send(str(one.partition), orjson.dumps(asdict(one)), now_ms)
        self._writer.flush()

    def _read(self) -> dict[int, Counts]:
        position, ends = (
            self._topics.first_offsets(self._name),
            self._topics.end_offsets(self._name),
        )
        found: dict[int, Counts] = {}
        deadline = time.monotonic() + _READ_BACK_S
        consumer = self._topics.consumer(self._name, position)
        try:
            while any(position[p] < ends[p] for p in ends):
                if time.monotonic() > deadline:
                    raise ServiceUnavailable(f"topic {self._name} was not read")
                for message in consumer.read():
                    position[message.partition] = message.offset + 1
                    one = Counts(**orjson.loads(message.value or b"{}"))
                    found[one.partition] = one
        finally:
            consumer.close()
        return found
