"""What the rankings, regions and shares must be, from the order lines alone.

The sums share nothing with the code that is tested; of the catalogue only the names of warehouses
and their regions are taken.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.e2e.orders import MINUTE_MS, Line

Key = Callable[[Line], str | None]
MILLION = 1_000_000


@dataclass(frozen=True)
class Rows:
    """Ranked rows (key, value), the best first, and the sum over all keys."""

    rows: tuple[tuple[str, int], ...]
    total: int

    @property
    def shares(self) -> dict[str, int]:
        """Parts per million, half up."""
        return {key: (2 * v * MILLION + self.total) // (2 * self.total) for key, v in self.rows}


def within(lines: Iterable[Line], start: int, end: int) -> list[Line]:
    """Return the lines of the epoch minutes from `start` to before `end`."""
    return [line for line in lines if start <= line.at // MINUTE_MS < end]


def paid(lines: Iterable[Line], key: Key, *, units: bool = False) -> Rows:
    """Rank what was paid (cents, or units) by key; lines without a key are left out."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        name = key(line)
        if name is not None:
            sums[name] += (line.quantity if units else line.amount) if line.kind == "sale" else 0
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return Rows(tuple(ordered), sum(sums.values()))


def orders_of(lines: Iterable[Line], user: str) -> int:
    """Count the orders of a user."""
    mine = [line for line in lines if line.user == user and line.kind == "sale"]
    return sum(line.number == 1 for line in mine)


def by_region(regions: Mapping[str, str]) -> Key:
    """Return the key of a line's region; `regions`: warehouse -> region."""
    return lambda line: regions[line.warehouse]


@dataclass(frozen=True)
class Pace:
    """The last `minutes` complete ones against as many before (cents, ppm rounded half away)."""

    value: int
    change: int | None


def pace(lines: Iterable[Line], end: int, minutes: int) -> Pace:
    """Return the pace up to epoch minute `end`."""
    known = list(lines)
    now, before = (
        sum(line.amount for line in within(known, last - minutes, last) if line.kind == "sale")
        for last in (end, end - minutes)
    )
    if before <= 0:
        return Pace(now, None)
    size = (2 * abs(now - before) * MILLION + before) // (2 * before)
    return Pace(now, size if now >= before else -size)
