"""From one line of a message, or one row of a file, to the fields of an event."""

from collections.abc import Callable
from typing import Any

from pipeline.events.model import KINDS
from pipeline.mapping.model import Mapping
from pipeline.mapping.numbers import integer, number, smallest_units
from pipeline.mapping.places import Place
from pipeline.mapping.rules import getter, test_of, whole_message
from pipeline.mapping.texts import TextReader, obey_rules, plain_text
from pipeline.mapping.times import Times
from pipeline.mapping.unmapped import Unmapped, quoted
from pipeline.mapping.written import Kind, TextField

Fields = dict[str, Any]
_NEEDED = ("order_id", "currency")
_MESSAGE = "message"
_LINE = "line"


class Engine:
    """Maps lines of one feed. `common` does once a message what does not depend on the line.

    Both raise Unmapped, whose detail names field and path, and BinaryFraction when a number that
    is needed was read as a double.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.times = Times(mapping.time)
        texts = {"order_id": mapping.order_id, **mapping.fields, "currency": mapping.currency}
        self._constants = {n: t.constant for n, t in texts.items() if t.constant is not None}
        self._texts = {
            level: [
                (name, TextReader(name, text), getter(text), text)
                for name, text in texts.items()
                if text.constant is None and text.of_line == (level == _LINE)
            ]
            for level in (_MESSAGE, _LINE)
        }
        self._refund = [test_of(rule) for rule in mapping.refund]
        self._skip_message = [test_of(r) for r in mapping.skip if whole_message(r)]
        self._skip_line = [test_of(r) for r in mapping.skip if not whole_message(r)]
        self._time, self._time_of_line = getter(mapping.time), mapping.time.of_line
        self._amount, self._quantity = getter(mapping.money), getter(mapping.quantity)
        self._line_no = getter(mapping.line_no) if mapping.line_no else None
        self._kind = _kind_by(mapping.kind) if mapping.kind else None

    def skips_message(self, message: Any) -> bool:
        return any(holds(message, None) for holds in self._skip_message)

    def skips_line(self, message: Any, line: Any) -> bool:
        return any(holds(message, line) for holds in self._skip_line)

    def common(self, message: Any, instant: int | None = None) -> Fields:
        """Return the fields that all lines of a message share; `instant` where it is known."""
        found: Fields = {**self._constants, **self._read(_MESSAGE, message, None)}
        if not self._time_of_line:
            found["event_time"] = self._instant(message, None) if instant is None else instant
        return found

    def line(self, message: Any, line: Any, common: Fields) -> Fields:
        """Return all fields of a line but v, event_id and, unless it is mapped, line_no."""
        found = {**common, **self._read(_LINE, message, line)}
        if self._time_of_line:
            found["event_time"] = self._instant(message, line)
        self._sums(message, line, found)
        if self._line_no is not None:
            found["line_no"] = self._number_of(message, line)
        return found

    def _read(self, level: str, message: Any, line: Any) -> Fields:
        found = {}
        for name, reader, get, origin in self._texts[level]:
            try:
                found[name] = reader.read(get(message, line))
            except Unmapped as fault:
                raise named(name, origin, fault) from None
        for name in _NEEDED:
            if name in found and not found[name]:
                raise named(name, getattr(self.mapping, name), Unmapped("is missing"))
        words = "".join(found.values())
        if not words.isprintable() or "{" in words or "[" in words or len(words) > 128:
            obey_rules(found.items())
        return found

    def _instant(self, message: Any, line: Any) -> int:
        try:
            return self.times.instant(self._time(message, line))
        except Unmapped as fault:
            raise named("event_time", self.mapping.time, fault) from None

    def _sums(self, message: Any, line: Any, found: Fields) -> None:
        """Put quantity, amount and kind. Both numbers are absolute; a sign must have a meaning."""
        mapping = self.mapping
        pieces = self._pieces(message, line)
        try:
            amount = number(self._amount(message, line))
            times = pieces if mapping.money.per == "piece" else 1
            exponent = mapping.money.exponent if mapping.money.unit == "major" else 0
            half_up = mapping.money.rounding == "half_up"
            found["amount_cents"] = smallest_units(amount, times, exponent, half_up)
        except Unmapped as fault:
            raise named("amount", mapping.money, fault) from None
        found["quantity"] = abs(pieces)
        below = (pieces < 0, (amount < 0) != (times < 0 and amount != 0))
        found["kind"] = self._kind_of(message, line, below)

    def _pieces(self, message: Any, line: Any) -> int:
        quantity = self.mapping.quantity
        if quantity.constant is not None:
            return quantity.constant
        try:
            pieces = integer(self._quantity(message, line))
            if pieces == 0:
                raise Unmapped("is 0")
        except Unmapped as fault:
            raise named("quantity", quantity, fault) from None
        return pieces

    def _kind_of(self, message: Any, line: Any, below: tuple[bool, bool]) -> str:
        if self._kind is not None:
            return self._kind(message, line, below)
        if self._refund:
            return "refund" if any(h(message, line) for h in self._refund) else "sale"
        if any(below):
            reason = "amount or quantity is negative, and no [kind] or [[refund]] says why"
            raise Unmapped(reason, "kind")
        return "sale"

    def _number_of(self, message: Any, line: Any) -> int:
        origin = self.mapping.line_no
        assert origin is not None
        assert self._line_no is not None
        if origin.constant is not None:
            return origin.constant
        try:
            found = integer(self._line_no(message, line)) - origin.first + 1
            if found < 1:
                raise Unmapped(f"is below {origin.first}")
        except Unmapped as fault:
            raise named("line_no", origin, fault) from None
        return found


def named(field: str, place: Place | TextField, fault: Unmapped) -> Unmapped:
    """Say which field, and where it was looked for."""
    where = f" ({'line: ' if place.of_line else ''}{place})" if place.steps else ""
    return Unmapped(f"{field}{where} {fault.detail}", field)


def _kind_by(kind: Kind) -> Callable[[Any, Any, tuple[bool, bool]], str]:
    if kind.sign_of is not None:
        which = 0 if kind.sign_of == "quantity" else 1
        return lambda _message, _line, below: "refund" if below[which] else "sale"
    get = getter(kind)

    def by_value(message: Any, line: Any, _below: tuple[bool, bool]) -> str:
        text = plain_text(get(message, line))
        found = kind.values.get(text) or (kind.default if text == "" else None)
        if found not in KINDS:
            reason = f"is none of its values ({quoted(text)})" if text else "is missing"
            raise named("kind", kind, Unmapped(reason))
        return str(found)

    return by_value
