"""Faults as people read them: `file [entry]: reason; next step`."""

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

_PATTERNS = {
    "at": 'not a clock time; write HH:MM from "00:00" to "24:00"',
    "currency": 'not a currency code; write three capital letters such as "CNY"',
}


class FaultList:
    """Collects faults, so that one pass says them all; the same fault is said once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, place: str, reason: str, step: str) -> None:
        text = f"{place}: {reason}; {step}"
        if text not in self.texts:
            self.texts.append(text)

    def add_invalid(self, place: str, fault: ValidationError, known: Mapping[str, Any]) -> None:
        """Say what pydantic refused; `known` are the keys the table may have."""
        for error in fault.errors():
            reason, step = _said(error, list(known))
            self.add(place, reason, step)


def listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the next step for an unknown name: the one that was meant, or all there are."""
    choices = list(names)
    close = difflib.get_close_matches(name, choices, n=1)
    return f"did you mean {close[0]}?" if close else f"choose one of: {listed(choices)}"


def _said(error: Any, known: list[str]) -> tuple[str, str]:
    where = [str(part) for part in error["loc"]]
    key, kind = ".".join(where), error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        if len(where) > 1:
            return f"unknown key '{key}'", f"take it out of {where[0]}"
        return f"unknown key '{key}'", nearest(key, known)
    if kind == "missing":
        if where[-1] in ("zh", "en") and len(where) > 1:
            words = ".".join(where[:-1])
            return f"{words} has no '{where[-1]}'", f"write it in both languages: {words}.zh, .en"
        return f"'{key}' is missing", "add it"
    if kind == "value_error":  # raised by a check of ours, as `reason; step`
        reason, _, step = str(context["error"]).partition("; ")
        return f"{key} {reason}".strip(), step
    if kind == "literal_error":
        return f"{key} is {error['input']!r}", f"choose one of: {context['expected']}"
    if kind == "string_pattern_mismatch":
        text = _PATTERNS.get(where[-1], "not a name; write small letters, digits and _")
        reason, step = text.split("; ")
        return f"{key} is {error['input']!r}: {reason}", step
    if kind.startswith(("greater_than", "less_than", "too_", "string_too_")):
        return f"{key} is {error['input']!r}", error["msg"].replace("Input s", "s")
    wanted = kind.removesuffix("_type").removesuffix("_parsing")
    given = error["input"]
    said = str(given) if isinstance(given, Decimal) else repr(given)
    return f"{key} is {said}, not of type {wanted}", "correct its type"
