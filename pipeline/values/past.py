"""What history knows of a stretch of minutes, as it travels from its store to whoever evaluates it.

History is kept by local calendar day (`day`: local epoch day, the shop's zone) in two forms: the
order events themselves, and facts (sums by minute and key) made of them once a day is closed.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.trading.windows import MinuteRange
from pipeline.values.table import CellTable

Cause = Literal["close", "backfill", "recalculate"]


@dataclass(frozen=True, slots=True)
class DayRecord:
    """A closed day: which link it is read from, and the recount (`generation`) it comes from.

    `generation` counts the recounts of a whole database, so that the highest of several days
    changes whenever one of them does. `lines`: order lines in the day.
    """

    day: int
    link: str
    generation: int
    recounted_ms: int
    cause: Cause
    lines: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is asked of history; hashable, so that answers can be kept.

    `bounds`: epoch minutes UTC; `days`: the local days they lie in. `only`: (dimension, keys)
    pairs, of dimensions with an event field, keys ascending (`unknown` for a missing one); a
    filtered stretch is recounted from the events.
    """

    link: str
    bounds: MinuteRange
    days: tuple[int, ...]
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class PastStretch:
    """The answer. `table` holds all minute cubes of the stretch, and nothing else.

    `first_buyers` int64[len(bounds)]: users whose first purchase inside the bounds is in that
    minute; its running sum is the distinct buyers at every elapsed minute. `closed`: the records
    of its closed days. `until`: the first minute that the archive may not have whole yet; the end
    of the bounds when all of it is there. `origin`: where the minutes were read.
    """

    stretch: Stretch
    table: CellTable
    first_buyers: NDArray[np.int64]
    closed: tuple[DayRecord, ...]
    until: int
    origin: Literal["facts", "events"]

    @property
    def final(self) -> bool:
        """All its days are closed."""
        return {record.day for record in self.closed} >= set(self.stretch.days)

    @property
    def generation(self) -> int:
        """The highest recount in it; 0 when no day of it is closed."""
        return max((record.generation for record in self.closed), default=0)


@dataclass(frozen=True, slots=True)
class WindowSums:
    """What a recount found for one window of a business date, kept for good.

    `sums` and `live`: measure -> sum over the window (of the smallest minute cube); `live` is what
    Redis held when the day was closed, None where nothing could be compared.
    """

    day: int
    window: str
    link: str
    generation: int
    recounted_ms: int
    cause: Cause
    lines: int
    sums: tuple[tuple[str, int], ...]
    live: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class Recount:
    """One number counted again from the raw events, with all that is needed to repeat it."""

    value: int | None
    numerator: int
    denominator: int | None
    rows: int
    seconds: float
    sql: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ArchivePosition:
    """How far the archive has come in a partition: next offset, event progress (ms), when (ms)."""

    position: int
    progress_ms: int
    written_ms: int
