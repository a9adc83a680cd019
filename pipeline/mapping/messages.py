"""From the bytes of a foreign message to the events of its lines, and what of it was refused."""

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from pipeline.events.model import LONGEST_TEXT, SCHEMA_VERSION
from pipeline.mapping.engine import Engine, Fields
from pipeline.mapping.model import Mapping
from pipeline.mapping.numbers import BinaryFraction
from pipeline.mapping.rules import getter, walk
from pipeline.mapping.texts import plain_text
from pipeline.mapping.unmapped import Unmapped
from pipeline.mapping.written import EventId, Part

_BOM = b"\xef\xbb\xbf"
_PLACED = EventId(parts=(Part(word="place"), Part(word="index")))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line, or with `index` None a whole message of `lines` lines, became no event.

    `about`: what could not be made, for counting: a field of the event, `message` or `line`.
    """

    index: int | None
    detail: str
    about: str
    lines: int = 1


@dataclass(slots=True)
class Mapped:
    """What a message became: lines = len(events) + lines of `refused` + `skipped`.

    `events`: (order_id, fields in the event's names). A message without lines counts as one.
    """

    lines: int
    events: list[tuple[str, Fields]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    skipped: int = 0


class MessageMapper:
    """Reads messages of one feed; the same bytes at the same place give the same events."""

    def __init__(self, mapping: Mapping) -> None:
        self._engine = Engine(mapping)
        self._lines_at = mapping.feed.lines
        self._numbers_given = mapping.line_no is not None
        parts = (mapping.event_id or _PLACED).parts
        self._parts = [(part, getter(part)) for part in parts]
        self._exactly = False

    def read(self, payload: bytes | None, place: str) -> Mapped:
        """Map one message. `place` names it for ever (`topic:partition:offset`). Never raises.

        orjson is five times as quick but gives doubles; the first number of a feed that is needed
        and has a fraction ends that, and this and all later messages are read with decimals.
        """
        try:
            if not self._exactly:
                try:
                    return self._mapped(orjson.loads(_content(payload)), place)
                except BinaryFraction:
                    self._exactly = True
            return self._mapped(_EXACT.decode(_content(payload).decode("utf-8")), place)
        except Unmapped as fault:
            return Mapped(1, refused=[Refusal(None, fault.detail, fault.about)])
        except (ValueError, RecursionError) as fault:
            return Mapped(1, refused=[Refusal(None, f"is not JSON: {fault}", "message")])

    def _mapped(self, message: Any, place: str) -> Mapped:
        if not isinstance(message, dict):
            raise Unmapped("is not one JSON object")
        engine = self._engine
        if engine.skips_message(message):
            return Mapped(1, skipped=1)
        lines = [message] if self._lines_at is None else walk(message, self._lines_at)
        if not isinstance(lines, list) or not lines:
            where = ".".join(self._lines_at or ())
            raise Unmapped(f"has no lines: {where} is missing, empty or no list")
        try:
            common = engine.common(message)
        except Unmapped as fault:
            whole = Refusal(None, fault.detail, fault.about, len(lines))
            return Mapped(len(lines), refused=[whole])
        found, numbers = Mapped(len(lines)), Counter[str]()
        for index, line in enumerate(lines):
            try:
                if not isinstance(line, dict):
                    raise Unmapped("the line is no JSON object", "line")
                if engine.skips_line(message, line):
                    found.skipped += 1
                    continue
                fields = engine.line(message, line, common)
                self._name(fields, numbers, (message, line, place, index))
            except Unmapped as fault:
                found.refused.append(Refusal(index, fault.detail, fault.about))
            else:
                found.events.append((fields["order_id"], fields))
        return found

    def _name(self, fields: Fields, numbers: Counter[str], at: tuple[Any, Any, str, int]) -> None:
        """Put line number, event id and version.

        Without numbers of the feed, the lines taken of a kind are counted within the message, so
        that an order with a sale counts, whatever stands before it.
        """
        kind = fields["kind"]
        if not self._numbers_given:
            fields["line_no"] = numbers[kind] + 1
        message, line, place, index = at
        words = {"index": index, "kind": kind, "line_no": fields["line_no"], "place": place}
        event_id = ":".join(
            str(words[part.word]) if part.word else _part(part, get(message, line))
            for part, get in self._parts
        )
        if len(event_id) > LONGEST_TEXT or not event_id.isprintable():
            reason = f"event_id has over {LONGEST_TEXT} or strange characters ({event_id})"
            raise Unmapped(reason, "event_id")
        fields["event_id"], fields["v"] = event_id, SCHEMA_VERSION
        numbers[kind] += 1


def event_json(fields: Fields) -> bytes:
    """Write the event of a line, texts that were not given left out."""
    return orjson.dumps({name: value for name, value in fields.items() if value != ""})


def _part(part: Part, value: object) -> str:
    text = plain_text(value)
    if not text:
        where = f"{'line: ' if part.of_line else ''}{part}"
        raise Unmapped(f"event_id ({where}) is missing", "event_id")
    return text


def _content(payload: bytes | None) -> bytes:
    if payload is None:
        raise Unmapped("has no value (a tombstone)")
    return payload.removeprefix(_BOM)


def _refuse_constant(literal: str) -> object:
    raise ValueError(f"{literal} is no JSON")


_EXACT = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)
