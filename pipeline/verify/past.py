"""What the frame's comparisons must say, counted from plain lines of both sides. Pure.

Rules: docs/design.md §12. Shares no code with what the screen computes them with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.model import Metric
from pipeline.verify.comparison import Report
from pipeline.verify.lists import compare_minute, compare_regions
from pipeline.verify.rules import MILLION, change, divide, expected, lead
from pipeline.verify.sides import BUYERS, Side
from pipeline.verify.sources import Plan


@dataclass(frozen=True)
class Place:
    """Which comparison is held: its name in the report, the metrics of the chart and the lists.

    `midnights`: epoch minutes inside the baseline's window. `minute` ranks the last complete
    minute, `regions` the window; None where no tile shows it.
    """

    name: str
    flow: Metric
    midnights: Sequence[int]
    minute: Metric | None = None
    regions: Metric | None = None


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
        if place.minute is not None:
            hold.all(compare_minute(plan, place.minute, said, sides, edges))
    if place.regions is not None:
        hold.all(compare_regions(plan, place.regions, said, sides))


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

    def all(self, items: Iterable[tuple[str, object, object]]) -> None:
        for item in items:
            self(*item)


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
