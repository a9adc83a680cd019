"""Metrics resolved: expressions over measures, units, and the cube each is read from."""

from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalogue.expressions import ExpressionError, Quotient, parse
from pipeline.catalogue.faults import listed, nearest
from pipeline.catalogue.model import (
    BucketKind,
    Cube,
    Dimension,
    Linear,
    Measure,
    Metric,
    Unit,
)
from pipeline.catalogue.reading import Reader
from pipeline.catalogue.written import WrittenMetric

_MANY = 1 << 30  # keys of a dimension whose members are not listed


@dataclass
class Metrics:
    """Resolves the metrics of one catalogue; needs everything else resolved."""

    reader: Reader
    dimensions: dict[str, Dimension]
    measures: dict[str, Measure]
    cubes: dict[str, Cube]
    default_window: str | None
    written: dict[str, WrittenMetric] = field(default_factory=dict)

    def resolve(self) -> dict[str, Metric]:
        """Return the metrics by name, without those that are refused."""
        self.written = self.reader.read("metric", WrittenMetric)
        self.reader.refuse_same_labels("metric", {n: m.label for n, m in self.written.items()})
        found: dict[str, Metric] = {}
        for name, one in self.written.items():
            try:
                meant = parse(one.expression, lambda other, n=name: self._meaning(other, (n,)))  # type: ignore[misc]
                found[name] = self._metric(name, one, meant)
            except ExpressionError as fault:
                self._fault(name, fault.reason, fault.step)
            except _AlreadySaid:
                continue
        for name, metric in found.items():
            self._check_beside(name, metric, found)
        return found

    def _meaning(self, name: str, trail: tuple[str, ...]) -> Quotient:
        if name in self.measures:
            return Quotient({name: 1})
        if name in trail:
            circle = " -> ".join((*trail[trail.index(name) :], name))
            raise ExpressionError(f"refers to itself (a cycle): {circle}", "break the circle")
        if name in self.written:
            text = self.written[name].expression
            return parse(text, lambda other: self._meaning(other, (*trail, name)))
        if name in self.reader.declared("measure") | self.reader.declared("metric"):
            raise _AlreadySaid
        choices = (*self.measures, *self.written)
        raise ExpressionError(f"unknown measure or metric '{name}'", nearest(name, choices))

    def _metric(self, name: str, one: WrittenMetric, meant: Quotient) -> Metric:
        numerator, denominator = meant.linear()
        unit = self._unit(numerator, denominator)
        if one.unit != unit:
            self._fault(name, f"unit is '{one.unit}', the expression gives '{unit}'", "correct it")
        self._check_shape(name, one, denominator)
        cube = self._cube(name, one, meant)
        values = one.model_dump(
            include={"shape", "dimension", "scope", "step", "limit", "freshness_s", "better"}
        )
        return Metric(
            name=name,
            kind=_kind(one, meant),
            numerator=numerator,
            denominator=denominator,
            unit=unit,
            cube=cube.name,
            label=one.label.label(),
            description=one.description.label(),
            beside=tuple(one.beside),
            **values,
        )

    def _unit(self, numerator: Linear, denominator: Linear | None) -> Unit:
        above = self._unit_of(numerator)
        if denominator is None:
            return above
        below = self._unit_of(denominator)
        if above is below:
            return Unit.RATE
        if above is Unit.MONEY:
            return Unit.MONEY
        raise ExpressionError("ratio of mixed units: count / money", "divide money by a count")

    def _unit_of(self, linear: Linear) -> Unit:
        units = {self.measures[measure].unit for measure in linear.terms}
        if not units:
            raise ExpressionError("there is no measure in it", "name at least one measure")
        if len(units) > 1:
            raise ExpressionError(
                f"adds mixed units: {listed(linear.terms)}", "add money to money, counts to counts"
            )
        return units.pop()

    def _check_shape(self, name: str, one: WrittenMetric, denominator: Linear | None) -> None:
        if one.dimension is not None and one.dimension not in self.reader.declared("dimension"):
            reason = f"unknown dimension '{one.dimension}'"
            self._fault(name, reason, nearest(one.dimension, self.dimensions))
            raise _AlreadySaid
        if one.shape in ("ranking", "share") and one.dimension is None:
            self._fault(name, f"a {one.shape} needs a dimension", "add dimension")
            raise _AlreadySaid
        if one.shape == "total" and one.dimension is not None:
            self._fault(name, "a total has no dimension", 'take it out, or write shape = "share"')
        if denominator is not None and one.shape != "total":
            reason = f"a ratio cannot be a {one.shape}"
            self._fault(name, reason, 'write shape = "total", or take one sum of it')
        if one.scope == "minute" and one.shape != "ranking":
            self._fault(name, "scope is only for a ranking", "take scope out")
        if one.step > 1 and one.shape != "series":
            self._fault(name, "step is only for a series", "take step out")
        if one.beside and one.shape != "ranking":
            self._fault(name, "beside is only for a ranking", "take beside out")

    def _cube(self, name: str, one: WrittenMetric, meant: Quotient) -> Cube:
        needed = {*meant.numerator, *(meant.denominator or {})}
        if one.cube is not None and one.cube not in self.cubes:
            self._fault(name, f"unknown cube '{one.cube}'", nearest(one.cube, self.cubes))
            raise _AlreadySaid
        fits = [
            cube
            for cube in self.cubes.values()
            if needed <= set(cube.measures)
            and (one.cube is None or cube.name == one.cube)
            and (one.dimension is None or one.dimension in self._levels(cube.dimension))
            and self._can(cube, one)
            and cube.window in (None, self.default_window)
        ]
        if not fits:
            by = f" by {one.dimension}" if one.dimension else ""
            self._fault(
                name,
                f"no cube has {listed(needed)}{by} for this shape",
                "add a cube, or measures to one",
            )
            raise _AlreadySaid
        return min(fits, key=self._keys)

    def _can(self, cube: Cube, one: WrittenMetric) -> bool:
        """Segments keep only who ranks; windows keep one number each."""
        if cube.bucket is BucketKind.SEGMENT:
            terms = parse(one.expression, lambda n: self._meaning(n, ()))
            ranked = terms == Quotient({cube.measures[0]: 1})
            return one.shape == "ranking" and one.scope == "window" and ranked
        return cube.bucket is BucketKind.MINUTE or one.shape == "total"

    def _levels(self, dimension: str) -> tuple[str, ...]:
        levels = [dimension]
        while (one := self.dimensions.get(levels[-1])) and one.parent and one.parent not in levels:
            levels.append(one.parent)
        return tuple(levels)

    def _keys(self, cube: Cube) -> int:
        dimension = self.dimensions.get(cube.dimension)
        return (len(dimension.members) if dimension else 0) or _MANY

    def _check_beside(self, name: str, metric: Metric, metrics: dict[str, Metric]) -> None:
        for other in metric.beside:
            if other not in self.reader.declared("metric"):
                self._fault(name, f"unknown metric '{other}' in beside", nearest(other, metrics))
            elif other in metrics:
                held = self.cubes[metric.cube].measures
                below = metrics[other].denominator
                needed = {*metrics[other].numerator.terms, *(below.terms if below else {})}
                if not needed <= set(held):
                    reason = f"cube '{metric.cube}' has not the measures of '{other}'"
                    self._fault(name, reason, f"it has: {listed(held)}")

    def _fault(self, name: str, reason: str, step: str) -> None:
        self.reader.faults.add(self.reader.place("metric", name), reason, step)


class _AlreadySaid(Exception):
    """The fault is in the list; this metric is left out."""


def _kind(one: WrittenMetric, meant: Quotient) -> Literal["atomic", "base", "derived"]:
    if meant.denominator is not None or len(meant.numerator) > 1:
        return "derived"
    return "atomic" if one.shape == "total" else "base"
