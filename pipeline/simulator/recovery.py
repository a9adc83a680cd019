"""What a killed simulator left behind: events in the ledger that never reached Kafka."""

from collections import Counter
from collections.abc import Iterable

from pipeline.simulator.ledger import Entry
from pipeline.stores.topics import Topics

READ_AT_ONCE = 20_000


def held_by_kafka(topics: Topics, topic: str) -> Counter[int]:
    """Count every message of the topic by its identity; raises ServiceUnavailable."""
    first, end = topics.first_offsets(topic), topics.end_offsets(topic)
    left = {partition for partition in end if first[partition] < end[partition]}
    held: Counter[int] = Counter()
    if not left:
        return held
    reader = topics.consumer(topic, first)
    try:
        while left:
            for message in reader.read(READ_AT_ONCE, 1.0):
                key = None if message.key is None else message.key.decode("utf-8", "replace")
                held[hash((message.arrived_ms, key, message.value))] += 1
                if message.offset + 1 >= end[message.partition]:
                    left.discard(message.partition)
    finally:
        reader.close()
    return held


def missing(entries: Iterable[Entry], held: Counter[int]) -> list[Entry]:
    """Return the entries Kafka does not hold, in the ledger's order.

    A message is what its arrival, key and payload say, so it does not matter in which partition a
    batch broke off, nor who else writes to the topic. A key stays in one partition and each
    partition holds a prefix of what was sent to it, so sending these again keeps every order.
    """
    left: list[Entry] = []
    for entry in entries:
        identity = hash((entry.arrived_ms, entry.key, entry.payload))
        if held[identity] > 0:
            held[identity] -= 1
        else:
            left.append(entry)
    return left
