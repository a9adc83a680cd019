"""The written form: what a table of a catalogue file may say, before names are resolved."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from pipeline.catalogue.label import Label

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=400)]
EventField = Literal["category", "brand", "sku", "gender", "province", "warehouse_id", "user_id"]


def _exact(written: object) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | Decimal):
        raise PydanticCustomError("number_type", "not a number")
    return Decimal(written)


Quantity = Annotated[Decimal, BeforeValidator(_exact)]


class Written(BaseModel):
    """Nothing unknown, no type guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Words(Written):
    """A text in both languages."""

    zh: Text
    en: Text

    def label(self) -> Label:
        return Label(zh=self.zh, en=self.en)


class WrittenShop(Written):
    zone: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    currency_symbol: Annotated[str, Field(min_length=1, max_length=4)]
    currency_exponent: Annotated[int, Field(ge=0, le=4)]
    languages: Annotated[list[Literal["zh", "en"]], Field(min_length=1)]
    default_window: Text
    title: Words
    scope: Words


class Edge(Written):
    """A clock time some days from the business date; 24:00 is the end of a day."""

    day: Annotated[int, Field(ge=-7, le=7)] = 0
    at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]

    def minute(self) -> int:
        hour, minute = map(int, self.at.split(":"))
        return self.day * 1440 + hour * 60 + minute


class WrittenWindow(Written):
    start: Annotated[Edge, Field(alias="from")]
    end: Annotated[Edge, Field(alias="to")]
    label: Words


class WrittenDimension(Written):
    field: EventField | None = None
    parent: Name | None = None
    label: Words


class WrittenMeasure(Written):
    of: Literal["amount_cents", "quantity", "lines", "user_id"]
    kind: Literal["sale", "refund", "any"]
    first_line_only: bool = False
    priced: bool = False
    unit: Literal["money", "count"]
    label: Words
    description: Words


class WrittenCube(Written):
    """A cube by `window` is written once and becomes one per window, `<name>_<window>`."""

    bucket: Literal["minute", "segment", "window"]
    dimension: Name
    measures: Annotated[list[Name], Field(min_length=1)]
    label_field: EventField | None = None
    hash_buckets: Annotated[int, Field(ge=0, le=1024)] = 0
    keep: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class WrittenMetric(Written):
    """`cube` may be left out: it is then the smallest that has the measures and the dimension."""

    expression: Text
    shape: Literal["total", "series", "ranking", "share"] = "total"
    unit: Literal["money", "count", "rate"]
    cube: Text | None = None
    dimension: Name | None = None
    scope: Literal["window", "minute"] = "window"
    step: Annotated[int, Field(ge=1, le=240)] = 1
    limit: Annotated[int, Field(ge=0, le=100)] = 0
    beside: list[Name] = []
    freshness_s: Annotated[int, Field(ge=1, le=86_400)] = 60
    better: Literal["up", "down", "neutral"] = "up"
    label: Words
    description: Words


class WrittenAlert(Written):
    """Edges as people say them: 0.6 times what is expected, a rate of 0.2, or cents."""

    kind: Literal["band", "limit", "stale", "rollup", "accounting"]
    severity: Literal["look", "act"]
    enabled: bool = True
    metric: Name | None = None
    dimension: Name | None = None
    against: Literal["yoy", "mom"] = "yoy"
    over: Literal["each", "sum"] = "sum"
    minutes: Annotated[int, Field(ge=1, le=240)] = 1
    low: Quantity | None = None
    high: Quantity | None = None
    floor: Annotated[int, Field(ge=0)] = 0
    clear_minutes: Annotated[int, Field(ge=1, le=240)] = 1
    clear_low: Quantity | None = None
    clear_high: Quantity | None = None
    seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None
    clear_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None
    label: Words
    words: Words
