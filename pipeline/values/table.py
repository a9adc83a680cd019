"""All cells a reader holds in memory, guarded: no number in it ever falls."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import BucketKind, Catalogue
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.minute_cube import MinuteBlock, MinuteCube
from pipeline.values.places import MINUTES_OF_A_DAY, Places

__all__ = ["CellTable", "MinuteBlock"]

_NOTHING: Mapping[str, CellValue] = MappingProxyType({})


class CellTable:
    """Cells by cube: minute cubes as arrays, everything else as dicts. For one thread.

    Cubes of the catalogue and `audit` are known; rows of other cubes are left out.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._places = Places.of(catalogue)
        self._minutes = {
            name: MinuteCube(self._places.measures[name])
            for name, kind in self._places.kinds.items()
            if kind is BucketKind.MINUTE
        }
        self._others: dict[str, dict[int, dict[str, CellValue]]] = {
            name: {} for name in self._places.kinds if name not in self._minutes
        }
        self._versions = dict.fromkeys(self._others, 0)

    def put(self, row: CellRow) -> bool:
        """Put one cell if it supersedes what is there; say whether it did."""
        if row.cube in self._minutes:
            numbers = np.array([[row.value.n, *row.value.measures]], np.int64)
            return bool(self._minutes[row.cube].put(row.bucket, (row.key,), numbers))
        if row.cube not in self._others:
            return False
        return self._put_other(row.cube, row.bucket, row.key, row.value)

    def put_encoded(self, cube: str, bucket: int, keys: Sequence[str], values: str) -> int:
        """Put the cells of one bucket; return how many were replaced.

        `values` are `CellValue.encode()` texts in the order of `keys`, a line each. Raises
        ValueError when they are not whole cells of this cube.
        """
        held = self._minutes.get(cube)
        if held is not None:
            if "|" in values:
                rows = [CellValue.decode(line) for line in values.split("\n")]
                numbers = np.array([(r.n, *r.measures) for r in rows], np.int64)
            else:
                flat = np.fromstring(values.replace("\n", ","), np.int64, sep=",")
                numbers = flat.reshape(len(keys), -1)
            return held.put(bucket, keys, numbers)
        if cube not in self._others:
            return 0
        cells = zip(keys, map(CellValue.decode, values.split("\n")), strict=True)
        return sum(self._put_other(cube, bucket, key, value) for key, value in cells)

    def fill(
        self, cube: str, minutes: NDArray[np.int64], keys: Sequence[str], numbers: NDArray[np.int64]
    ) -> int:
        """Put many cells of a minute cube at once, guarded; return how many were replaced.

        Row i of `numbers` int64[rows, 1 + measures] is of `minutes[i]` and `keys[i]`, which come
        together at most once. KeyError for a cube that is not by minute.
        """
        return self._minutes[cube].fill(minutes, keys, numbers)

    def block(self, cube: str, start: int, end: int) -> MinuteBlock:
        """Return a copy of a minute cube from `start` to before `end` (epoch minutes UTC)."""
        return self._minutes[cube].block(start, end)

    def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
        """Return the cells of one bucket by key; empty when nothing was written there."""
        if cube in self._minutes:
            return self._minutes[cube].bucket(bucket)
        held = self._others.get(cube, {}).get(bucket)
        return _NOTHING if held is None else MappingProxyType(held)

    def buckets(self, cube: str) -> tuple[int, ...]:
        """Return the buckets held of a cube that is not by minute, ascending."""
        return tuple(sorted(self._others.get(cube, {})))

    def version(self, cube: str) -> int:
        """Return a number that changes whenever a cell of the cube did."""
        held = self._minutes.get(cube)
        return self._versions.get(cube, 0) if held is None else held.version

    def forget_before(self, minute: int) -> None:
        """Drop what belongs to whole days before `minute` (epoch minute UTC); audit stays."""
        for held in self._minutes.values():
            held.forget_before(minute)
        # Segments and windows count local days, which begin up to 14 hours before or after UTC's.
        last_day = minute // MINUTES_OF_A_DAY - 1
        for cube, buckets in self._others.items():
            kind = self._places.kind(cube)
            if kind is BucketKind.PARTITION:
                continue
            for bucket in [b for b in buckets if int(self._places.day(cube, b)) < last_day]:
                del buckets[bucket]
                self._versions[cube] += 1

    def _put_other(self, cube: str, bucket: int, key: str, value: CellValue) -> bool:
        cells = self._others[cube].setdefault(bucket, {})
        if not value.supersedes(cells.get(key)):
            return False
        cells[key] = value
        self._versions[cube] += 1
        return True
