"""Texts of a feed, and the rules that a text of an event keeps (docs/design.md §3)."""

import re
from collections.abc import Iterable
from decimal import Decimal

from pipeline.events.model import GENDERS, LONGEST_TEXT
from pipeline.mapping.numbers import BinaryFraction
from pipeline.mapping.unmapped import Unmapped, quoted
from pipeline.mapping.written import TextField

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REMEMBERED = 10_000


def plain_text(value: object) -> str:
    """Return a text, the digits of a number as written, "" for nothing; raises Unmapped."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]
    if value is None:
        return ""
    if kind is int or kind is Decimal:
        return str(value)
    if kind is float:
        raise BinaryFraction
    if kind is bool:
        return "true" if value else "false"
    raise Unmapped(f"is an object or a list ({quoted(value)})")


class TextReader:
    """Works out one text field; `name` is that of the event's field."""

    def __init__(self, name: str, origin: TextField) -> None:
        self._origin = origin
        self._changes = bool(origin.strip_prefix or origin.slug or origin.values)
        self._sets = GENDERS if name == "gender" else None
        self._known: dict[str, str] = {}

    def read(self, value: object) -> str:
        """Return the field's text of a value; raises Unmapped, BinaryFraction."""
        text = plain_text(value)
        if self._changes or self._sets:
            known = self._known.get(text)
            if known is None:
                known = self._changed(text)
                if len(self._known) < _REMEMBERED:
                    self._known[text] = known
            return known
        return text.strip() or self._origin.default

    def _changed(self, text: str) -> str:
        origin = self._origin
        found = text.removeprefix(origin.strip_prefix).strip()
        if origin.slug:
            found = _NOT_SLUG.sub("-", found.lower()).strip("-")
        if found in origin.values:
            found = origin.values[found]
        elif found and origin.others == "refuse":
            raise Unmapped(f"is none of its values ({quoted(text)})")
        found = found or origin.default
        if self._sets is not None and found not in self._sets:
            raise Unmapped(f"is none of F, M, U ({quoted(found)}); name it in values")
        return found


def obey_rules(texts: Iterable[tuple[str, str]]) -> None:
    """Raise Unmapped for the first (name, text) that no event may have."""
    for name, text in texts:
        fault = _broken_rule(text)
        if fault:
            raise Unmapped(f"{name} {fault}", name)


def _broken_rule(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"is longer than {LONGEST_TEXT} characters ({quoted(text)})"
    if text[:1] in ("{", "["):
        return f"begins like an object or a list ({quoted(text)})"
    if _CONTROL.search(text):
        return f"holds a control character ({quoted(repr(text))})"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"holds half a character ({quoted(repr(text))})"
    return None
