"""A past stretch as the cells that `evaluate` reads, so that a finished day and a live one are
counted by the same code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.rollup.protocol import Minutes
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.cells import CellValue
from pipeline.values.past import PastStretch


@dataclass(frozen=True)
class PastCells:
    """The cells of a past stretch, as they were before minute `until` (epoch); None: all of it."""

    past: PastStretch
    until: int | None = None

    @property
    def buyers(self) -> int:
        """Different users who bought before `until`."""
        firsts = self.past.first_buyers
        if self.until is not None:
            firsts = firsts[: max(self.until - self.past.stretch.bounds.start, 0)]
        return int(firsts.sum())

    def block(self, cube: str, start: int, end: int) -> Minutes:
        """Return a minute cube from `start` to before `end`; from `until` on it is 0."""
        block = self.past.table.block(cube, start, end)
        if self.until is None or self.until >= end:
            return block
        first = max(self.until - start, 0)
        block.values[first:] = 0  # the table hands out copies
        block.lines[first:] = 0
        return block

    def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
        """Return the one cell of a cube by window: the distinct buyers of this stretch.

        Whatever window or bucket is named, as the stretch need not be a window of the catalogue;
        minute cubes are read as blocks.
        """
        buyers = self.buyers
        return {"": CellValue(buyers, (buyers,))} if buyers else {}


def lines_of_day(past: PastStretch, day: int, trading: TradingTime, cubes: Sequence[str]) -> int:
    """Return the order lines of a local day inside the stretch."""
    midnight = day * MINUTES_OF_A_DAY
    zone, bounds = trading.zone, past.stretch.bounds
    first, last = (
        zone.instant_of_local_minute(edge) // MINUTE_MS
        for edge in (midnight, midnight + MINUTES_OF_A_DAY)
    )
    start, end = max(first, bounds.start), min(last, bounds.end)
    if start >= end:
        return 0
    return max(int(past.table.block(cube, start, end).lines.sum()) for cube in cubes)


def begins_too_early(
    past: PastStretch, closed: Iterable[int], trading: TradingTime, cubes: Sequence[str]
) -> bool:
    """Say whether a stretch begins before history does: half of it is not known to be nothing.

    `closed`: the closed days of the whole history. A day without orders after the first of them
    is a quiet one.
    """
    first = min(closed, default=None)
    if first is None:
        return False
    before = (day for day in past.stretch.days if day < first)
    return any(lines_of_day(past, day, trading, cubes) == 0 for day in before)
