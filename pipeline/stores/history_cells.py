"""Cells as the archived events make them, for a Redis that lost its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.catalogue.model import Catalogue, Cube
from pipeline.trading.windows import MinuteRange


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events: of one link and topic, inside these minutes."""

    link: str
    topic: str
    bounds: MinuteRange


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Cells of one cube, equally long columns; `measures` has one for each measure of the cube.

    `labels` is None where the cube has none.
    """

    buckets: Sequence[int]
    keys: Sequence[str]
    labels: Sequence[str] | None
    n: Sequence[int]
    measures: Sequence[Sequence[int]]

    def encoded(self) -> Iterator[tuple[int, str, str]]:
        """Yield (bucket, key, the text of `CellValue.encode`)."""
        template = ",".join(["%d"] * (1 + len(self.measures)))
        texts = (template % numbers for numbers in zip(self.n, *self.measures, strict=True))
        if self.labels is not None:
            texts = (f"{text}|{label}" for text, label in zip(texts, self.labels, strict=True))
        yield from zip(self.buckets, self.keys, texts, strict=True)


class EventCells(Protocol):
    """Makes the cells of a cube from events; of distinct buyers the users with their lines.

    Raises ServiceUnavailable.
    """

    def cells(self, catalogue: Catalogue, cube: Cube, scope: Scope) -> CellColumns: ...
