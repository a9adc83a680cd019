"""The best keys by a sum over several ranked buckets: Fagin's threshold algorithm.

Each bucket gives its best keys first. No key unseen so far can have more than the sum of the last
scores seen, so once the worst of the best has more than that, the rest need not be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stores.protocol import RankedRow, Ranking
from pipeline.values.cells import CellValue


@dataclass(frozen=True, slots=True)
class RankedTop:
    """One bucket, read to some depth.

    `last`: the score of the last key read, None when all were read. `floor`: the most a key that
    was trimmed can have, None when none was. `cells`: of every candidate, None where not held.
    """

    last: int | None
    floor: int | None
    cells: Sequence[CellValue | None]


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: RankedRow
    most: int
    exact: bool

    @property
    def order(self) -> tuple[int, str]:
        return -self.row.measures[0], self.row.key


def rank(keys: Sequence[str], tops: Sequence[RankedTop], limit: int) -> Ranking | None:
    """Rank the candidates `keys`; None when the buckets must be read deeper first.

    Equal sums are ordered by key.
    """
    candidates = sorted(
        (_candidate(key, [top.cells[i] for top in tops], tops) for i, key in enumerate(keys)),
        key=lambda candidate: candidate.order,
    )
    best, rest = candidates[:limit], candidates[limit:]
    worst = best[-1].row.measures[0] if len(best) == limit else -1
    unseen = sum(max(top.last or 0, top.floor or 0) for top in tops)
    all_read = all(top.last is None for top in tops)
    if not all_read and unseen >= worst:
        return None
    hidden = any(top.floor is not None for top in tops) or not all_read
    proven = (
        all(candidate.exact for candidate in best)
        and all(candidate.exact or candidate.most < worst for candidate in rest)
        and (not hidden or unseen < worst)
    )
    return Ranking(tuple(candidate.row for candidate in best), proven)


def _candidate(
    key: str, cells: Sequence[CellValue | None], tops: Sequence[RankedTop]
) -> _Candidate:
    held = [cell for cell in cells if cell is not None]
    hidden = [top.floor for cell, top in zip(cells, tops, strict=True) if cell is None]
    trimmed = [floor for floor in hidden if floor is not None]
    measures = tuple(map(sum, zip(*(cell.measures for cell in held), strict=True)))
    row = RankedRow(
        key,
        sum(cell.n for cell in held),
        measures,
        next((cell.label for cell in reversed(held) if cell.label is not None), None),
    )
    return _Candidate(row, measures[0] + sum(trimmed), not any(trimmed))
