"""The oracle: what every number must be, counted with plain integers from plain lines.

It shares no code with the product, so that a fault in the product cannot hide in it: only the
standard library is imported here, and its own judge of messages. Rules: docs/design.md §3 and §4.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import add
from typing import NamedTuple

from pipeline.verify.judge import Line

MINUTE_MS = 60_000


class Measure(NamedTuple):
    """What is summed: `of` is amount_cents, quantity or lines; `kind` sale, refund or any.

    `priced`: only over lines with an amount.
    """

    name: str
    of: str
    kind: str
    first_line_only: bool
    priced: bool = False


class Cube(NamedTuple):
    """A minute cube: the line's field whose text is the key ("guest": guest or user)."""

    name: str
    field: str
    measures: tuple[Measure, ...]


class Window(NamedTuple):
    """Epoch minutes from `start` to before `end`."""

    name: str
    start: int
    end: int


class Count:
    """Everything counted from lines: cells of all minutes; users and buyers of the windows."""

    def __init__(self, cubes: Sequence[Cube], windows: Sequence[Window]) -> None:
        # What a line adds is worked out once, though several cubes sum the same measures.
        self._cubes: dict[tuple[Measure, ...], list[Cube]] = {}
        for cube in cubes:
            self._cubes.setdefault(cube.measures, []).append(cube)
        self._windows = windows
        self.classes: Counter[str] = Counter()
        # cube -> (minute, key) -> (lines, measure, measure, ...)
        self.cells: dict[str, dict[tuple[int, str], tuple[int, ...]]] = {c.name: {} for c in cubes}
        # window -> user -> [paid amount, orders]; its keys are the buyers
        self.users: dict[str, dict[str, list[int]]] = {
            window.name: defaultdict(lambda: [0, 0]) for window in windows
        }

    def add(self, meaning: str, line: Line | None) -> None:
        """Count one message by its class and, when it is counted, its line."""
        self.classes[meaning] += 1
        if line is None:
            return
        minute = line.event_time // MINUTE_MS
        for measures, cubes in self._cubes.items():
            added = (1, *(_amount(line, measure) for measure in measures))
            for cube in cubes:
                cells, key = self.cells[cube.name], (minute, _key(line, cube.field))
                cell = cells.get(key)
                cells[key] = added if cell is None else tuple(map(add, cell, added))
        if line.user_id and line.kind == "sale":
            for window in self._windows:
                if window.start <= minute < window.end:
                    user = self.users[window.name][line.user_id]
                    user[0] += line.amount_cents
                    user[1] += line.line_no == 1


def _key(line: Line, field: str) -> str:
    if field == "guest":
        return "user" if line.user_id else "guest"
    return getattr(line, field) or "unknown"


def _amount(line: Line, measure: Measure) -> int:
    if measure.kind not in ("any", line.kind):
        return 0
    if measure.first_line_only and line.line_no != 1:
        return 0
    if measure.priced and line.amount_cents == 0:
        return 0
    return 1 if measure.of == "lines" else int(getattr(line, measure.of))
