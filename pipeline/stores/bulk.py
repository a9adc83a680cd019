"""Cells many at a time: as a hash comes from Redis, still encoded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.values.cells import CellRow, CellValue


@dataclass(frozen=True, slots=True)
class EncodedBucket:
    """All cells of one bucket: `values` has a line of `CellValue.encode()` for each key."""

    cube: str
    bucket: int
    keys: tuple[str, ...]
    values: str

    def rows(self) -> Iterator[CellRow]:
        for key, text in zip(self.keys, self.values.split("\n"), strict=True):
            yield CellRow(self.cube, self.bucket, key, CellValue.decode(text))


@dataclass(frozen=True, slots=True)
class EncodedChanges:
    """As `protocol.Changes`, not decoded: what a table takes in bulk."""

    life: str | None
    seq: int
    buckets: tuple[EncodedBucket, ...]
    ranked: tuple[tuple[str, int], ...]
    cursors: Mapping[str, int]
    more: bool


def group(rows: Sequence[CellRow]) -> Iterator[dict[tuple[str, int], list[str]]]:
    """Yield rows as `write_encoded` takes them; a key that comes again begins a new batch."""
    hashes: dict[tuple[str, int], list[str]] = {}
    seen: set[tuple[str, int, str]] = set()
    for row in rows:
        if (row.cube, row.bucket, row.key) in seen:
            yield hashes
            hashes, seen = {}, set()
        seen.add((row.cube, row.bucket, row.key))
        hashes.setdefault((row.cube, row.bucket), []).extend((row.key, row.value.encode()))
    if hashes:
        yield hashes
