"""What the frame's comparisons must say, counted from plain lines of both sides. Pure.

Rules: docs/design.md §12. Shares no code with what the screen computes them with.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.model import Metric
from pipeline.verify.comparison import Report
from pipeline.verify.framed import value_of
from pipeline.verify.oracle import MINUTE_MS, Count, Line
from pipeline.verify.rules import MILLION, change, divide, expected, lead
from pipeline.verify.sources import Plan

BUYERS = "buyers"


Purchase = tuple[int, str]  # epoch minute, user


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

    def sums(self, plan: Plan, cube: str, until: int | None = None) -> dict[str, dict[str, int]]:
        """Return key -> measure -> sum before the cut, of keys that have something."""
        end = self.until if until is None else until
        names = next([m.name for m in c.measures] for c in plan.cubes() if c.name == cube)
        found: dict[str, dict[str, int]] = {}
        for (minute, key), cell in self.cells[cube].items():
            if minute < end:
                sums = found.setdefault(key, dict.fromkeys(names, 0))
                for name, value in zip(names, cell[1:], strict=True):
                    sums[name] += value
        return {key: sums for key, sums in found.items() if any(sums.values())}

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


@dataclass(frozen=True)
class Place:
    """Which comparison is held: its name in the report, the metric of the chart, local midnights.

    `midnights`: epoch minutes inside the baseline's window.
    """

    name: str
    flow: Metric
    midnights: Sequence[int]


def compare_past(
    report: Report, plan: Plan, place: Place, said: Mapping[str, Any], sides: tuple[Side, Side]
) -> None:
    """Hold a ready comparison of the frame to both sides, counted from the archive's own rows."""
    own, base = sides
    hold = _Hold(report, place.name)
    for metric in plan.catalogue.metrics.values():
        if metric.shape == "total":
            _compare_total(hold, plan, metric, said["metrics"][metric.name], sides)
    for cube in plan.cubes():
        said_of_cube = said["cubes"].get(cube.name, {})
        found = {key: sums for key, sums in said_of_cube.items() if any(sums.values())}
        hold(f"cube {cube.name} of the baseline", base.sums(plan, cube.name), found)
    flow = base.flow(plan, place.flow)
    hold("baseline's minutes", flow, list(said["flow"]["values"]))
    elapsed = said["elapsed"]
    _compare_cuts(hold, said, sides)
    today = own.flow(plan, place.flow)[:elapsed]
    minutes, direction = lead(sum(today), elapsed, flow)
    told = said["lead"]
    if sum(today) > 0 and (told is not None or said["source"]["final"]):
        shown = (told["minutes"], told["direction"]) if told else None
        hold("lead", (minutes, direction), shown)
    if said["minute"] is not None and elapsed <= len(flow):
        edges = [0, *(minute - base.bounds[0] for minute in place.midnights)]
        wanted = expected(flow, edges, elapsed - 1)
        hold("last minute", today[-1], said["minute"]["value"])
        hold("last minute expected", wanted, said["minute"]["expected"])
        ratio = divide(today[-1] * MILLION, wanted) if wanted > 0 else None
        hold("last minute ratio", ratio, said["minute"]["ratio"])


def _compare_cuts(hold: "_Hold", said: Mapping[str, Any], sides: tuple[Side, Side]) -> None:
    """Hold where both sides are cut: after the same time, at all complete minutes of today.

    A baseline that is still being filled may be cut earlier, and today with it.
    """
    own, base = sides
    elapsed, whole = said["elapsed"], own.until - own.bounds[0]
    if said["source"]["final"]:
        hold("elapsed", whole, elapsed)
    hold("elapsed at most", True, 0 <= elapsed <= whole)
    hold("baseline's cut", min(base.bounds[0] + elapsed, base.bounds[1]), said["until"])
    for name, metric in said["metrics"].items():
        at = metric["until"]
        if name != BUYERS:  # as far as the archive knows them
            hold(f"{name} cut", own.bounds[0] + elapsed, at)
        hold(f"{name} cut at most", True, own.bounds[0] <= at <= own.bounds[0] + elapsed)


class _Hold:
    """Adds items to the report: what the archive's rows say against what the frame says."""

    def __init__(self, report: Report, place: str) -> None:
        self._report = report
        self._place = place

    def __call__(self, item: str, wanted: object, found: object) -> None:
        self._report.add(self._place, item, {"clickhouse": wanted, "frame": found})


def _compare_total(
    hold: _Hold, plan: Plan, metric: Metric, said: Mapping[str, Any], sides: tuple[Side, Side]
) -> None:
    own, base = sides
    if said["own"] is None and said["value"] is None:
        return  # not known yet: the frame says no number
    cut = said["until"]
    base_cut = min(base.bounds[0] + cut - own.bounds[0], base.bounds[1])
    mine, theirs = own.total(plan, metric, cut), base.total(plan, metric, base_cut)
    hold(f"{metric.name} own", mine, said["own"])
    hold(f"{metric.name} base", theirs, said["value"])
    hold(f"{metric.name} change", change(mine, theirs), said["change"])
    if mine is not None and theirs is not None:
        hold(f"{metric.name} difference", mine - theirs, said["difference"])
