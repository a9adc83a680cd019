"""The promotion calendar: days the shop prepares for, and when each opens on its eve."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.catalogue.label import Label
from pipeline.errors import Faults
from pipeline.trading.ranges import Ranges, read_ranges

PACKAGED = Path(__file__).with_name("promotions.toml")
_TABLES = ("promotion", "comparison")


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion day. `opening` is the minute of the eve (20:00 = 1200); `alias` joins years."""

    alias: str
    name: Label
    day: date
    opening: int


class PromotionCalendar:
    """Promotions by date, ascending, at most one a day; and the comparisons given beforehand."""

    def __init__(self, promotions: Sequence[Promotion], ranges: Sequence[Ranges] = ()) -> None:
        self.promotions = tuple(sorted(promotions, key=lambda p: p.day))
        self.ranges = tuple(ranges)
        self._by_day = {promotion.day: promotion for promotion in self.promotions}
        self._ranges = {(given.day, given.display): given for given in self.ranges}

    def promotion_on(self, day: date) -> Promotion | None:
        """Return the promotion of a business date, if there is one."""
        return self._by_day.get(day)

    def year_before(self, promotion: Promotion) -> Promotion | None:
        """Return the promotion of the same alias in the year before, the nearest by date."""
        year = promotion.day.year - 1
        same = [p for p in self.promotions if p.alias == promotion.alias and p.day.year == year]
        return min(same, key=lambda p: abs(366 - (promotion.day - p.day).days), default=None)

    def before(self, promotion: Promotion) -> Promotion | None:
        """Return the promotion before in the calendar, whatever its alias."""
        return next((p for p in reversed(self.promotions) if p.day < promotion.day), None)

    def ranges_of(self, day: date, display: str) -> Ranges | None:
        """Return what was given beforehand to be compared on a date, in one display."""
        return self._ranges.get((day, display))


class _Written(BaseModel):
    """What one `[[promotion]]` of the file says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    alias: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    opens: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    dates: Annotated[list[date], Field(min_length=1)]


def load_promotions(config: Path | None = None) -> PromotionCalendar:
    """Read `promotions.toml` of a shop's folder, or the packaged one; raises Faults."""
    path = PACKAGED if config is None else config / PACKAGED.name
    path = path if path.exists() else PACKAGED
    calendar, faults = read_promotions(path)
    if faults:
        raise Faults("promotions", faults)
    return calendar


def read_promotions(path: Path) -> tuple[PromotionCalendar, list[str]]:
    """Return the calendar of a file and its faults, each naming file and entry."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return PromotionCalendar(()), [f"{path.name}: not TOML ({fault}); correct the syntax"]
    faults = [
        f"{path.name} [{name}]: unknown key; use [[promotion]] and [[comparison]] tables"
        for name in content
        if name not in _TABLES
    ]
    for name in _TABLES:
        if not isinstance(content.get(name, []), list):
            faults.append(
                f"{path.name} [{name}]: is one table; write [[{name}]], one for each {name}"
            )
            content[name] = []
    found, more = _read_promotions(path.name, content.get("promotion", []))
    ranges, wrong = read_ranges(path.name, content.get("comparison", []))
    return PromotionCalendar(found, ranges), [*faults, *more, *wrong]


def _read_promotions(file: str, tables: Sequence[object]) -> tuple[list[Promotion], list[str]]:
    found: dict[date, Promotion] = {}
    faults: list[str] = []
    for number, table in enumerate(tables, start=1):
        place = f"{file} [promotion {number}]"
        try:
            written = _Written.model_validate(table)
        except ValidationError as fault:
            faults.extend(_said(place, fault))
            continue
        for promotion in _resolve(written):
            if promotion.day in found:
                faults.append(f"{place}: {promotion.day} has a promotion already; keep one of them")
            found[promotion.day] = promotion
    return list(found.values()), faults


def _resolve(written: _Written) -> list[Promotion]:
    hour, minute = map(int, written.opens.split(":"))
    name = Label(zh=written.zh, en=written.en)
    return [Promotion(written.alias, name, day, hour * 60 + minute) for day in written.dates]


def _said(place: str, fault: ValidationError) -> list[str]:
    return [
        f"{place}: {'.'.join(map(str, error['loc']))}: {error['msg']}; "
        'write alias, zh, en, opens = "20:00" and dates = [2026-11-11]'
        for error in fault.errors()
    ]
