"""The cells a rebuild writes: of every bucket that lies wholly in its minutes, from events."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.history.user_buckets import user_buckets
from pipeline.stores.history_cells import CellColumns, EventCells, Scope
from pipeline.trading.windows import MinuteRange, TradingTime, date_of

CELLS_A_WRITE = 20_000

Hashes = dict[tuple[str, int], list[str]]


def batches(
    events: EventCells, catalogue: Catalogue, trading: TradingTime, cube: Cube, scope: Scope
) -> Iterator[Hashes]:
    """Yield what `write_encoded` takes, about CELLS_A_WRITE cells at a time.

    Raises ServiceUnavailable.
    """
    hashes: Hashes = {}
    size = 0
    for bucket, inside in _buckets(trading, cube, scope.bounds):
        found = events.cells(catalogue, cube, replace(scope, bounds=inside))
        columns = _shared_out(found, cube.hash_buckets) if cube.hash_buckets else found
        for place, key, text in columns.encoded():
            hashes.setdefault((cube.name, bucket or place), []).extend((key, text))
            size += 1
            if size >= CELLS_A_WRITE:
                yield hashes
                hashes, size = {}, 0
    if hashes:
        yield hashes


def _buckets(
    trading: TradingTime, cube: Cube, bounds: MinuteRange
) -> Iterator[tuple[int, MinuteRange]]:
    """Yield the buckets that lie wholly inside the bounds, with their minutes.

    Of a minute cube it is one stretch, numbered 0: its buckets are in the cells.
    """
    if cube.bucket is BucketKind.MINUTE:
        yield 0, bounds
        return
    if cube.bucket is BucketKind.SEGMENT:
        numbers = range(
            trading.segment_number(bounds.start * 60_000),
            trading.segment_number(bounds.end * 60_000) + 1,
        )
        places = [(number, trading.segment_bounds(number)) for number in numbers]
    else:
        days = range(bounds.start // 1440 - 2, bounds.end // 1440 + 3)
        window = str(cube.window)
        places = [(day, trading.bounds(window, date_of(day))) for day in days]
    for bucket, inside in places:
        if bounds.start <= inside.start and inside.end <= bounds.end:
            yield bucket, inside


def _shared_out(users: CellColumns, buckets: int) -> CellColumns:
    """Return distinct buyers: a cell of each hash bucket, its measure the users in it."""
    shares = user_buckets(users.keys, buckets)
    lines, people = np.zeros(buckets, np.int64), np.bincount(shares, minlength=buckets)
    np.add.at(lines, shares, users.n)
    held = [share for share in range(buckets) if people[share]]
    return CellColumns(
        buckets=[0] * len(held),
        keys=[str(share) for share in held],
        labels=None,
        n=[int(lines[share]) for share in held],
        measures=[[int(people[share]) for share in held]],
    )
