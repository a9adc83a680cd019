"""Comparing the sources: to the cent, key by key and minute by minute. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.verify.oracle import Window
from pipeline.verify.sources import TOP, Figures, Plan, User

NAMED = 20  # differences spelt out; all are counted


@dataclass(frozen=True)
class Row:
    """One item as each source has it; a source that does not know the item has no value."""

    window: str
    item: str
    values: Mapping[str, object]
    differences: int

    @property
    def equal(self) -> bool:
        return self.differences == 0


@dataclass
class Report:
    """All rows, and the first differences in words."""

    rows: list[Row] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return sum(row.differences for row in self.rows)

    def add(self, window: str, item: str, values: Mapping[str, object]) -> None:
        """Add an item whose values must all be equal."""
        first, *others = values.values()
        unequal = sum(value != first for value in others)
        self.rows.append(Row(window, item, values, unequal))
        if unequal:
            said = ", ".join(f"{source} {value}" for source, value in values.items())
            self.name(f"{window} {item}: {said}".strip())

    def take(self, other: "Report") -> None:
        """Add all that another report has."""
        self.rows += other.rows
        self.named = (self.named + other.named)[:NAMED]

    def name(self, text: str) -> None:
        if len(self.named) < NAMED:
            self.named.append(text)


def compare(plan: Plan, sources: Mapping[str, Figures]) -> Report:
    """Compare whole sources (ledger, kafka, redis); the first is the one the others are held to."""
    report = Report()
    for cube in plan.cubes():
        _compare_cells(
            report, cube.name, ("lines in cell", *(m.name for m in cube.measures)), sources
        )
    for window in plan.windows:
        for item in _measures(plan):
            totals = {name: total(plan, found, window, item) for name, found in sources.items()}
            report.add(window.name, item, totals)
        report.add(window.name, "buyers", {n: f.buyers[window.name] for n, f in sources.items()})
        top = {name: decided(found.users[window.name]) for name, found in sources.items()}
        report.add(window.name, f"top {TOP} users", top)
    return report


def _measures(plan: Plan) -> tuple[str, ...]:
    return tuple(measure.name for measure in plan.cubes()[0].measures)


def total(plan: Plan, figures: Figures, window: Window, measure: str) -> int:
    """Return a measure's sum over a window, from the first minute cube."""
    cube = plan.cubes()[0]
    place = [m.name for m in cube.measures].index(measure) + 1
    cells = figures.cells[cube.name].items()
    return sum(cell[place] for (minute, _), cell in cells if window.start <= minute < window.end)


def decided(users: Iterable[User]) -> list[tuple[str, int, int]]:
    """Leave out who shares the last amount: which of them made the list is open."""
    found = list(users)
    if len(found) < TOP:
        return found
    last = found[-1][1]
    return [*(user for user in found if user[1] > last), ("", last, 0)]


def _compare_cells(
    report: Report, cube: str, measures: tuple[str, ...], sources: Mapping[str, Figures]
) -> None:
    """Compare every cell of a cube: a missing cell differs from every other."""
    (first, truth), *others = sources.items()
    expected = truth.cells[cube]
    differences = 0
    for name, figures in others:
        found = figures.cells[cube]
        for place in sorted(expected.keys() | found.keys()):
            left, right = expected.get(place), found.get(place)
            if left == right:
                continue
            differences += 1
            minute, key = place
            said = f"{first} {_shown(left, measures)}, {name} {_shown(right, measures)}"
            report.name(f"cube {cube}, minute {minute}, key {key}: {said}")
    values = {name: len(figures.cells[cube]) for name, figures in sources.items()}
    report.rows.append(Row("", f"cells of {cube}", values, differences))


def _shown(cell: tuple[int, ...] | None, measures: tuple[str, ...]) -> str:
    if cell is None:
        return "nothing"
    return " ".join(f"{n}={v}" for n, v in zip(measures, cell, strict=True))
