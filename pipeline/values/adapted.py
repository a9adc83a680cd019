"""What the adapters of one link told, put together: each process tells of its own partitions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.values.streams import AdapterState


def apart(state: AdapterState) -> Iterator[AdapterState]:
    """Yield a state for each partition, as it is stored."""
    for partition in state.partitions:
        yield replace(state, partitions=(partition,))


def field_of(one: AdapterState) -> str:
    """Return the name of a state of one partition."""
    return f"{one.foreign}:{one.partitions[0].partition}"


def joined(states: Iterable[AdapterState]) -> AdapterState | None:
    """Return the partitions of the feed that was told of last, by number; None without any."""
    newest_first = sorted(states, key=lambda one: one.measured_real_ms, reverse=True)
    if not newest_first:
        return None
    newest = newest_first[0]
    feed = newest.topic, newest.foreign
    same = [one for one in newest_first if (one.topic, one.foreign) == feed]
    parts = sorted((p for one in same for p in one.partitions), key=lambda p: p.partition)
    return replace(newest, partitions=tuple(parts))
