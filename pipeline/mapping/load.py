"""Reading `mapping.toml`: every fault is told at once, with its file and entry."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from pipeline.catalogue.faults import FaultList, nearest
from pipeline.catalogue.model import Shop
from pipeline.errors import ConfigurationError, Faults
from pipeline.mapping.model import Mapping
from pipeline.mapping.places import Strict
from pipeline.mapping.written import (
    EventId,
    Feed,
    Kind,
    LineNo,
    Money,
    Quantity,
    Rule,
    TextField,
    TextName,
    Time,
)

FILE = "mapping.toml"
_TABLES: dict[str, type[Strict]] = {
    "feed": Feed,
    "event_id": EventId,
    "order_id": TextField,
    "line_no": LineNo,
    "kind": Kind,
    "time": Time,
    "quantity": Quantity,
    "money": Money,
    "currency": TextField,
}
_NEEDED = ("order_id", "time", "quantity", "money", "currency")
_RULES = ("refund", "skip")
_KEYS = ("description", *_TABLES, "fields", *_RULES)
T = TypeVar("T", bound=Strict)


def load_mapping(path: Path) -> Mapping:
    """Return a mapping of a file's rows or of messages; raises Faults naming all that is wrong."""
    mapping, faults = read_mapping(path)
    if mapping is None:
        raise Faults("mapping", faults)
    return mapping


def load_feed(path: Path, shop: Shop) -> Mapping:
    """Return the mapping of a shop's messages; raises Faults, also for what does not fit."""
    mapping, faults = read_mapping(path)
    faults = faults or [*message_faults(path, mapping), *shop_faults(path, mapping, shop)]
    if mapping is None or faults:
        raise Faults("mapping", faults)
    return mapping


def own_mapping(config: Path | None) -> Mapping | None:
    """Return the mapping that lies in a shop's folder, if there is one; raises Faults."""
    path = None if config is None else config / FILE
    return load_mapping(path) if path is not None and path.is_file() else None


def read_mapping(path: Path) -> tuple[Mapping | None, list[str]]:
    """Return the mapping, or None and every fault found."""
    faults = FaultList()
    try:
        written = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return None, [f"{path.name}: not TOML ({fault}); correct the syntax"]
    except OSError as fault:
        raise ConfigurationError(f"{path} cannot be read: {fault}") from fault
    found = _Reader(path.name, written, faults).read()
    return (None, faults.texts) if faults.texts else (Mapping(**found), [])


def message_faults(path: Path, mapping: Mapping | None) -> list[str]:
    """Return what makes a mapping unfit for messages, as against the rows of a file."""
    if mapping is None:
        return []
    faults = FaultList()
    if mapping.feed.lines is None:
        for entry, place in mapping.places():
            if place.of_line:
                step = "write path, or say where the lines are: [feed] lines"
                faults.add(f"{path.name} {entry}", "line_path, but a message is one line", step)
        if mapping.line_no is None:
            reason = "is missing: a message is one line, and orders are counted by their line 1"
            step = "name its field, or write constant = 1 where each message is an order"
            faults.add(f"{path.name} [line_no]", reason, step)
    return faults.texts


def shop_faults(path: Path, mapping: Mapping | None, shop: Shop) -> list[str]:
    """Return where mapping and shop contradict each other: every line would be refused."""
    if mapping is None:
        return []
    faults = FaultList()
    currency = mapping.currency.constant
    step = "correct it here or in shop.toml"
    if currency is not None and currency != shop.currency:
        reason = f"constant is '{currency}', the shop's currency is {shop.currency}"
        faults.add(f"{path.name} [currency]", reason, step)
    if mapping.money.exponent != shop.currency_exponent:
        reason = f"exponent is {mapping.money.exponent}, the shop's is {shop.currency_exponent}"
        faults.add(f"{path.name} [money]", reason, step)
    return faults.texts


class _Reader:
    """Reads table by table, so that one fault hides no other."""

    def __init__(self, file: str, written: dict[str, Any], faults: FaultList) -> None:
        self._file, self._written, self._faults = file, written, faults

    def read(self) -> dict[str, Any]:
        for key in self._written:
            if key not in _KEYS:
                self._faults.add(f"{self._file} [{key}]", "unknown table", nearest(key, _KEYS))
        for name in _NEEDED:
            if name not in self._written:
                self._faults.add(f"{self._file} [{name}]", "is missing", "add it (docs/mapping.md)")
        found: dict[str, Any] = {
            name: self._table(f"[{name}]", model, self._written[name])
            for name, model in _TABLES.items()
            if name in self._written
        }
        found["description"] = str(self._written.get("description", ""))
        found["fields"] = self._fields(self._written.get("fields", {}))
        for name in _RULES:
            rules = self._written.get(name, [])
            if not isinstance(rules, list):
                self._faults.add(f"{self._file} [{name}]", "is no list", f"write [[{name}]]")
                continue
            found[name] = tuple(
                self._table(f"[[{name}]] number {number}", Rule, rule)
                for number, rule in enumerate(rules, start=1)
            )
        if "kind" in found and found["refund"]:
            reason = "there are [kind] and [[refund]]"
            self._faults.add(f"{self._file} [kind]", reason, "give one of them")
        return found

    def _fields(self, tables: Any) -> dict[str, TextField | None]:
        found: dict[str, TextField | None] = {}
        for name, table in tables.items():
            place = f"[fields.{name}]"
            if name not in get_args(TextName):
                step = nearest(name, get_args(TextName))
                self._faults.add(f"{self._file} {place}", "is no field of an event", step)
            found[name] = self._table(place, TextField, table)
        return found

    def _table(self, place: str, model: type[T], table: object) -> T | None:
        try:
            return model.model_validate(table)
        except ValidationError as fault:
            self._faults.add_invalid(f"{self._file} {place}", fault, model.model_fields)
            return None
