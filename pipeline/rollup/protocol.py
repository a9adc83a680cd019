"""What evaluating needs of the cells and the rankings; `values.table.CellTable` has it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from numpy import int64
from numpy.typing import NDArray

from pipeline.values.cells import CellValue


class Minutes(Protocol):
    """Stretch of minutes: `values` int64[minutes, keys, measures], `lines` int64[minutes, keys]."""

    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def measures(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> NDArray[int64]: ...
    @property
    def lines(self) -> NDArray[int64]: ...


class Cells(Protocol):
    """Cells in memory."""

    def block(self, cube: str, start: int, end: int) -> Minutes:
        """Return a minute cube from `start` to before `end` (epoch minutes UTC)."""

    def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
        """Return the cells of one bucket by key."""


class RankedKey(Protocol):
    """One key of a ranking over several buckets; measures in the cube's order, summed."""

    @property
    def key(self) -> str: ...
    @property
    def measures(self) -> tuple[int, ...]: ...
    @property
    def label(self) -> str | None: ...


class RankedKeys(Protocol):
    """The best keys, best first; `proven`: none left out belongs among them."""

    @property
    def rows(self) -> Sequence[RankedKey]: ...
    @property
    def proven(self) -> bool: ...


Document = dict[str, Any]
