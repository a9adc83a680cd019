"""From the bytes of a message to the 16 texts of its fields, as Flink's JSON format reads them."""

import json
import math
import re
import sys
from decimal import Decimal

from pipeline.events.encoding import decode, without_surrogates
from pipeline.events.model import FIELDS

# Jackson's limits, with which Flink reads.
DEEPEST_NESTING = 1000
LONGEST_NUMBER = 1000
_BRACKETS_OR_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_NOT_DIGITS = re.compile(r"[^0-9]")

Texts = tuple[str, ...]  # of all `FIELDS`, "" for a missing one


class Unparseable(ValueError):
    """The message is no JSON object; its text says why."""


def read_texts(payload: bytes | None) -> Texts:
    """Return the text of each of `FIELDS`, "" for a missing one; raises Unparseable.

    A string gives its content, an integer its digits, any other number what Java writes for the
    double next to it, true and false their word. Of a repeated key the last one counts; what
    follows the first complete value is not looked at. An array that holds one object is read as
    this object, for Flink's reader does so.
    """
    if payload is None:
        raise Unparseable("no value (a tombstone)")
    try:
        found = _decode(decode(payload).lstrip(" \t\r\n"))
    except json.JSONDecodeError as fault:
        raise Unparseable(f"not JSON at character {fault.pos}: {fault.msg}") from fault
    if isinstance(found, list):
        objects = [element for element in found if isinstance(element, dict)]
        found = objects[0] if len(objects) == 1 else None
    if not isinstance(found, dict):
        raise Unparseable("not one JSON object")
    return tuple(_text(found.get(name)) for name in FIELDS)


def _text(value: object) -> str:
    if isinstance(value, str):
        return without_surrogates(value)
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return "{" if isinstance(value, dict) else "["


def _integer(literal: str) -> str:
    _refuse_long(literal)
    return "0" if literal == "-0" else literal


def _fraction(literal: str) -> str:
    _refuse_long(literal)
    return java_text(float(literal))


def _refuse_long(literal: str) -> None:
    if len(literal) > LONGEST_NUMBER and len(_NOT_DIGITS.sub("", literal)) > LONGEST_NUMBER:
        raise Unparseable(f"a number of more than {LONGEST_NUMBER} digits")


def _refuse_constant(literal: str) -> str:
    raise Unparseable(f"{literal} is no JSON")


def java_text(number: float) -> str:
    """Write a double as Java does: `12.5`, `1000.0`, `1.0E7`, `1.5E-4`, `Infinity`."""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    whole, rest = digits[0], "".join(map(str, digits[1:])) or "0"
    return f"{'-' * sign}{whole}.{rest}E{int(exponent) + len(digits) - 1}"


# strict=False: Flink's reader lets raw control characters into strings; the text rule refuses them.
_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_fraction, parse_constant=_refuse_constant, strict=False
)


def _decode(text: str) -> object:
    try:
        return _DECODER.raw_decode(text)[0]
    except RecursionError:
        return _decode_deep(text)


def _decode_deep(text: str) -> object:
    """Decode what nests deeper than Python's stack allows by default, up to Jackson's limit."""
    depth = 0
    for token in _BRACKETS_OR_STRINGS.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        if depth > DEEPEST_NESTING:
            raise Unparseable(f"nested deeper than {DEEPEST_NESTING}")
        if depth == 0:
            break
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 4 * DEEPEST_NESTING)
    try:
        return _DECODER.raw_decode(text)[0]
    finally:
        sys.setrecursionlimit(limit)
