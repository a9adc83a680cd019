"""The oracle's own reading of a message; like the oracle it imports the standard library only.

Rules: docs/design.md §3. Numbers stay the text they were written as.
"""

import json
import re
import sys
from codecs import BOM_UTF8

DEEPEST = 1000
LONGEST_NUMBER = 1000
_BAD_BYTE = re.compile("[\udc80-\udcff]")  # as Python's surrogateescape marks it
_FRAMES = 4  # of Python's stack for a level, at most


def read_object(payload: bytes | None) -> dict[str, object] | None:
    """Return the one JSON object of a message, None when it is no such thing."""
    if not payload:
        return None
    encoding = json.detect_encoding(payload)
    if encoding == "utf-8-sig":
        payload, encoding = payload[len(BOM_UTF8) :], "utf-8"
    # A bad byte becomes a mark that no good text holds; behind the object it does no harm.
    text = payload.decode(encoding, "surrogateescape").lstrip(" \t\r\n")
    try:
        found, end = _read(text)
    except ValueError:
        return None
    if not text.isascii() and _BAD_BYTE.search(text, 0, end):
        return None
    if isinstance(found, list):
        objects = [one for one in found if isinstance(one, dict)]
        found = objects[0] if len(objects) == 1 else None
    return found if isinstance(found, dict) else None


def _read(text: str) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text)
    except RecursionError:
        pass  # deeper than Python's stack allows by default
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + _FRAMES * DEEPEST)
    try:
        found, end = _DECODER.raw_decode(text)
    except RecursionError as fault:
        raise ValueError("far too deep") from fault
    finally:
        sys.setrecursionlimit(limit)
    if _depth(found) > DEEPEST:
        raise ValueError("too deep")
    return found, end


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def _number(text: str) -> str:
    if len(text) > LONGEST_NUMBER and sum(sign.isdigit() for sign in text) > LONGEST_NUMBER:
        raise ValueError("a number too long")
    return "0" if text == "-0" else text


def _refuse_constant(name: str) -> str:
    raise ValueError(name)


_DECODER = json.JSONDecoder(
    parse_int=_number, parse_float=_number, parse_constant=_refuse_constant, strict=False
)
