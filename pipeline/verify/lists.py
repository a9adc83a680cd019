"""What the lists of a comparison must say of each key: (item, counted, said). Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.catalogue.model import Metric
from pipeline.verify.levels import by_level, values
from pipeline.verify.rules import MILLION, change, divide, expected
from pipeline.verify.sides import Side
from pipeline.verify.sources import Plan

Items = Iterator[tuple[str, object, object]]
NOTHING = (0, 0, None)


def compare_regions(
    plan: Plan, metric: Metric, said: Mapping[str, Any], sides: tuple[Side, Side]
) -> Items:
    """Hold a list of the window key by key, and that no key is missing.

    The leaves under each key are in it too; where both are called alike it is the upper one.
    """
    cuts = (sides[0].bounds[0] + said["elapsed"], said["until"])
    leaves = [side.sums(plan, metric.cube, cut) for side, cut in zip(sides, cuts, strict=True)]
    mine, theirs = ({**values(metric, sums), **by_level(plan, metric, sums)} for sums in leaves)
    wanted = {
        key: (mine.get(key, 0), theirs.get(key, 0), change(mine.get(key, 0), theirs.get(key, 0)))
        for key in mine.keys() | theirs.keys()
    }
    found = {key: (d["own"], d["value"], d["change"]) for key, d in said["regions"].items()}
    for key in sorted(wanted.keys() | found.keys()):
        yield f"{metric.name} {key}", wanted.get(key, NOTHING), found.get(key, NOTHING)


def compare_minute(
    plan: Plan,
    metric: Metric,
    said: Mapping[str, Any],
    sides: tuple[Side, Side],
    edges: Sequence[int],
) -> Items:
    """Hold a list of the last complete minute key by key: what was expected, and the ratio.

    `edges`: minutes from the baseline's start that a mean does not reach across.
    """
    own, base = sides
    place = said["elapsed"] - 1
    now = by_level(plan, metric, own.minutes(plan, metric.cube).get(own.bounds[0] + place, {}))
    flows: defaultdict[str, list[int]] = defaultdict(
        lambda: [0] * (base.bounds[1] - base.bounds[0])
    )
    for minute, sums in base.minutes(plan, metric.cube).items():
        for key, value in by_level(plan, metric, sums).items():
            flows[key][minute - base.bounds[0]] = value
    usual = {key: expected(flow, edges, place) for key, flow in flows.items()}
    found = {key: (d["expected"], d["ratio"]) for key, d in said["categories"].items()}
    for key in sorted(usual.keys() | now.keys() | found.keys()):
        value, mean = now.get(key, 0), usual.get(key, 0)
        ratio = divide(value * MILLION, mean) if mean > 0 else None
        wanted = (mean, ratio) if value or mean else None  # without either there is no such key
        yield f"{metric.name} {key} expected", wanted, found.get(key)
