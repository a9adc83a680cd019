"""What Redis holds of a finished stretch, summed, to be held against its recount."""

from collections.abc import Mapping

from pipeline.catalogue.model import Catalogue, Cube
from pipeline.stores.protocol import Snapshots
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange
from pipeline.values.table import CellTable


class SnapshotSums:
    """`window_sums.LiveSums` of the generation readers follow."""

    def __init__(self, snapshots: Snapshots, catalogue: Catalogue, link: str) -> None:
        self._snapshots = snapshots
        self._catalogue = catalogue
        self._link = link

    def sums(self, cube: Cube, bounds: MinuteRange) -> Mapping[str, int] | None:
        """Return measure -> sum; None when Redis has not all minutes, or nothing any more."""
        active = self._snapshots.active()
        meta = None if active is None else self._snapshots.meta(active.stream)
        if meta is None or meta.stream.link != self._link:
            return None
        if meta.cells_from_minute > bounds.start or meta.plan != self._catalogue.plan:
            return None
        days = range(bounds.start // MINUTES_OF_A_DAY, (bounds.end - 1) // MINUTES_OF_A_DAY + 1)
        table = CellTable(self._catalogue)
        cursors: Mapping[str, int] = {str(day): 0 for day in days}
        more = True
        while more:
            changes = self._snapshots.encoded_changes(meta.stream, cursors)
            for bucket in changes.buckets:
                if bucket.cube == cube.name:
                    for row in bucket.rows():
                        table.put(row)
            cursors, more = changes.cursors, changes.more
        block = table.block(cube.name, bounds.start, bounds.end)
        if not block.lines.any():
            return None
        totals = (int(total) for total in block.values.sum(axis=(0, 1)))
        return dict(zip(block.measures, totals, strict=True))
