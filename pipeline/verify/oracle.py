"""The oracle: what every number must be, counted with plain integers from plain lines.

It shares no code with the product, so that a fault in the product cannot hide in it: only the
standard library is imported here, and its own reading of JSON. Rules: docs/design.md §3 and §4.
"""

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.verify.plain_json import read_object

MINUTE_MS = 60_000
LATEST_MS = 48 * 3_600_000
AHEAD_MS = 5 * 60_000
_INTEGER = re.compile(r"[0-9]{1,15}")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_INTEGERS = ("v", "line_no", "event_time", "quantity", "amount_cents")
_TEXTS = (
    *("event_id", "kind", "order_id", "user_id", "gender", "category", "brand", "sku"),
    *("warehouse_id", "province", "currency"),
)
_NEEDED = ("event_id", "kind", "order_id", "currency")


class Line(NamedTuple):
    """A counted order line; texts "" when not given, amount in cents, time in epoch ms."""

    event_id: str
    kind: str
    order_id: str
    line_no: int
    event_time: int
    user_id: str
    gender: str
    category: str
    brand: str
    warehouse_id: str
    province: str
    quantity: int
    amount_cents: int


class Entry(NamedTuple):
    """A ledger line: what was sent, and what its sender says it is (`line` only when counted)."""

    place: str
    arrived_ms: int
    meaning: str
    payload: bytes | None
    line: Line | None


def read_ledger(folder: Path) -> Iterator[Entry]:
    """Yield the entries of a run, oldest first; ValueError names a broken line."""
    for path in sorted(folder.glob("[0-9]*.jsonl")):
        with path.open("rb") as lines:
            for number, text in enumerate(lines, 1):
                place = f"{path.name}:{number}"
                try:
                    found = json.loads(text)
                    payload = found["p"].encode() if "p" in found else None
                    if "b" in found:
                        payload = base64.b64decode(found["b"])
                    line = Line(*found["f"]) if "f" in found else None
                    yield Entry(place, found["a"], found["c"], payload, line)
                except (ValueError, KeyError, TypeError) as fault:
                    raise ValueError(f"{place}: {fault}") from fault


class Judge:
    """Classifies messages in the order of their arrival; the first valid one of an id counts."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._seen: dict[str, int] = {}

    def judge(self, payload: bytes | None, arrived_ms: int) -> tuple[str, Line | None]:
        """Return the class and, when counted, the line."""
        found = read_object(payload)
        if found is None:
            return "unparseable", None
        fields = {name: _text(found.get(name)) for name in (*_INTEGERS, *_TEXTS)}
        reason = self._reason(fields, arrived_ms)
        if reason is not None:
            return reason, None
        event_id = fields["event_id"]
        content = hash(tuple(fields.values()))
        first = self._seen.get(event_id)
        if first is not None:
            return ("duplicate" if first == content else "conflict"), None
        self._seen[event_id] = content
        return "counted", _line(fields)

    def _reason(self, fields: Mapping[str, str], arrived_ms: int) -> str | None:
        if _INTEGER.fullmatch(fields["v"]) and int(fields["v"]) != 1:
            return "version"
        if not all(_INTEGER.fullmatch(fields[name]) for name in _INTEGERS):
            return "bad_field"
        if not all(fields[name] for name in _NEEDED) or any(_bad(fields[n]) for n in _TEXTS):
            return "bad_field"
        if fields["kind"] not in ("sale", "refund") or fields["gender"] not in ("", "F", "M", "U"):
            return "bad_value"
        if int(fields["quantity"]) == 0 or int(fields["line_no"]) == 0:
            return "bad_value"
        if fields["currency"] != self._currency:
            return "currency"
        late = arrived_ms - int(fields["event_time"])
        if late > LATEST_MS:
            return "too_late"
        return "future" if late < -AHEAD_MS else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return "{" if isinstance(value, dict) else "["
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode()  # half a surrogate pair is "?"


def _bad(text: str) -> bool:
    return len(text) > 128 or text[:1] in ("{", "[") or _CONTROL.search(text) is not None


def _line(fields: Mapping[str, str]) -> Line:
    numbers = {"line_no", "event_time", "quantity", "amount_cents"}
    return Line(*(int(fields[n]) if n in numbers else fields[n] for n in Line._fields))  # type: ignore[arg-type]


class Measure(NamedTuple):
    """What is summed: `of` is amount_cents, quantity or lines; `kind` sale, refund or any.

    `priced`: only over lines with an amount.
    """

    name: str
    of: str
    kind: str
    first_line_only: bool
    priced: bool = False


class Cube(NamedTuple):
    """A minute cube: the line's field whose text is the key ("guest": guest or user)."""

    name: str
    field: str
    measures: tuple[Measure, ...]


class Window(NamedTuple):
    """Epoch minutes from `start` to before `end`."""

    name: str
    start: int
    end: int


class Count:
    """Everything counted from lines: cells of all minutes; users and buyers of the windows."""

    def __init__(self, cubes: Sequence[Cube], windows: Sequence[Window]) -> None:
        self._cubes = cubes
        self._windows = windows
        self.classes: Counter[str] = Counter()
        # cube -> (minute, key) -> [lines, measure, measure, ...]
        self.cells: dict[str, dict[tuple[int, str], list[int]]] = {c.name: {} for c in cubes}
        # window -> user -> [paid amount, orders]; its keys are the buyers
        self.users: dict[str, dict[str, list[int]]] = {
            window.name: defaultdict(lambda: [0, 0]) for window in windows
        }

    def add(self, meaning: str, line: Line | None) -> None:
        """Count one message by its class and, when it is counted, its line."""
        self.classes[meaning] += 1
        if line is None:
            return
        minute = line.event_time // MINUTE_MS
        for cube in self._cubes:
            cells, key = self.cells[cube.name], (minute, _key(line, cube.field))
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = [0] * (len(cube.measures) + 1)
            cell[0] += 1
            for place, measure in enumerate(cube.measures, 1):
                cell[place] += _amount(line, measure)
        if line.user_id and line.kind == "sale":
            for window in self._windows:
                if window.start <= minute < window.end:
                    user = self.users[window.name][line.user_id]
                    user[0] += line.amount_cents
                    user[1] += line.line_no == 1


def _key(line: Line, field: str) -> str:
    if field == "guest":
        return "user" if line.user_id else "guest"
    return getattr(line, field) or "unknown"


def _amount(line: Line, measure: Measure) -> int:
    if measure.kind not in ("any", line.kind):
        return 0
    if measure.first_line_only and line.line_no != 1:
        return 0
    if measure.priced and line.amount_cents == 0:
        return 0
    return 1 if measure.of == "lines" else int(getattr(line, measure.of))
