"""Sums by key as sums by what the keys roll up to. Pure."""

from collections import defaultdict
from collections.abc import Mapping

from pipeline.catalogue.model import Linear, Metric
from pipeline.verify.sources import Plan

Sums = Mapping[str, int]


def linear(terms: Linear, sums: Sums) -> int:
    return sum(factor * sums.get(name, 0) for name, factor in terms.terms.items())


def values(metric: Metric, sums: Mapping[str, Sums]) -> dict[str, int]:
    return {key: linear(metric.numerator, of_key) for key, of_key in sums.items()}


def by_level(plan: Plan, metric: Metric, sums: Mapping[str, Sums]) -> dict[str, int]:
    """Return the value of each key of the metric's level, from the sums of its cube's keys."""
    dimensions = plan.catalogue.dimensions
    if dimensions[str(metric.dimension)].field is not None:
        return values(metric, sums)
    joined: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for leaf, of_key in sums.items():
        name, key = plan.catalogue.cubes[metric.cube].dimension, leaf
        while name != metric.dimension:
            member = dimensions[name].members.get(key)
            key = "unknown" if member is None or member.parent is None else member.parent
            name = str(dimensions[name].parent)
        for measure, number in of_key.items():
            joined[key][measure] += number
    return values(metric, joined)
