"""From the sink's columns to what the store takes: as little Python per row as it can be."""

from collections import defaultdict
from collections.abc import Sequence

Hashes = dict[tuple[str, int], list[str]]


def hashes_of(places: Sequence[str], keys: Sequence[str], cells: Sequence[str]) -> Hashes:
    """Return (cube, bucket) -> [key, cell, ...] with every key once: the later row of a cell wins.

    A place is `cube:bucket`, a cell `CellValue.encode()`; the columns are equally long.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for place, key, cell in zip(places, keys, cells, strict=True):
        found[place][key] = cell
    return {
        _place(p): [text for pair in held.items() for text in pair] for p, held in found.items()
    }


def _place(text: str) -> tuple[str, int]:
    cube, _, bucket = text.rpartition(":")
    return cube, int(bucket)
