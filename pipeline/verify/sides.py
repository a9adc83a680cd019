"""The two sides of a comparison, counted from plain lines. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.model import Metric
from pipeline.verify.framed import value_of
from pipeline.verify.judge import Line
from pipeline.verify.oracle import MINUTE_MS, Count
from pipeline.verify.sources import Plan

BUYERS = "buyers"
Purchase = tuple[int, str]  # epoch minute, user
Sums = dict[str, dict[str, int]]  # key -> measure -> sum


@dataclass(frozen=True)
class Counted:
    """Lines of a stretch, counted once: cells of all minutes, and who bought when."""

    count: Count
    purchases: Sequence[Purchase]

    @classmethod
    def of(cls, plan: Plan, lines: Iterable[Line]) -> "Counted":
        count = Count(plan.cubes(), ())
        purchases: list[Purchase] = []
        for line in lines:
            count.add("counted", line)
            if line.kind == "sale" and line.user_id:
                purchases.append((line.event_time // MINUTE_MS, line.user_id))
        return cls(count, purchases)


@dataclass(frozen=True)
class Side:
    """One side of a comparison; `bounds` epoch minutes, `until` its cut."""

    bounds: tuple[int, int]
    until: int
    cells: Mapping[str, Mapping[tuple[int, str], Sequence[int]]]
    first_purchase: Mapping[str, int]
    _summed: dict[tuple[str, int], Sums] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, counted: Counted, bounds: tuple[int, int], until: int) -> "Side":
        """Return what of a counted stretch lies inside the bounds."""
        start, end = bounds
        cells = {
            cube: {place: cell for place, cell in found.items() if start <= place[0] < end}
            for cube, found in counted.count.cells.items()
        }
        first: dict[str, int] = {}
        for minute, user in counted.purchases:
            if start <= minute < end:
                first[user] = min(first.get(user, minute), minute)
        return cls(bounds, until, cells, first)

    def sums(self, plan: Plan, cube: str, until: int | None = None) -> Sums:
        """Return key -> measure -> sum before the cut, of keys that have something."""
        end = self.until if until is None else until
        if (cube, end) not in self._summed:  # every total asks for them
            self._summed[cube, end] = self._sum(plan, cube, end)
        return self._summed[cube, end]

    def _sum(self, plan: Plan, cube: str, end: int) -> Sums:
        names = next([m.name for m in c.measures] for c in plan.cubes() if c.name == cube)
        found: Sums = {}
        for (minute, key), cell in self.cells[cube].items():
            if minute < end:
                sums = found.setdefault(key, dict.fromkeys(names, 0))
                for name, value in zip(names, cell[1:], strict=True):
                    sums[name] += value
        return {key: sums for key, sums in found.items() if any(sums.values())}

    def minutes(self, plan: Plan, cube: str) -> dict[int, dict[str, dict[str, int]]]:
        """Return minute -> key -> measure -> sum of all cells inside the bounds."""
        names = next([m.name for m in c.measures] for c in plan.cubes() if c.name == cube)
        found: dict[int, dict[str, dict[str, int]]] = {}
        for (minute, key), cell in self.cells[cube].items():
            found.setdefault(minute, {})[key] = dict(zip(names, cell[1:], strict=True))
        return found

    def total(self, plan: Plan, metric: Metric, until: int | None = None) -> int | None:
        end = self.until if until is None else until
        sums: defaultdict[str, int] = defaultdict(int)
        for of_key in self.sums(plan, plan.cubes()[0].name, end).values():
            for name, value in of_key.items():
                sums[name] += value
        sums[BUYERS] = sum(first < end for first in self.first_purchase.values())
        return value_of(metric, sums)

    def flow(self, plan: Plan, metric: Metric) -> list[int]:
        """Return a series without dimension, minute by minute over the whole bounds."""
        names = [m.name for c in plan.cubes() if c.name == metric.cube for m in c.measures]
        values = [0] * (self.bounds[1] - self.bounds[0])
        for (minute, _), cell in self.cells[metric.cube].items():
            sums = dict(zip(names, cell[1:], strict=True))
            values[minute - self.bounds[0]] += sum(
                factor * sums.get(name, 0) for name, factor in metric.numerator.terms.items()
            )
        return values
