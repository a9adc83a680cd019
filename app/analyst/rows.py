"""Tiles as rows of a table: every integer they show, with its unit, key and time. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.analyst.times import Times
from app.screen import Screen
from pipeline.catalogue.model import Metric, Unit

COLUMNS = ("tile", "metric", "label", "unit", "part", "time", "key", "name", "value")
PPM = "ppm"
MINUTE_MS = 60_000
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One number. `part`: value, numerator, yoy, mom_change, ... `time`: when its minutes begin."""

    tile: str
    metric: str
    label: str
    unit: str
    part: str
    time: str = ""
    key: str = ""
    name: str = ""
    value: int | None = None

    def cells(self) -> tuple[str | int | None, ...]:
        return tuple(getattr(self, column) for column in COLUMNS)


@dataclass(frozen=True)
class Table:
    """Makes rows of one window of a frame, in a language."""

    screen: Screen
    lang: str
    window: Document
    times: Times

    def rows(self, tiles: tuple[str, ...]) -> Iterator[Row]:
        """Yield the rows of some tiles, in their order."""
        for tile in tiles:
            content = self.window["tiles"][tile]
            for name in content["metrics"]:
                yield from self._metric(tile, self.screen.catalogue.metrics[name])
            for key, share in (content["values"].get("shares") or {}).items():
                metric = self.screen.catalogue.metrics[content["metrics"][0]]
                yield self._keyed(self._row(tile, metric, "share", share, PPM), metric, key)

    def _metric(self, tile: str, metric: Metric) -> Iterator[Row]:
        document = self.window["metrics"][metric.name]
        shapes = {
            "total": self._total,
            "series": self._series,
            "ranking": self._ranking,
            "share": self._ranking,
        }
        yield from shapes[document["shape"]](tile, metric, document)
        for kind, compared in self.window.get("comparisons", {}).items():
            if compared["state"] == "ready":
                yield from self._compared(tile, metric, kind, compared)

    def _total(self, tile: str, metric: Metric, document: Document) -> Iterator[Row]:
        yield self._row(tile, metric, "value", document["value"])
        for part in ("numerator", "denominator"):
            if part in document:
                unit = self._measure_unit(metric, part)
                yield self._row(tile, metric, part, document[part], unit)

    def _series(self, tile: str, metric: Metric, document: Document) -> Iterator[Row]:
        values = document["values"]
        lines = values if isinstance(values, dict) else {"": values}
        for key, line in lines.items():
            for place, value in enumerate(line):
                minute = document["start"] + place * document["step"]
                row = replace(
                    self._row(tile, metric, "value", value), time=self.times.local(minute)
                )
                yield self._keyed(row, metric, key) if key else row

    def _ranking(self, tile: str, metric: Metric, document: Document) -> Iterator[Row]:
        minute = document.get("minute")
        time = self.times.local(minute) if minute is not None else ""
        for said in document["rows"]:
            row = replace(self._row(tile, metric, "value", said["value"]), time=time)
            yield self._keyed(row, metric, said["key"])
            for name, value in said.get("beside", {}).items():
                beside = self.screen.catalogue.metrics[name]
                yield self._keyed(self._row(tile, beside, name, value), metric, said["key"])
            leaf = self.screen.catalogue.cubes[metric.cube].dimension
            for child in said.get("children", ()):
                row = self._row(tile, metric, leaf, child["value"])
                name = self.screen.name(self.lang, leaf, child["key"])
                yield replace(row, time=time, key=child["key"], name=name)

    def _compared(self, tile: str, metric: Metric, kind: str, compared: Document) -> Iterator[Row]:
        """Yield a baseline: sums at the same elapsed time, or the baseline's own minutes."""
        sums = compared["metrics"].get(metric.name)
        if sums is not None:
            yield self._row(tile, metric, f"{kind}_own", sums["own"])
            yield self._row(tile, metric, kind, sums["value"])
            yield self._row(tile, metric, f"{kind}_difference", sums["difference"])
            yield self._row(tile, metric, f"{kind}_change", sums["change"], PPM)
        flow = compared["flow"]
        if tile == "flow" and metric.name == self.screen.roles["flow"]["flow"]:
            for place, value in enumerate(flow["values"]):
                time = self.times.local(flow["start"] + place * flow["step"])
                yield replace(self._row(tile, metric, kind, value), time=time)

    def _keyed(self, row: Row, metric: Metric, key: str) -> Row:
        return replace(row, key=key, name=self.screen.name(self.lang, metric.dimension, key))

    def _row(self, tile: str, metric: Metric, part: str, value: int | None, unit: str = "") -> Row:
        said = unit or self.unit(metric.unit)
        return Row(tile, metric.name, metric.label.of(self.lang), said, part, value=value)

    def unit(self, unit: Unit) -> str:
        """Return the word for a unit; money is counted in the smallest coin."""
        if unit is Unit.MONEY:
            shop = self.screen.catalogue.shop
            coins = 10**shop.currency_exponent
            return shop.currency if coins == 1 else f"{shop.currency} / {coins}"
        return PPM if unit is Unit.RATE else unit.value

    def _measure_unit(self, metric: Metric, part: str) -> str:
        terms = metric.numerator if part == "numerator" else metric.denominator
        measures = self.screen.catalogue.measures
        units = {measures[name].unit for name in (terms.terms if terms else ())}
        return self.unit(units.pop()) if len(units) == 1 else ""
