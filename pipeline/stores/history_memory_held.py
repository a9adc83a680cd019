"""The events a history in memory holds: each once, by its day, minute and id."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.stores.history_memory_events import ArchivedEvent, plain
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange

Id = tuple[int, str]


class HeldEvents:
    """Of two events with one id and minute the earlier offset stays."""

    def __init__(self) -> None:
        # (link, UTC epoch day) -> (minute, event_id) -> event
        self._events: dict[tuple[str, int], dict[Id, ArchivedEvent]] = defaultdict(dict)

    def insert(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Take events by columns, EVENT_COLUMNS."""
        given = [[plain(value) for value in columns[name]] for name in EVENT_COLUMNS]
        for row in zip(*given, strict=True):
            event = ArchivedEvent(*row)
            held = self._events[event.link, event.minute // MINUTES_OF_A_DAY]
            before = held.get((event.minute, event.event_id))
            if before is None or event.offset <= before.offset:
                held[event.minute, event.event_id] = event

    def between(self, link: str, bounds: MinuteRange) -> list[ArchivedEvent]:
        """Return a link's events in a range of epoch minutes."""
        days = range(bounds.start // MINUTES_OF_A_DAY, (bounds.end - 1) // MINUTES_OF_A_DAY + 1)
        held = (self._events.get((link, day), {}).values() for day in days)
        return [event for events in held for event in events if event.minute in bounds]

    def all_of(self, link: str) -> Iterator[ArchivedEvent]:
        """Yield a link's events, day by day."""
        for of, day in sorted(self._events):
            if of == link:
                yield from self._events[of, day].values()
