"""What the frame must say, by figures counted elsewhere. Pure; docs/design.md §8."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pipeline.catalogue.model import Metric, Unit
from pipeline.verify.comparison import Report
from pipeline.verify.levels import Sums, by_level, linear, values
from pipeline.verify.oracle import Window
from pipeline.verify.ranked import Ranked
from pipeline.verify.rules import MILLION
from pipeline.verify.sources import USERS, Figures, Plan


def compare_frame(
    report: Report, plan: Plan, frame: Mapping[str, Any], truth: tuple[str, Figures]
) -> None:
    """Add what the frame says of every window: cubes by key, metrics, users, buyers."""
    for window in plan.windows:
        document = frame["windows"].get(window.name)
        if document is None:
            report.add(window.name, "in the frame", {truth[0]: True, "frame": False})
            continue
        bounds = {truth[0]: (window.start, window.end)}
        report.add(window.name, "bounds", {**bounds, "frame": (document["start"], document["end"])})
        _WindowOfFrame(report, plan, window, truth).compare(document)


class _WindowOfFrame:
    def __init__(
        self, report: Report, plan: Plan, window: Window, truth: tuple[str, Figures]
    ) -> None:
        self._report = report
        self._plan = plan
        self._window = window
        self._name, self._figures = truth
        whole = (window.start, window.end)
        self._by_key = {cube.name: self._sums(cube.name, *whole) for cube in plan.cubes()}
        self._elapsed = 0

    @property
    def _last(self) -> int | None:
        """The last complete minute; None before the first."""
        return self._window.start + self._elapsed - 1 if self._elapsed else None

    def compare(self, document: Mapping[str, Any]) -> None:
        self._elapsed = document["complete"]["elapsed"]
        for cube, expected in self._by_key.items():
            found = {
                key: sums
                for key, sums in document["cubes"].get(cube, {}).items()
                if any(sums.values())
            }
            for key in sorted(expected.keys() | found.keys()):
                self._hold(f"cube {cube} {key}", expected.get(key), found.get(key))
        for metric in self._plan.catalogue.metrics.values():
            value = document["metrics"].get(metric.name)
            if value is None:
                self._hold(f"metric {metric.name}", "a value", None)
            elif metric.shape == "total":
                self._hold(f"metric {metric.name}", self._total(metric), value["value"])
            elif metric.shape == "series":
                self._series(metric, value)
            elif metric.cube == USERS:
                self._users(metric, value)
            else:
                self._ranked(metric, value)
        check = document["checks"]["rollup"]
        self._hold("roll-up", True, check["equal"])

    def _hold(self, item: str, expected: object, found: object) -> None:
        self._report.add(self._window.name, item, {self._name: expected, "frame": found})

    def _sums(self, cube: str, start: int, end: int) -> dict[str, dict[str, int]]:
        """Return key -> measure -> sum over some minutes, without keys that have nothing."""
        names = next(
            tuple(m.name for m in c.measures) for c in self._plan.cubes() if c.name == cube
        )
        sums: dict[str, dict[str, int]] = {}
        for (minute, key), cell in self._figures.cells[cube].items():
            if start <= minute < end:
                of_key = sums.setdefault(key, dict.fromkeys(names, 0))
                for name, value in zip(names, cell[1:], strict=True):
                    of_key[name] += value
        return {key: found for key, found in sums.items() if any(found.values())}

    def _total(self, metric: Metric) -> int | None:
        sums: defaultdict[str, int] = defaultdict(int)
        for of_key in self._by_key[self._plan.cubes()[0].name].values():
            for name, value in of_key.items():
                sums[name] += value
        sums["buyers"] = self._figures.buyers[self._window.name]
        return value_of(metric, sums)

    def _series(self, metric: Metric, value: Mapping[str, Any]) -> None:
        cube = metric.cube
        names = [m.name for c in self._plan.cubes() if c.name == cube for m in c.measures]
        start, step, complete = value["start"], value["step"], value["complete"]
        self._hold(f"metric {metric.name} start", self._window.start, start)
        over = self._elapsed == self._window.end - self._window.start
        steps = -(-self._elapsed // step) if over else self._elapsed // step
        self._hold(f"metric {metric.name} complete", steps, complete)
        expected: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (minute, key), cell in self._figures.cells[cube].items():
            if start <= minute < start + step * complete and minute < self._window.end:
                sums = dict(zip(names, cell[1:], strict=True))
                line = key if metric.dimension else ""
                expected[line][(minute - start) // step] += linear(metric.numerator, sums)
        lines = value["values"] if metric.dimension else {"": value["values"]}
        for line in sorted(expected.keys() | lines.keys()):
            found = lines.get(line, [0] * complete)
            wanted = [expected[line][i] for i in range(complete)]
            if len(found) != complete:
                self._hold(f"metric {metric.name} {line} values".strip(), complete, len(found))
                continue
            for i, (left, right) in enumerate(zip(wanted, found, strict=True)):
                if left != right:
                    self._hold(
                        f"metric {metric.name} {line} minute {start + i * step}", left, right
                    )
            self._hold(f"metric {metric.name} {line}".strip(), sum(wanted), sum(found))

    def _users(self, metric: Metric, value: Mapping[str, Any]) -> None:
        rows = [(row["value"], row["beside"].get("orders")) for row in value["rows"]]
        top = self._figures.users[self._window.name][: len(rows)]
        least = rows[-1][0] if rows else 0
        for place, ((amount, orders), user) in enumerate(zip(rows, top, strict=False), 1):
            self._hold(f"metric {metric.name} rank {place} amount", user[1], amount)
            if orders is not None and amount > least:
                ties = {u[2] for u in self._figures.users[self._window.name] if u[1] == amount}
                self._hold(f"metric {metric.name} rank {place} orders", True, orders in ties)
        wanted = min(metric.limit or len(top), len(self._figures.users[self._window.name]))
        self._hold(f"metric {metric.name} rows", wanted, len(rows))

    def _ranked(self, metric: Metric, value: Mapping[str, Any]) -> None:
        """Hold a ranking or share of the window, or of the last complete minute."""
        at, before = self._by_key.get(metric.cube, {}), None
        if metric.scope == "minute":
            minute = value["minute"]
            self._hold(f"metric {metric.name} minute", self._last, minute)
            if minute is None:
                return
            at = self._sums(metric.cube, minute, minute + 1)
            if minute > self._window.start:
                before = by_level(self._plan, metric, self._sums(metric.cube, minute - 1, minute))
        Ranked(metric, by_level(self._plan, metric, at), values(metric, at), before).compare(
            self._hold, value
        )


def value_of(metric: Metric, sums: Sums) -> int | None:
    """Return a metric from sums; a ratio is taken last, its size rounded half up."""
    numerator = linear(metric.numerator, sums)
    if metric.denominator is None:
        return numerator
    denominator = linear(metric.denominator, sums)
    if denominator == 0:
        return None
    scaled = numerator * (MILLION if metric.unit is Unit.RATE else 1)
    whole, rest = divmod(abs(scaled), abs(denominator))
    size = whole + (2 * rest >= abs(denominator))
    return size if (scaled < 0) == (denominator < 0) else -size
