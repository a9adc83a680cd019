"""What may stand in `mapping.toml`, table by table; docs/mapping.md explains every key."""

from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.mapping.places import Origin, Path, Place, Strict

TextName = Literal["user_id", "gender", "category", "brand", "sku", "warehouse_id", "province"]
Sign = Literal["amount", "quantity"]
WORDS = ("index", "kind", "line_no", "place")


def _some(written: object) -> object:
    if not written:
        raise ValueError("is empty; give at least one")
    return written


_SOME = BeforeValidator(_some)


class TextField(Place):
    """A text: taken from a place and changed step by step, or a constant."""

    constant: str | None = None
    strip_prefix: str = ""
    slug: bool = False
    values: dict[str, str] = Field(default_factory=dict)
    others: Literal["keep", "refuse"] = "keep"
    default: str = ""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.path, self.line_path, self.constant]
        if sum(origin is not None for origin in given) != 1:
            raise ValueError("has no origin, or several; give path, line_path or constant")
        if self.others == "refuse" and not self.values:
            raise ValueError("others is 'refuse' without values; name the values that are taken")
        return self


class Feed(Strict):
    """`lines`: the path of the array of lines in a message; without it a message is one line."""

    topic: str | None = None
    lines: Path | None = None


class Part(Place):
    """A part of an event id: a value, or one of `WORDS`."""

    word: str | None = None


def _part(written: object) -> object:
    if isinstance(written, Part):
        return written
    if isinstance(written, str):
        if written not in WORDS:
            raise ValueError(
                f"has the unknown word '{written}'; write one of {', '.join(WORDS)}, "
                "or { path = ... }, { line_path = ... }"
            )
        return Part(word=written)
    if isinstance(written, dict) and list(written) in (["path"], ["line_path"]):
        return Part(**written)
    raise ValueError('is no part; write "index" or { path = "order.id" }')


class EventId(Strict):
    parts: Annotated[tuple[Annotated[Part, BeforeValidator(_part)], ...], _SOME]


class LineNo(Place):
    """The number of a line in its order; `first` is the number that the feed gives the first."""

    constant: Annotated[int, Field(ge=1)] | None = None
    first: Literal[0, 1] = 1

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.path, self.line_path, self.constant)) != 1:
            raise ValueError("has no origin, or several; give path, line_path or constant")
        return self


class Kind(Place):
    """Sale or refund: by the values of a field, or by the sign of the amount or quantity."""

    values: dict[str, Literal["sale", "refund"]] = Field(default_factory=dict)
    default: Literal["sale", "refund"] | None = None
    sign_of: Sign | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.sign_of is None:
            if (self.path is None) == (self.line_path is None):
                raise ValueError("has no place, or two; give path, line_path or sign_of")
            if not self.values:
                raise ValueError("has no values; name those that are a sale and a refund")
        elif self.path or self.line_path or self.values or self.default:
            raise ValueError("has sign_of and a field; give one of them")
        return self


class Time(Origin):
    """`zone`: that of times that carry none; `repeated`: which of the hour that comes twice."""

    format: Literal["iso", "epoch_s", "epoch_ms"] = "iso"
    zone: str | None = None
    repeated: Literal["first", "second"] = "first"

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str | None) -> str | None:
        try:
            if zone is not None:
                ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError(f"{zone!r} is no time zone; write one like Europe/Berlin") from fault
        return zone

    @model_validator(mode="after")
    def _zone_of_texts(self) -> Self:
        if self.format != "iso" and self.zone is not None:
            raise ValueError(f"{self.format} knows no zone; take zone out")
        return self


class Quantity(Place):
    constant: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.path, self.line_path, self.constant)) != 1:
            raise ValueError("has no origin, or several; give path, line_path or constant")
        return self


class Money(Origin):
    """The amount of the whole line, or the price of a piece; in currency units or in its smallest.

    `exponent`: how many digits the currency has behind the point (CNY 2, JPY 0).
    """

    per: Literal["line", "piece"] = "line"
    unit: Literal["major", "minor"] = "major"
    exponent: Annotated[int, Field(ge=0, le=4)] = 2
    rounding: Literal["refuse", "half_up"] = "refuse"


class Condition(Origin):
    """What a value must be; all that is given must hold. Nothing there fails all but `missing`."""

    below: Decimal | None = None
    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    missing: bool | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.model_fields_set - {"path", "line_path"}:
            raise ValueError("asks nothing; give below, above, at_least, at_most, one_of, none_of")
        return self


class Rule(Strict):
    """Holds when all of its conditions do."""

    all: Annotated[tuple[Condition, ...], _SOME]
