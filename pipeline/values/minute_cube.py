"""The cells of one minute cube in numpy, a chunk a day, so that a window is read without a loop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.values.cells import CellValue
from pipeline.values.places import MINUTES_OF_A_DAY

Int64s = NDArray[np.int64]
_FIRST_CAPACITY = 8


@dataclass(frozen=True, slots=True)
class MinuteBlock:
    """A stretch of minutes: `values` int64[minutes, keys, measures], `lines` int64[minutes, keys].

    A cell nobody wrote is 0 in both; a written one has at least one line.
    """

    keys: tuple[str, ...]
    measures: tuple[str, ...]
    values: Int64s
    lines: Int64s


class MinuteCube:
    """Guarded cells of one cube; memory is touched only for minutes that were written."""

    def __init__(self, measures: tuple[str, ...]) -> None:
        self.measures = measures
        self.version = 0
        self._places: dict[str, int] = {}
        self._known: dict[tuple[str, ...], NDArray[np.intp]] = {}
        # int64[minute of the day, key, 1 + measures]; the first column is n.
        self._days: dict[int, Int64s] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._places)

    def put(self, minute: int, keys: Sequence[str], numbers: Int64s) -> int:
        """Put rows `n, measures...` of int64[keys, 1 + measures]; return how many were replaced.

        A key comes at most once. Raises ValueError when the width is not the cube's.
        """
        if numbers.shape != (len(keys), 1 + len(self.measures)):
            raise ValueError(
                f"{len(keys)} keys of {len(self.measures)} measures need numbers of shape "
                f"{(len(keys), 1 + len(self.measures))}, not {numbers.shape}"
            )
        places = self._places_of(tuple(keys))
        row = self._day(minute // MINUTES_OF_A_DAY)[minute % MINUTES_OF_A_DAY]
        old = row[places]
        accepted = (numbers[:, 0] > old[:, 0]) & (numbers >= old).all(axis=1)
        replaced = int(np.count_nonzero(accepted))
        if replaced:
            row[places[accepted]] = numbers[accepted]
            self.version += 1
        return replaced

    def fill(self, minutes: Int64s, keys: Sequence[str], numbers: Int64s) -> int:
        """Put many cells at once; return how many were replaced.

        Row i, `n, measures...` of int64[rows, 1 + measures], is of minute i (epoch) and key i; a
        minute and key come together at most once. Raises ValueError when shapes do not fit.
        """
        if numbers.shape != (len(keys), 1 + len(self.measures)) or len(minutes) != len(keys):
            raise ValueError(
                f"{len(keys)} keys need as many minutes, and numbers of shape "
                f"{(len(keys), 1 + len(self.measures))}, not {len(minutes)} and {numbers.shape}"
            )
        for key in dict.fromkeys(keys):
            self._places.setdefault(key, len(self._places))
        places = np.fromiter(map(self._places.__getitem__, keys), np.intp, len(keys))
        days = minutes // MINUTES_OF_A_DAY
        replaced = 0
        for day in np.unique(days).tolist():
            rows = np.flatnonzero(days == day)
            held, spot = self._day(day), (minutes[rows] % MINUTES_OF_A_DAY, places[rows])
            new, old = numbers[rows], held[spot]
            accepted = (new[:, 0] > old[:, 0]) & (new >= old).all(axis=1)
            held[spot[0][accepted], spot[1][accepted]] = new[accepted]
            replaced += int(np.count_nonzero(accepted))
        self.version += bool(replaced)
        return replaced

    def block(self, start: int, end: int) -> MinuteBlock:
        """Return a copy of the minutes from `start` to before `end` (epoch minutes UTC)."""
        minutes, keys = max(end - start, 0), len(self._places)
        numbers = np.zeros((minutes, keys, 1 + len(self.measures)), np.int64)
        for day in range(start // MINUTES_OF_A_DAY, (end - 1) // MINUTES_OF_A_DAY + 1):
            held = self._days.get(day)
            if held is None:
                continue
            first = day * MINUTES_OF_A_DAY
            low, high = max(start, first), min(end, first + MINUTES_OF_A_DAY)
            piece = held[low - first : high - first, :keys]
            numbers[low - start : high - start, : piece.shape[1]] = piece
        return MinuteBlock(self.keys, self.measures, numbers[:, :, 1:], numbers[:, :, 0])

    def bucket(self, minute: int) -> dict[str, CellValue]:
        """Return the cells of one minute."""
        held = self._days.get(minute // MINUTES_OF_A_DAY)
        if held is None:
            return {}
        rows = held[minute % MINUTES_OF_A_DAY].tolist()
        return {
            key: CellValue(row[0], tuple(row[1:]))
            for key, row in zip(self._places, rows, strict=False)
            if row[0]
        }

    def forget_before(self, minute: int) -> None:
        """Drop the UTC days that end before `minute`."""
        for day in [d for d in self._days if (d + 1) * MINUTES_OF_A_DAY <= minute]:
            del self._days[day]
            self.version += 1

    def _places_of(self, keys: tuple[str, ...]) -> NDArray[np.intp]:
        """Return the places of keys; the same keys come minute after minute, so it is kept."""
        places = self._known.get(keys)
        if places is None:
            if len(self._known) > 4096:  # sparse cubes: every minute another choice of keys
                self._known.clear()
            grown = [self._places.setdefault(key, len(self._places)) for key in keys]
            places = self._known[keys] = np.array(grown, np.intp)
        return places

    def _day(self, day: int) -> Int64s:
        held = self._days.get(day)
        if held is None or held.shape[1] < len(self._places):
            capacity = _FIRST_CAPACITY
            while capacity < len(self._places):
                capacity *= 2
            # zeros are not resident until written: an almost empty day costs almost nothing
            grown = np.zeros((MINUTES_OF_A_DAY, capacity, 1 + len(self.measures)), np.int64)
            if held is not None:
                written = held[:, :, 0].any(axis=1)
                grown[written, : held.shape[1]] = held[written]
            held = self._days[day] = grown
        return held
