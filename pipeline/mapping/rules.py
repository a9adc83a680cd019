"""Rules of a mapping: whether a line, or a whole message, is what they describe."""

from collections.abc import Callable
from typing import Any

from pipeline.mapping.numbers import number
from pipeline.mapping.texts import plain_text
from pipeline.mapping.unmapped import Unmapped
from pipeline.mapping.written import Condition, Place, Rule

Test = Callable[[Any, Any], bool]


def walk(value: Any, steps: tuple[str, ...]) -> Any:
    """Return what stands at a path, None where it ends early; digits count in a list."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def getter(place: Place) -> Callable[[Any, Any], Any]:
    """Return a function of (message, line) that fetches a place; the common depths are quick."""
    steps = place.steps
    if place.of_line:
        return lambda _message, line: walk(line, steps)
    return lambda message, _line: walk(message, steps)


def test_of(rule: Rule) -> Test:
    """Return the test of a rule; it raises BinaryFraction for numbers read as doubles."""
    conditions = [_test(condition) for condition in rule.all]
    return lambda message, line: all(holds(message, line) for holds in conditions)


def whole_message(rule: Rule) -> bool:
    """Say whether a rule looks at nothing of a line."""
    return not any(condition.of_line for condition in rule.all)


def _test(condition: Condition) -> Test:
    get = getter(condition)

    def holds(message: Any, line: Any) -> bool:
        value = get(message, line)
        nothing = value is None or value == ""
        if condition.missing is not None and nothing != condition.missing:
            return False
        if nothing:
            return condition.missing is True
        return _in_words(condition, value) and _in_bounds(condition, value)

    return holds


def _in_words(condition: Condition, value: object) -> bool:
    if not condition.one_of and not condition.none_of:
        return True
    text = plain_text(value)
    return (not condition.one_of or text in condition.one_of) and text not in condition.none_of


def _in_bounds(condition: Condition, value: object) -> bool:
    bounds = (condition.below, condition.above, condition.at_least, condition.at_most)
    if all(bound is None for bound in bounds):
        return True
    try:
        found = number(value)
    except Unmapped:
        return False
    below, above, at_least, at_most = bounds
    return (
        (below is None or found < below)
        and (above is None or found > above)
        and (at_least is None or found >= at_least)
        and (at_most is None or found <= at_most)
    )
