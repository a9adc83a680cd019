"""A batch of rows as the archive's sink gets it: which are events, and how far they reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.sql.archive import ARCHIVE_COLUMNS
from pipeline.sql.classify import COUNTED
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.values.past import ArchivePosition

Positions = Mapping[int, ArchivePosition]


@dataclass(frozen=True, slots=True)
class Origin:
    """What all events of one archive job have in common."""

    link: str
    topic: str
    generation: int


class ArchiveBatch:
    """Rows in the order of their reading; `columns` are the ARCHIVE_COLUMNS, equally long."""

    def __init__(self, columns: tuple[NDArray[Any], ...]) -> None:
        self._columns = dict(zip(ARCHIVE_COLUMNS, columns, strict=True))

    def events(self, origin: Origin) -> dict[str, NDArray[Any]]:
        """Return the counted rows as EVENT_COLUMNS; they may be none."""
        counted = self._columns["class"] == COUNTED
        lines = int(np.count_nonzero(counted))
        constant = {
            "link": np.full(lines, origin.link, object),
            "topic": np.full(lines, origin.topic, object),
            "generation": np.full(lines, origin.generation, np.int64),
        }
        return {
            name: constant[name] if name in constant else self._columns[name][counted]
            for name in EVENT_COLUMNS
        }

    def positions(self, known: Positions, now_ms: int) -> dict[int, ArchivePosition]:
        """Return, by partition, how far the archive has come where it has come further.

        `known` is what was told before; progress never falls, though a restart reads again.
        """
        partitions, offsets = self._columns["partition"], self._columns["offset"]
        progress = self._columns["progress"]
        found: dict[int, ArchivePosition] = {}
        for partition in map(int, np.unique(partitions)):
            rows = partitions == partition
            position = int(offsets[rows].max()) + 1
            before = known.get(partition, ArchivePosition(0, 0, 0))
            if position > before.position:
                reached = max(int(progress[rows].max()), before.progress_ms)
                found[partition] = ArchivePosition(position, reached, now_ms)
        return found
