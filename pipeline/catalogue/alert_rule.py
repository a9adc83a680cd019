"""A resolved rule of alerts: what is judged, and where it is raised and cleared."""

from dataclasses import dataclass
from typing import Literal

from pipeline.catalogue.label import Label


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When people are called.

    `band`: `metric` over `minutes` complete minutes against what `against` makes expect of them, in
    ppm of it; `limit`: the metric itself, in its unit (cents, count, ppm); of each key of
    `dimension`, else of the whole, read from minute cube `cube`. Raised below `low` or above
    `high`, cleared once the last `clear_minutes` lie in `clear_low`..`clear_high`; None: no edge on
    that side. `over`: each minute must lie outside, or only their sum. `floor`: less expected (of a
    band) or less to divide by (of a ratio) is not judged. `stale`: `seconds`, `clear_seconds` of
    age at speed 1. `rollup`, `accounting`: the screen's own checks.
    """

    name: str
    kind: Literal["band", "limit", "stale", "rollup", "accounting"]
    severity: Literal["look", "act"]
    label: Label
    words: Label
    metric: str | None = None
    cube: str | None = None
    dimension: str | None = None
    against: Literal["yoy", "mom"] = "yoy"
    over: Literal["each", "sum"] = "sum"
    minutes: int = 1
    low: int | None = None
    high: int | None = None
    floor: int = 0
    clear_minutes: int = 1
    clear_low: int | None = None
    clear_high: int | None = None
    seconds: int = 0
    clear_seconds: int = 0
