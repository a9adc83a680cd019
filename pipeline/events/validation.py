"""The reference reading of a message: accepted as an event, or rejected with its first reason.

The live job's SQL holds the same rules; both must classify every message alike (docs/design.md §3).
"""

import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from pipeline.events.model import (
    FARTHEST_AHEAD_MS,
    FIELDS,
    GENDERS,
    INTEGER_FIELDS,
    KINDS,
    LATEST_MS,
    LONGEST_TEXT,
    REQUIRED_FIELDS,
    SCHEMA_VERSION,
    Event,
)
from pipeline.events.texts import Texts, Unparseable, read_texts
from pipeline.events.usual import usual_texts

ReadReason = Literal[
    "unparseable", "version", "bad_field", "bad_value", "currency", "too_late", "future"
]
Reason = Literal[ReadReason, "conflict"]
REASONS: tuple[Reason, ...] = (
    "unparseable",
    "version",
    "bad_field",
    "bad_value",
    "currency",
    "too_late",
    "future",
    "conflict",
)

_INTEGER = re.compile(r"[0-9]{1,15}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLACE = {name: place for place, name in enumerate(FIELDS)}
_INTEGERS = tuple((name, _PLACE[name]) for name in INTEGER_FIELDS)
_TEXTS = tuple((name, _PLACE[name]) for name in FIELDS if name not in INTEGER_FIELDS)
_REQUIRED = frozenset(REQUIRED_FIELDS)
_SEPARATOR = "\x1f"  # cannot occur in a text that passed


@dataclass(frozen=True, slots=True)
class Accepted:
    """A valid event; whether it was seen before is the caller's to know (by `fingerprint`)."""

    event: Event
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that does not count: the first reason that holds, and a word about the place."""

    reason: Reason
    detail: str


def join_texts(texts: Texts) -> str:
    """Return the fingerprint of 16 valid texts: equal exactly when all of them are."""
    return _SEPARATOR.join(texts)


def fingerprint(event: Event) -> str:
    """Return the fingerprint of an event as `to_json` writes it."""
    return join_texts(tuple(str(getattr(event, name)) for name in FIELDS))


class Reader:
    """Reads messages of a shop whose events are all in one `currency`."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def read(self, payload: bytes | None, arrived_ms: int) -> Accepted | Rejected:
        """Classify one message; `arrived_ms` is Kafka's record time. Never raises for bad data."""
        texts = self.texts(payload, arrived_ms)
        if isinstance(texts, Rejected):
            return texts
        return Accepted(_event(texts), join_texts(texts))

    def texts(self, payload: bytes | None, arrived_ms: int) -> Texts | Rejected:
        """As `read`, but leave a valid event as its 16 texts in the order of `FIELDS`: faster."""
        usual = usual_texts(payload, arrived_ms, self._currency)
        return usual or self.texts_by_rule(payload, arrived_ms)

    def texts_by_rule(self, payload: bytes | None, arrived_ms: int) -> Texts | Rejected:
        """Apply the rules one after another; `texts` gives the same, faster."""
        try:
            texts = read_texts(payload)
        except Unparseable as fault:
            return Rejected("unparseable", str(fault))
        return (
            _version(texts)
            or _bad_field(texts)
            or _bad_value(texts)
            or self._money_and_time(texts, arrived_ms)
            or texts
        )

    def _money_and_time(self, texts: Texts, arrived_ms: int) -> Rejected | None:
        currency = texts[_PLACE["currency"]]
        if currency != self._currency:
            return Rejected("currency", f"currency is {currency!r}, the shop's is {self._currency}")
        lateness = arrived_ms - int(texts[_PLACE["event_time"]])
        if lateness > LATEST_MS:
            return Rejected("too_late", f"arrived {lateness} ms after event_time")
        if -lateness > FARTHEST_AHEAD_MS:
            return Rejected("future", f"event_time is {-lateness} ms after the arrival")
        return None


def _version(texts: Texts) -> Rejected | None:
    v = texts[_PLACE["v"]]
    if _INTEGER.fullmatch(v) and int(v) != SCHEMA_VERSION:
        return Rejected("version", f"v is {v}, this reads {SCHEMA_VERSION}")
    return None


def _bad_field(texts: Texts) -> Rejected | None:
    for name, place in _INTEGERS:
        if not _INTEGER.fullmatch(texts[place]):
            return Rejected("bad_field", f"{name} is missing or no integer of 1 to 15 digits")
    for name, place in _TEXTS:
        text = texts[place]
        if not text:
            if name in _REQUIRED:
                return Rejected("bad_field", f"{name} is missing")
        elif len(text) > LONGEST_TEXT:
            return Rejected("bad_field", f"{name} is longer than {LONGEST_TEXT} characters")
        elif text[0] in "{[":
            return Rejected("bad_field", f"{name} is or begins like an object or array")
        elif _CONTROL.search(text):
            return Rejected("bad_field", f"{name} holds a control character")
    return None


def _bad_value(texts: Texts) -> Rejected | None:
    if texts[_PLACE["kind"]] not in KINDS:
        return Rejected("bad_value", "kind is neither sale nor refund")
    if texts[_PLACE["gender"]] not in GENDERS:
        return Rejected("bad_value", "gender is none of F, M, U")
    for name in ("quantity", "line_no"):
        if int(texts[_PLACE[name]]) == 0:
            return Rejected("bad_value", f"{name} is 0")
    return None


def _event(texts: Texts) -> Event:
    values: dict[str, str | int] = dict(zip(FIELDS, texts, strict=True))
    for name in INTEGER_FIELDS:
        values[name] = int(values[name])
    return Event(**cast("dict[str, Any]", values))
