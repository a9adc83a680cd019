"""What a snapshot store promises.

`snapshots.RedisSnapshots` and `memory.MemorySnapshots` pass one suite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.stores.bulk import EncodedChanges
from pipeline.values.cells import CellRow
from pipeline.values.streams import (
    Active,
    AdapterState,
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    SourceState,
)


@dataclass(frozen=True, slots=True)
class Changes:
    """One read. `cursors` go into the next call; `more` says that the limit cut the answer short.

    `life` is None while the generation has written nothing. `ranked` lists (cube, bucket) of ranked
    cubes that changed.
    """

    life: str | None
    seq: int
    cells: tuple[CellRow, ...]
    ranked: tuple[tuple[str, int], ...]
    cursors: Mapping[str, int]
    more: bool

    @classmethod
    def of(cls, encoded: EncodedChanges) -> "Changes":
        """Decode every cell."""
        cells = tuple(row for bucket in encoded.buckets for row in bucket.rows())
        rest = (encoded.ranked, encoded.cursors, encoded.more)
        return cls(encoded.life, encoded.seq, cells, *rest)


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One key of a ranking over several buckets: the measures are sums over them."""

    key: str
    n: int
    measures: tuple[int, ...]
    label: str | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best keys by their first measure. `proven`: no key left out can belong here."""

    rows: tuple[RankedRow, ...]
    proven: bool


class Snapshots(Protocol):
    """Guarded writes and changes-only reads of one Redis (or its fake).

    All raise ServiceUnavailable.
    """

    def write(self, stream: LinkGeneration, rows: Sequence[CellRow]) -> int:
        """Write cells through the guard; return how many were replaced."""

    def write_encoded(
        self, stream: LinkGeneration, hashes: Mapping[tuple[str, int], Sequence[str]]
    ) -> int:
        """As `write`, for the live job's sink: (cube, bucket) -> [key, `CellValue.encode()`, ...].

        One pipeline for all hashes; nothing is decoded in Python. A key comes at most once.
        """

    def changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> Changes:
        """Read what changed in the days named by `cursors` (day -> last seq seen, 0 = all)."""

    def encoded_changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> EncodedChanges:
        """As `changes`, with each bucket's cells still encoded, for a table that takes them so."""

    def ranking(
        self, stream: LinkGeneration, cube: str, buckets: Sequence[int], limit: int
    ) -> Ranking:
        """Rank keys by the sum of their first measure over `buckets`, exactly; ties by key."""

    def life(self, stream: LinkGeneration) -> str | None: ...
    def active(self) -> Active | None: ...
    def activate(self, expected: Active | None, stream: LinkGeneration) -> Active:
        """Compare and set; raises Refused when someone else was faster."""

    def meta(self, stream: LinkGeneration) -> GenerationMeta | None: ...
    def put_meta(self, meta: GenerationMeta) -> None: ...
    def generations(self, link: str) -> tuple[int, ...]:
        """Return the generations of a link that have a meta, ascending."""

    def drop(self, stream: LinkGeneration) -> None:
        """Delete every key of a generation, in small steps."""

    def source(self) -> SourceState | None: ...
    def put_source(self, state: SourceState) -> None: ...
    def auditor(self, link: str) -> AuditorState | None: ...
    def put_auditor(self, link: str, state: AuditorState) -> None: ...
    def adapter(self, link: str) -> AdapterState | None: ...
    def put_adapter(self, link: str, state: AdapterState) -> None: ...
    def job(self, link: str) -> JobState | None: ...
    def put_job(self, link: str, state: JobState) -> None: ...
