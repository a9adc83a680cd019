"""Why this number: the dictionary entry of a metric, as one window of a frame shows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.analyst.times import Times
from app.ids import SPECIAL
from app.screen import LANGUAGES
from pipeline.catalogue.label import Label
from pipeline.catalogue.model import BucketKind, Catalogue, Linear, Metric
from pipeline.rollup import arithmetic

OTHER_WINDOWS = {SPECIAL: Label(zh="特别24小时", en="Special 24 h")}
Document = dict[str, Any]
MINUS, TIMES, OVER = " \u2212 ", " \u00d7 ", " \u00f7 "


@dataclass(frozen=True)
class Shown:
    """A metric as somebody sees it: in a window of a frame; `topic`: where its orders came from.

    `limit_s`: from which age on it is marked as old.
    """

    catalogue: Catalogue
    frame: Mapping[str, Any]
    window: str
    metric: Metric
    topic: str
    limit_s: int

    @property
    def document(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.frame["windows"][self.window]
        return found

    @property
    def history(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.frame.get("history")
        return found


def why(shown: Shown) -> Document:
    """Return everything there is to know about a number before it is counted again."""
    metric, history = shown.metric, shown.history
    return {
        "metric": metric.name,
        "label": both(metric.label),
        "description": both(metric.description),
        "unit": metric.unit.value,
        "shape": metric.shape,
        "formula": {lang: formula(shown.catalogue, metric, lang) for lang in LANGUAGES},
        "numerator": terms(shown.catalogue, metric.numerator),
        "denominator": metric.denominator and terms(shown.catalogue, metric.denominator),
        "dimension": metric.dimension,
        "cube": metric.cube,
        "value": shown_value(shown),
        "window": window(shown),
        "sources": {
            "link": shown.frame["link"],
            "generation": (history or shown.frame)["generation"],
            "origin": history["origin"] if history else "redis",
            "topic": shown.topic,
        },
        "filter": history["filter"] if history else [],
        "freshness_s": shown.limit_s,
        "state": shown.document["state"],
        "counts": counts(shown),
        "recount": can_recount(shown.catalogue, metric),
    }


def both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def terms(catalogue: Catalogue, linear: Linear) -> list[Document]:
    """Return the measures of a sum, each with its factor and what it is."""
    return [
        {
            "measure": name,
            "factor": factor,
            "label": both(catalogue.measures[name].label),
            "description": both(catalogue.measures[name].description),
        }
        for name, factor in linear.terms.items()
    ]


def formula(catalogue: Catalogue, metric: Metric, lang: str) -> str:
    """Return a metric in words over its measures."""
    above = in_words(catalogue, metric.numerator, lang)
    if metric.denominator is None:
        return above
    sums = (above, in_words(catalogue, metric.denominator, lang))
    return OVER.join(f"({text})" if " " + MINUS.strip() in text else text for text in sums)


def in_words(catalogue: Catalogue, linear: Linear, lang: str) -> str:
    text = ""
    for name, factor in linear.terms.items():
        sign = MINUS if factor < 0 else " + "
        times = "" if abs(factor) == 1 else f"{abs(factor)}{TIMES}"
        first = "" if factor > 0 else MINUS.lstrip()
        text += (sign if text else first) + times + catalogue.measures[name].label.of(lang)
    return text


def window(shown: Shown) -> Document:
    """Return the window in minutes and on the shop's clock, and how far it is counted."""
    said, times = shown.document, Times(shown.frame["zone"])
    until = said.get("complete", {}).get("until")
    definition = shown.catalogue.windows.get(shown.window)
    label = definition.label if definition else OTHER_WINDOWS.get(shown.window)
    return {
        "name": shown.window,
        "label": both(label) if label else None,
        "start": said["start"],
        "end": said["end"],
        "until": until,
        "start_local": times.local(said["start"]),
        "end_local": times.local(said["end"]),
        "until_local": None if until is None else times.local(until),
    }


def counts(shown: Shown) -> Document:
    """Return what became of messages: of the whole topic, live; of a past day nobody counted it."""
    if shown.history is not None:
        lines = shown.history.get("lines")
        nobody = dict.fromkeys(("duplicate", "rejected", "late"))
        return {"of": "window", "counted": lines, **nobody}
    said = shown.frame["accounting"]
    return {
        "of": "topic",
        "counted": said["counted"],
        "duplicate": said["duplicate"],
        "rejected": said["refused"],
        "late": said["rejected"].get("too_late", 0),
    }


def can_recount(catalogue: Catalogue, metric: Metric) -> bool:
    """Say whether a metric is one number of the events: a ranking of users is not."""
    return catalogue.cubes[metric.cube].bucket is not BucketKind.SEGMENT


def shown_value(shown: Shown) -> int | None:
    """Return the number a recount is held against: a total, or the sum of what is drawn.

    Of complete minutes: what the running one has so far is not in a recount.
    """
    document = shown.document["metrics"][shown.metric.name]
    if document["shape"] == "total":
        complete = shown.document.get("complete", {}).get("metrics", {})
        held = complete.get(shown.metric.name, document)
        value: int | None = held["value"]
        return value
    if document["shape"] == "series":
        values = document["values"]
        lines = values.values() if isinstance(values, dict) else (values,)
        return sum(map(sum, lines))
    total: int | None = document["total"]
    cubes = shown.document.get("complete", {}).get("cubes")
    if total is None or cubes is None or document.get("minute") is not None:
        return total
    keys = cubes.get(shown.metric.cube, {}).values()
    return sum(arithmetic.linear(shown.metric.numerator, sums) for sums in keys)
