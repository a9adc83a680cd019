"""Comparisons given beforehand: for a date, the stretches to compare, each with start and end.

Times are those of the shop's clock; a local minute is local epoch day * 1440 + minute of day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

SPECIAL = "special 24h"  # 20:00 on the eve to 20:00; no window of the catalogue
SPECIAL_START, SPECIAL_END = -240, 1200
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class LocalRange:
    """Local minutes from `start` to before `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is compared on a business date in one display (a window's name, or SPECIAL).

    What is None goes by the calendar.
    """

    day: date
    display: str
    current: LocalRange | None
    yoy: LocalRange | None
    mom: LocalRange | None


def local_minute_of(moment: datetime) -> int:
    """Return the local minute that a clock without zone shows; seconds are cut off."""
    return (moment.date() - _EPOCH).days * 1440 + moment.hour * 60 + moment.minute


def read_ranges(file: str, tables: Iterable[object]) -> tuple[list[Ranges], list[str]]:
    """Return the `[[comparison]]` tables of a file and all their faults."""
    found: dict[tuple[date, str], Ranges] = {}
    faults: list[str] = []
    for number, table in enumerate(tables, start=1):
        place = f"{file} [comparison {number}]"
        try:
            written = _Written.model_validate(table)
        except ValidationError as fault:
            faults.extend(_said(place, error) for error in fault.errors())
            continue
        ranges = written.resolved()
        key = (ranges.day, ranges.display)
        if key in found:
            faults.append(f"{place}: {key[0]} has a {key[1]} comparison already; keep one of them")
        found[key] = ranges
    return list(found.values()), faults


def _forward(moments: list[datetime]) -> list[datetime]:
    if any(m.second or m.microsecond for m in moments):
        raise ValueError("is not whole minutes")
    if moments[0] >= moments[1]:
        raise ValueError("ends before it starts")
    return moments


_WrittenRange = Annotated[
    list[NaiveDatetime], Field(min_length=2, max_length=2), AfterValidator(_forward)
]


class _Written(BaseModel):
    """What one `[[comparison]]` of the file says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    date: date
    display: Literal["4H", "24H", "28H", "special 24h"]
    current: _WrittenRange | None = None
    yoy: _WrittenRange | None = None
    mom: _WrittenRange | None = None

    def resolved(self) -> Ranges:
        return Ranges(
            self.date, self.display, _local(self.current), _local(self.yoy), _local(self.mom)
        )


def _local(moments: list[datetime] | None) -> LocalRange | None:
    return None if moments is None else LocalRange(*map(local_minute_of, moments))


def _said(place: str, error: Any) -> str:
    return (
        f"{place}: {'.'.join(map(str, error['loc']))}: {error['msg']}; write date = 2026-11-11, "
        'display = "4H", "24H", "28H" or "special 24h", and current, yoy and mom as '
        "[2026-11-10T20:00:00, 2026-11-12T00:00:00]"
    )
