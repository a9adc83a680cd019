"""Alerts resolved: what each kind may say, what it is read from, and edges that leave room."""

from string import Formatter
from typing import Any

from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.faults import listed, nearest
from pipeline.catalogue.model import BucketKind, Cube, Dimension, Metric, Unit
from pipeline.catalogue.reading import Reader
from pipeline.catalogue.written import Quantity, WrittenAlert

PPM = 1_000_000
_SIDES = (("low", "clear_low"), ("high", "clear_high"))
_EDGES = frozenset(("low", "high", "clear_low", "clear_high"))
_JUDGED = _EDGES | {"metric", "dimension", "against", "over", "minutes", "floor", "clear_minutes"}
# What an entry of a kind may hold besides the words, and what its sentence may be filled with.
_KEYS = {
    "band": _JUDGED,
    "limit": _JUDGED - {"against", "over"},
    "stale": frozenset(("seconds", "clear_seconds")),
    "rollup": frozenset(("clear_minutes",)),
    "accounting": frozenset(("clear_minutes",)),
}
_SLOTS = {
    "band": frozenset(("ratio", "limit", "value", "expected", "minutes")),
    "limit": frozenset(("limit", "value", "minutes")),
    "stale": frozenset(("limit",)),
    "rollup": frozenset(("value",)),
    "accounting": frozenset(("value", "expected")),
}
_ALWAYS = frozenset(("kind", "severity", "enabled", "label", "words"))


def alerts_of(
    reader: Reader,
    dimensions: dict[str, Dimension],
    cubes: dict[str, Cube],
    metrics: dict[str, Metric],
) -> dict[str, AlertRule]:
    """Return the rules that are in use; each can be judged and can be cleared."""
    written = reader.read("alert", WrittenAlert)
    reader.refuse_same_labels("alert", {name: one.label for name, one in written.items()})
    found: dict[str, AlertRule] = {}
    for name, one in written.items():
        resolving = _Resolving(reader, name, one, dimensions, cubes)
        rule = resolving.rule(metrics)
        if rule is not None and one.enabled:
            found[name] = rule
    return found


