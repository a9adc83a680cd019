"""The resolved catalogue: what is used, after `load` has read and checked what is written.

Everything is a frozen value; names refer to entries that exist. Units: money is integer cents,
a rate is parts per million, a count is a count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.label import Label

UNKNOWN = "unknown"


class BucketKind(StrEnum):
    """What a cell's `bucket` counts."""

    MINUTE = "minute"  # epoch minute UTC
    SEGMENT = "segment"  # local epoch day * segments per day + index (trading.segments)
    WINDOW = "window"  # epoch day of the business date; one cube per trading window
    PARTITION = "partition"  # Kafka partition (audit only)


class Unit(StrEnum):
    MONEY = "money"  # cents of the shop's currency
    COUNT = "count"
    RATE = "rate"  # parts per million


@dataclass(frozen=True, slots=True)
class Member:
    """One known key of a dimension, and its parent's key in the roll-up, if any."""

    key: str
    label: Label
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """`field` is the event field of the key; None for a roll-up level (region, nation)."""

    name: str
    field: str | None
    parent: str | None
    members: Mapping[str, Member]
    label: Label


@dataclass(frozen=True, slots=True)
class Measure:
    """What is summed, never negative.

    `of`: `amount_cents` or `quantity` (summed), `lines` (counted), `user_id` (counted distinct).
    `kind`: the lines it takes; `first_line_only`: only those with line_no = 1; `priced`: only
    those with an amount (a refund of amount 0 is a stock write-off: nobody gave anything back).
    """

    name: str
    of: Literal["amount_cents", "quantity", "lines", "user_id"]
    kind: Literal["sale", "refund", "any"]
    first_line_only: bool
    unit: Unit
    label: Label
    description: Label
    priced: bool = False

    @property
    def distinct(self) -> bool:
        return self.of == "user_id"


@dataclass(frozen=True, slots=True)
class Cube:
    """Measures by bucket and key.

    `dimension` names the dimension whose key it is; `user` for user totals, `user_hash` for
    distinct buyers (key = hash bucket "0".."hash_buckets-1"). `window` is set for WINDOW cubes.
    `label_field` is an event field kept beside the measures (the province of a user). `keep` > 0:
    ranked by the first measure and trimmed to that many keys.
    """

    name: str
    bucket: BucketKind
    dimension: str
    measures: tuple[str, ...]
    window: str | None = None
    label_field: str | None = None
    hash_buckets: int = 0
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of measures with integer coefficients."""

    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Metric:
    """What people read: `numerator`, or `numerator / denominator` taken last, from sums.

    shape `total` one number per window; `series` by `step` minutes, by `dimension` if given;
    `ranking` the keys of `dimension` by value, over the window or the last complete minute
    (`scope`; `limit` 0 = all); `share` the keys of `dimension` against their sum. `beside`: metrics
    (totals) shown on each row of a ranking. `cube` is where it is read from; a cube by window
    stands for its siblings. `better`: is more good news ("up"), bad ("down") or neither.
    """

    name: str
    kind: Literal["atomic", "base", "derived"]
    shape: Literal["total", "series", "ranking", "share"]
    numerator: Linear
    denominator: Linear | None
    unit: Unit
    cube: str
    label: Label
    description: Label
    dimension: str | None = None
    scope: Literal["window", "minute"] = "window"
    step: int = 1
    limit: int = 0
    beside: tuple[str, ...] = ()
    freshness_s: int = 60
    better: Literal["up", "down", "neutral"] = "up"


@dataclass(frozen=True, slots=True)
class WindowDefinition:
    """A named stretch of a business date: minutes of local clock time relative to its 00:00.

    4H is (-240, 0), 24H (0, 1440), 28H (-240, 1440).
    """

    name: str
    start: int
    end: int
    label: Label


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's own facts."""

    zone: str
    currency: str
    currency_symbol: str
    currency_exponent: int
    languages: tuple[str, ...]
    default_window: str
    title: Label
    scope: Label


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything declared, resolved. `plan` changes when the jobs' state means another thing."""

    shop: Shop
    windows: Mapping[str, WindowDefinition]
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Measure]
    cubes: Mapping[str, Cube]
    metrics: Mapping[str, Metric]
    plan: str
    alerts: Mapping[str, AlertRule] = field(default_factory=dict)

    def minute_cubes(self) -> tuple[Cube, ...]:
        return tuple(c for c in self.cubes.values() if c.bucket is BucketKind.MINUTE)
