"""From the sink's columns to what Redis stores: as little Python per row as it can be."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.sql.flink import CellLayout

Hashes = dict[tuple[str, int], list[str]]


class CellEncoder:
    """Encodes batches of emitted cells; a later row of a cell replaces an earlier one."""

    def __init__(self, layout: CellLayout) -> None:
        self._layout = layout
        # The template of a cube's text is made once; filling it is one C call a row.
        self._templates = {
            cube: ",".join(["%d"] * (1 + len(places))) + ("|%s" if cube in layout.labelled else "")
            for cube, places in layout.places.items()
        }

    def encode(
        self,
        names: tuple[Sequence[str], Sequence[int], Sequence[str], Sequence[str]],
        n: Sequence[int],
        columns: Sequence[Sequence[int]],
    ) -> Hashes:
        """Return (cube, bucket) -> [key, `n,m1,...` (|label), ...] with every key once.

        `names` are the columns cube, bucket, key, label; `columns` the layout's, in its order.
        """
        cubes, buckets, keys, labels = names
        rows_of: defaultdict[str, list[int]] = defaultdict(list)
        for row, cube in enumerate(cubes):
            rows_of[cube].append(row)
        cells: dict[tuple[str, int], dict[str, str]] = {}
        for cube, rows in rows_of.items():
            taken = [n, *(columns[place] for place in self._layout.places[cube])]
            if cube in self._layout.labelled:
                taken.append(labels)  # type: ignore[arg-type]
            picked = [[column[row] for row in rows] for column in taken]
            template = self._templates[cube]
            for row, numbers in zip(rows, zip(*picked, strict=True), strict=True):
                place = (cube, buckets[row])
                known = cells.get(place)
                if known is None:
                    known = cells[place] = {}
                known[keys[row]] = template % numbers
        return {
            place: [text for pair in known.items() for text in pair]
            for place, known in cells.items()
        }