class _Resolving:
    """One entry on its way to a rule; what does not fit is a fault of its place."""

    def __init__(
        self,
        reader: Reader,
        name: str,
        one: WrittenAlert,
        dimensions: dict[str, Dimension],
        cubes: dict[str, Cube],
    ) -> None:
        self._reader = reader
        self._name = name
        self._one = one
        self._dimensions = dimensions
        self._cubes = cubes

    def rule(self, metrics: dict[str, Metric]) -> AlertRule | None:
        self._check_keys()
        self._check_words()
        one = self._one
        values: dict[str, Any] = one.model_dump(
            include={"kind", "severity", "minutes", "floor", "against", "over", "clear_minutes"}
        )
        values |= {"label": one.label.label(), "words": one.words.label()}
        if one.kind == "stale":
            values |= self._ages()
        if one.kind not in ("band", "limit"):
            return AlertRule(self._name, **values)
        metric = self._metric(metrics)
        if metric is None:
            return None
        cube = self._cube(metric)
        values |= self._edges(PPM if one.kind == "band" or metric.unit is Unit.RATE else 1)
        if cube is None:
            return None
        values |= {"metric": metric.name, "cube": cube, "dimension": one.dimension}
        return AlertRule(self._name, **values)

    def _fault(self, reason: str, step: str) -> None:
        self._reader.faults.add(self._reader.place("alert", self._name), reason, step)

    def _check_keys(self) -> None:
        kind = self._one.kind
        for key in sorted(self._one.model_fields_set - _ALWAYS - _KEYS[kind]):
            self._fault(f"'{key}' says nothing of a {kind}", f"it has: {listed(_KEYS[kind])}")

    def _check_words(self) -> None:
        one = self._one
        slots = {"label": frozenset(("name",) if one.dimension else ()), "words": _SLOTS[one.kind]}
        for key, allowed in slots.items():
            words = getattr(one, key)
            for language, text in (("zh", words.zh), ("en", words.en)):
                self._check_text(f"{key}.{language}", text, allowed)
                if key == "label" and one.dimension and "{name}" not in text:
                    reason = f"{key}.{language} does not say which {one.dimension}"
                    self._fault(reason, "write {name} where its name stands")

    def _check_text(self, place: str, text: str, allowed: frozenset[str]) -> None:
        try:
            said = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        except ValueError:
            self._fault(f"{place} has a bracket too many", "write {value}, in pairs")
            return
        for field in sorted(said - allowed):
            self._fault(f"{place} has '{{{field}}}'", f"fill in only: {listed(allowed)}")

    def _ages(self) -> dict[str, int]:
        seconds, clear = self._one.seconds, self._one.clear_seconds
        if seconds is None:
            self._fault("'seconds' is missing", "say from which age on data is late")
            return {}
        if clear is not None and clear > seconds:
            reason = f"clear_seconds {clear} is more than seconds {seconds}"
            self._fault(reason, "clear at a younger age")
        return {"seconds": seconds, "clear_seconds": seconds if clear is None else clear}

    def _metric(self, metrics: dict[str, Metric]) -> Metric | None:
        name = self._one.metric
        if name is None:
            self._fault("'metric' is missing", f"name what the {self._one.kind} is of")
            return None
        if name not in metrics:
            if name not in self._reader.declared("metric"):
                self._fault(f"unknown metric '{name}'", nearest(name, metrics))
            return None
        metric = metrics[name]
        if self._one.kind == "band" and metric.denominator is not None:
            self._fault(f"'{name}' is a ratio", 'take one sum of it, or write kind = "limit"')
            return None
        if self._one.kind == "limit" and metric.denominator is None and self._one.floor:
            self._fault("floor is for a ratio or a band", "take it out")
        return metric

    def _cube(self, metric: Metric) -> str | None:
        """Return a minute cube that has the measures, by the dimension if one is given."""
        by = self._one.dimension
        if by is not None and by not in self._reader.declared("dimension"):
            self._fault(f"unknown dimension '{by}'", nearest(by, self._dimensions))
            return None
        below = metric.denominator
        needed = {*metric.numerator.terms, *(below.terms if below else {})}
        fits = [
            cube.name
            for cube in self._cubes.values()
            if cube.bucket is BucketKind.MINUTE
            and needed <= set(cube.measures)
            and by in (None, cube.dimension)
        ]
        if not fits:
            of = f" by {by}" if by else ""
            step = "judge a metric of a minute cube, by the dimension of that cube"
            self._fault(f"no minute cube has {listed(needed)}{of}", step)
            return None
        return metric.cube if metric.cube in fits else fits[0]

    def _edges(self, unit: int) -> dict[str, int | None]:
        """Return the edges as integers; the way back is at least as narrow as the way out."""
        edges: dict[str, int | None] = {}
        for name, clear in _SIDES:
            edges[name] = self._edge(name, unit)
            back = self._edge(clear, unit)
            edges[clear] = edges[name] if back is None else back
        low, high = edges["low"], edges["high"]
        if self._one.low is None and self._one.high is None:
            self._fault("has neither low nor high", "say what is too little or too much")
        inner_low, inner_high = edges["clear_low"], edges["clear_high"]
        if low is not None and inner_low is not None and inner_low < low:
            self._fault("clear_low is below low", "clear inside the edges")
        if high is not None and inner_high is not None and inner_high > high:
            self._fault("clear_high is above high", "clear inside the edges")
        if inner_low is not None and inner_high is not None and inner_low >= inner_high:
            self._fault("nothing lies between the edges", "put high above low")
        return edges

    def _edge(self, name: str, unit: int) -> int | None:
        written: Quantity | None = getattr(self._one, name)
        if written is None:
            return None
        scaled = written * unit
        if not scaled.is_finite() or scaled != int(scaled):
            step = "write at most 6 decimals" if unit > 1 else "write whole cents or a count"
            self._fault(f"{name} is {written}", step)
            return None
        return int(scaled)
