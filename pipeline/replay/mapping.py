"""A mapping: how the columns of a foreign file become the fields of an event. TOML, no code."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.errors import ConfigurationError, Faults

PACKAGED = Path(__file__).parent / "mappings"
TextName = Literal["user_id", "gender", "category", "brand", "sku", "warehouse_id", "province"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextField(_Strict):
    """Where a text comes from: a column (then changed step by step) or a constant."""

    column: str | None = None
    constant: str | None = None
    strip_prefix: str = ""
    slug: bool = False
    values: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_origin(self) -> "TextField":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either column or constant")
        return self


class Time(_Strict):
    """The column of the instants; naive ones are local times of `zone`."""

    column: str
    zone: str

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError(f"no time zone is called {zone!r}") from fault
        return zone


class Money(_Strict):
    """A line's amount = |price of a piece × quantity| in 10^-exponent, half up per line."""

    price: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    exponent: Annotated[int, Field(ge=0, le=4)] = 2


class Quantity(_Strict):
    """The column of the pieces, taken absolute. A line of 0 pieces cannot be an event: skipped."""

    column: str
    zero: Literal["skip"] = "skip"


class Bound(_Strict):
    """What a column's number must be; all that is given must hold."""

    below: float | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "Bound":
        if not self.model_fields_set:
            raise ValueError("give below, above, at_least or at_most")
        return self

    def holds(self, number: float) -> bool:
        return (
            (self.below is None or number < self.below)
            and (self.above is None or number > self.above)
            and (self.at_least is None or number >= self.at_least)
            and (self.at_most is None or number <= self.at_most)
        )


class Mapping(_Strict):
    """One feed. `refund` lists rules: a line is a refund when all bounds of any rule hold.

    `shop`: the folder of the shop that the orders are of (its currency, zone, names), from the
    folder of the mapping; it is used where no DAPING_CONFIG is set.
    """

    description: str
    shop: str | None = None
    time: Time
    money: Money
    quantity: Quantity
    order_id: TextField
    refund: tuple[dict[str, Bound], ...] = ()
    fields: dict[TextName, TextField] = Field(default_factory=dict)

    def columns(self) -> dict[str, str]:
        """Return column -> the entry that asks for it."""
        found = {
            self.time.column: "[time] column",
            self.money.price: "[money] price",
            self.quantity.column: "[quantity] column",
        }
        for place, rule in enumerate(self.refund, start=1):
            for column in rule:
                found.setdefault(column, f"[[refund]] number {place}: {column}")
        for name, text in (("order_id", self.order_id), *self.fields.items()):
            if text.column is not None:
                found.setdefault(text.column, f"[{name}] column")
        return found


def mapping_path(name: str, config: Path | None) -> Path:
    """Find a mapping: a path, one of the shop's own folder, or a packaged one by its name."""
    given = Path(name)
    if given.suffix == ".toml":
        candidates = [given]
    else:
        own = [config / "mappings" / f"{name}.toml"] if config is not None else []
        candidates = [*own, PACKAGED / f"{name}.toml"]
    for path in candidates:
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in PACKAGED.glob("*.toml")))
    raise ConfigurationError(f"no mapping {name!r}: give one of {known}, or the path of a .toml")


def shop_folder(path: Path, mapping: Mapping) -> Path | None:
    """Return the folder of the shop that a mapping names; raises ConfigurationError (no such)."""
    if mapping.shop is None:
        return None
    folder = (path.parent / mapping.shop).resolve()
    if not folder.is_dir():
        raise ConfigurationError(f"{path} shop: there is no folder {folder}")
    return folder


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping; raises Faults naming the file and every entry that is wrong."""
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise Faults("mapping", [f"{path}: {fault}"]) from fault
    except ValidationError as fault:
        raise Faults(
            "mapping",
            [
                f"{path} [{'.'.join(map(str, error['loc']))}]: {error['msg']}"
                for error in fault.errors()
            ],
        ) from fault
