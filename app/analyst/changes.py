"""What changed: the difference to a baseline, split by a dimension, summing exactly to it. Pure.

It is made of a frame's own numbers (`complete` and `comparisons` of a window, docs/design.md §12).
"""

from collections.abc import Mapping
from typing import Any

from app.analyst.drilling import dimensions
from app.answers import BadArgument
from app.screen import LANGUAGES, Screen
from pipeline.catalogue.model import BucketKind, Catalogue, Cube, Metric, Unit
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.rollup.hierarchy import ancestor

Document = dict[str, Any]
Sums = Mapping[str, Mapping[str, int]]


def splittable(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the metrics whose difference is the sum of its parts'."""
    able = [m for m in catalogue.metrics.values() if m.shape == "total" and m.denominator is None]
    return tuple(m.name for m in able if catalogue.cubes[m.cube].bucket is BucketKind.MINUTE)


def changes(
    screen: Screen, window: Mapping[str, Any], kind: str, dimension: str, metric: Metric
) -> Document:
    """Return the rows of a dimension by the size of their difference, and their sums.

    `share` is the part of the whole difference (ppm), None when that is 0. While the baseline is
    not ready the document says its state and why, and has no rows.
    """
    compared = window.get("comparisons", {}).get(kind)
    head = {"kind": kind, "dimension": dimension, "metric": metric.name, "unit": metric.unit.value}
    if compared is None or compared["state"] != "ready" or "complete" not in window:
        state = compared or {"state": "missing", "reason": "no_history", "params": {}}
        said = {name: state.get(name) for name in ("state", "reason", "params")}
        return {**head, **said, "rows": [], "total": None}
    catalogue = screen.catalogue
    leaf = dimensions(catalogue)[dimension]
    cube = cube_of(catalogue, leaf, metric)
    side = compared.get("own", window["complete"])  # cut earlier where the baseline still grows
    own = by_key(catalogue, cube, dimension, metric, side["cubes"].get(cube.name, {}))
    base = by_key(catalogue, cube, dimension, metric, compared["cubes"].get(cube.name, {}))
    whole, before = sum(own.values()), sum(base.values())
    differences = {key: own.get(key, 0) - base.get(key, 0) for key in (own | base)}
    ordered = sorted(differences.items(), key=lambda item: (-abs(item[1]), item[0]))
    rows = [
        {
            "key": key,
            "name": {lang: screen.name(lang, dimension, key) for lang in LANGUAGES},
            "own": own.get(key, 0),
            "value": base.get(key, 0),
            "difference": difference,
            "share": part_of(difference, whole - before),
        }
        for key, difference in ordered
    ]
    total = {"own": whole, "value": before, "difference": whole - before}
    said = {name: compared.get(name) for name in ("state", "reason", "params")}
    ends = {"until": side["until"], "baseline_until": compared["until"]}
    return {**head, **said, **ends, "rows": rows, "total": total}


def cube_of(catalogue: Catalogue, leaf: str, metric: Metric) -> Cube:
    """Return the minute cube that has a metric by a dimension; raises BadArgument."""
    needed = set(metric.numerator.terms)
    for cube in catalogue.minute_cubes():
        if cube.dimension == leaf and needed <= set(cube.measures):
            return cube
    raise BadArgument("metric", splittable(catalogue))


def by_key(
    catalogue: Catalogue, cube: Cube, dimension: str, metric: Metric, sums: Sums
) -> dict[str, int]:
    """Return a metric by key of a dimension, or of a level above the cube's own."""
    found: dict[str, int] = {}
    for key, measures in sums.items():
        value = linear(metric.numerator, measures)
        above = key
        if dimension != cube.dimension:
            above = ancestor(catalogue.dimensions, cube.dimension, key, dimension)
        if value or above in found or any(measures.values()):
            found[above] = found.get(above, 0) + value
    return found


def part_of(difference: int, whole: int) -> int | None:
    """Return a part of a whole (ppm), with the sign it has in it; None of nothing."""
    return ratio(difference, whole, Unit.RATE)
