"""Rules of a mapping: whether a line, or a whole message, is what they describe."""

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pipeline.mapping.numbers import number
from pipeline.mapping.places import Place
from pipeline.mapping.texts import plain_text
from pipeline.mapping.unmapped import Unmapped
from pipeline.mapping.written import Condition, Rule

Test = Callable[[Any, Any], bool]
Get = Callable[[Any, Any], Any]


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


def getter(place: Place) -> Get:
    """Return a function of (message, line), both objects, that fetches a place.

    The depths that are common are written out: this is called some ten times a line.
    """
    steps = place.steps
    if len(steps) == 1:
        (step,) = steps
        if place.of_line:
            return lambda _message, line: line.get(step)
        return lambda message, _line: message.get(step)
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
    tests = [*_word_tests(condition), *_bound_tests(condition)]

    def holds(message: Any, line: Any) -> bool:
        value = get(message, line)
        if value is None or value == "":
            return condition.missing is True
        return condition.missing is not True and all(test(value) for test in tests)

    return holds


def _word_tests(condition: Condition) -> Iterator[Callable[[Any], bool]]:
    if condition.one_of:
        yield lambda value: plain_text(value) in condition.one_of
    if condition.none_of:
        yield lambda value: plain_text(value) not in condition.none_of


def _bound_tests(condition: Condition) -> Iterator[Callable[[Any], bool]]:
    for compare, bound in (
        (operator.lt, condition.below),
        (operator.gt, condition.above),
        (operator.ge, condition.at_least),
        (operator.le, condition.at_most),
    ):
        if bound is not None:
            yield _bound_test(compare, bound)


def _bound_test(compare: Callable[[Any, Any], bool], bound: Decimal) -> Callable[[Any], bool]:
    limit = int(bound) if bound == int(bound) else bound

    def holds(value: Any) -> bool:
        try:
            return compare(number(value), limit)
        except Unmapped:
            return False

    return holds
