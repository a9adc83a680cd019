"""From the rows of a feed to events, in the order of their times."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pipeline.errors import Faults
from pipeline.events import Event
from pipeline.replay.amount import exact, line_cents
from pipeline.replay.feed import Columns
from pipeline.replay.mapping import Mapping, TextField

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
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
        self._zone = ZoneInfo(self.mapping.time.zone)
        self._texts = {name: Texts(self.columns, t) for name, t in self.mapping.fields.items()}
        self._order = Texts(self.columns, self.mapping.order_id)
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
        money = self.mapping.money
        try:
            price = exact(self.columns[money.price][row])
            quantity = exact(self.columns[self.mapping.quantity.column][row])
        except InvalidOperation:
            self.skipped["price or quantity is no number"] += 1
            return None
        if quantity == 0 or quantity != int(quantity):
            self.skipped["quantity is 0 or not whole"] += 1
            return None
        texts: dict[str, Any] = {name: each.of(row) for name, each in self._texts.items()}
        return Event(
            event_id=f"{self.run}:{row}",
            kind=self._kind(row),
            order_id=self._order.of(row),
            line_no=line_no,
            event_time=at_ms,
            quantity=int(abs(quantity)),
            amount_cents=line_cents(price, Decimal(quantity), money.exponent),
            currency=money.currency,
            **texts,
        )

    def _kind(self, row: int) -> Literal["sale", "refund"]:
        for rule in self.mapping.refund:
            if all(bound.holds(float(self.columns[c][row])) for c, bound in rule.items()):
                return "refund"
        return "sale"

    def _line_numbers(self) -> list[int]:
        seen: Counter[str] = Counter()
        numbers = []
        for row in range(len(self.times())):
            order = self._order.of(row)
            seen[order] += 1
            numbers.append(seen[order])
        return numbers

    def _read_times(self) -> list[int]:
        column = self.mapping.time.column
        known: dict[object, int] = {}
        faults, times = [], []
        for row, value in enumerate(self.columns[column]):
            if value not in known:
                try:
                    known[value] = self.instant(value)
                except (ValueError, TypeError):
                    faults.append(f"row {row + 1}: {column} is no time ({value!r})")
                    continue
            times.append(known[value])
        if faults:
            raise Faults("replay", faults[:_MOST_FAULTS])
        return times

    def instant(self, value: object) -> int:
        """Return epoch ms UTC of a time of the feed; a naive one is local, shifted by dates."""
        local = (local_time(value, self._zone) + self._shift).replace(tzinfo=self._zone)
        return (local.astimezone(UTC) - _EPOCH) // _MILLISECOND


def local_time(value: object, zone: ZoneInfo) -> datetime:
    """Return a time of the feed as its naive local time; raises ValueError, TypeError."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)


class Texts:
    """One text field of every row; the same cell is worked out once."""

    def __init__(self, columns: Columns, origin: TextField) -> None:
        self._cells = None if origin.column is None else columns[origin.column]
        self._origin = origin
        self._known: dict[object, str] = {}

    def of(self, row: int) -> str:
        """Return the text of a row, "" when the file has none."""
        if self._cells is None:
            return self._origin.constant or ""
        cell = self._cells[row]
        text = self._known.get(cell)
        if text is None:
            text = self._known[cell] = self._work_out(cell)
        return text

    def _work_out(self, cell: object) -> str:
        if cell is None or cell != cell:  # a double column writes a missing number as NaN
            return ""
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        text = text.removeprefix(self._origin.strip_prefix).strip()
        if self._origin.slug:
            text = _NOT_SLUG.sub("-", text.lower()).strip("-")
        return self._origin.values.get(text, text)
