"""The oracle's own reading of a ledger and its own judging of messages: which of them count.

Like the oracle it imports the standard library only, and its own reading of JSON. Rules:
docs/design.md §3.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.verify.plain_json import read_object

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
