"""From the rows of a feed to events, in the order of their times."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import Faults
from pipeline.events import Event
from pipeline.mapping.engine import Engine
from pipeline.mapping.model import Mapping
from pipeline.mapping.times import Times
from pipeline.mapping.unmapped import Unmapped
from pipeline.replay.feed import Columns

_MOST_FAULTS = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """An event and the row it stands in; rows count from 0 in the order of the file."""

    row: int
    event: Event


@dataclass
class Lines:
    """Makes the events of a feed. `run` begins every event id."""

    mapping: Mapping
    columns: Columns
    run: str
    skipped: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self._zone = zone_of(self.mapping)
        self._engine = Engine(self.mapping)
        self._times: list[int] | None = None
        self._shift = timedelta()

    def move(self, shift: timedelta) -> None:
        """Move all local dates by whole days."""
        self._shift, self._times = shift, None

    def times(self) -> list[int]:
        """Return the instant of every row, epoch ms UTC; raises Faults naming rows without one."""
        if self._times is None:
            self._times = self._read_times()
        return self._times

    def between(self, start_ms: int, end_ms: int) -> Iterator[Line]:
        """Yield the lines of [start, end) by time; `skipped` counts those that cannot be events.

        A line's number within its order counts all lines of the file, whatever is yielded.
        """
        times, numbers = self.times(), self._line_numbers()
        rows = [row for row, at in enumerate(times) if start_ms <= at < end_ms]
        rows.sort(key=times.__getitem__)
        for row in rows:
            event = self._event(row, times[row], numbers[row])
            if event is not None:
                yield Line(row, event)

    def _event(self, row: int, at_ms: int, line_no: int) -> Event | None:
        cells = {name: plain(column[row]) for name, column in self.columns.items()}
        engine = self._engine
        try:
            if engine.skips_message(cells):
                self.skipped["left out by [[skip]]"] += 1
                return None
            fields = engine.line(cells, None, engine.common(cells, at_ms))
        except Unmapped as fault:
            self.skipped[fault.detail.partition(" (")[0]] += 1
            return None
        return Event(**{"line_no": line_no, **fields, "event_id": f"{self.run}:{row}"})

    def _line_numbers(self) -> list[int]:
        seen: Counter[object] = Counter()
        numbers = []
        origin = self.mapping.order_id
        orders = (
            self.columns[origin.path[0]] if origin.path else [origin.constant] * len(self.times())
        )
        for order in orders:
            seen[order] += 1
            numbers.append(seen[order])
        return numbers

    def _read_times(self) -> list[int]:
        column = str(self.mapping.time)
        known: dict[object, int] = {}
        faults, times = [], []
        for row, value in enumerate(self.columns[column]):
            if value not in known:
                try:
                    known[value] = self.instant(value)
                except Unmapped as fault:
                    faults.append(f"row {row + 1}: {column} {fault.detail}")
                    continue
            times.append(known[value])
        if faults:
            raise Faults("replay", faults[:_MOST_FAULTS])
        return times

    def instant(self, value: object) -> int:
        """Return epoch ms UTC of a time of the feed, its local date shifted; raises Unmapped."""
        if not self._shift:
            return self._engine.times.instant(plain(value))
        moved = self._engine.times.local(plain(value)) + self._shift
        return (moved.replace(tzinfo=self._zone).astimezone(UTC) - _EPOCH) // _MILLISECOND


def zone_of(mapping: Mapping) -> ZoneInfo:
    """Return the zone by whose dates a replay is laid out; `refuse_unfit` saw that there is one."""
    return ZoneInfo(mapping.time.zone or "UTC")


def local_time(mapping: Mapping, value: object) -> datetime:
    """Return a time of the feed as its naive local time; raises Unmapped."""
    return Times(mapping.time).local(plain(value))


def plain(cell: Any) -> Any:
    """Return a cell as the engine takes it: exact numbers, None for nothing.

    A file keeps decimals as doubles: what it meant is the shortest text of one. A column with
    holes keeps its integers so too.
    """
    if not isinstance(cell, float):
        return cell
    if cell != cell:  # a double column writes a missing number as NaN
        return None
    return int(cell) if cell.is_integer() else Decimal(repr(cell))
