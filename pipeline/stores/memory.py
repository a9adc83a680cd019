"""A snapshot store in plain Python, for tests; it passes the suite of the real one."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.model import Catalogue
from pipeline.errors import Refused
from pipeline.stores.bulk import EncodedBucket, EncodedChanges, group
from pipeline.stores.memory_states import MemoryStates
from pipeline.stores.protocol import Changes, Ranking
from pipeline.stores.threshold import RankedTop, rank
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.places import Places
from pipeline.values.streams import LinkGeneration

Place = tuple[str, int]


@dataclass
class _Generation:
    life: str | None = None
    seq: int = 0
    cells: dict[Place, dict[str, str]] = field(default_factory=dict)
    floors: dict[Place, int] = field(default_factory=dict)
    changed: dict[str, dict[Place, int]] = field(default_factory=dict)


class MemorySnapshots(MemoryStates):
    """`protocol.Snapshots` in memory. For one thread."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._places = Places.of(catalogue)
        self._generations: dict[LinkGeneration, _Generation] = {}

    def flush(self) -> None:
        """Lose everything, as a Redis does that was killed."""
        self._documents.clear()
        self._generations.clear()

    def write(self, stream: LinkGeneration, rows: Sequence[CellRow]) -> int:
        return sum(self.write_encoded(stream, hashes) for hashes in group(rows))

    def write_encoded(
        self, stream: LinkGeneration, hashes: Mapping[tuple[str, int], Sequence[str]]
    ) -> int:
        held = self._generations.setdefault(stream, _Generation())
        replaced = 0
        for place, cells in hashes.items():
            accepted = self._put(held, place, dict(zip(cells[::2], cells[1::2], strict=True)))
            if accepted:
                held.seq += 1
                held.life = held.life or secrets.token_hex(8)
                held.changed.setdefault(self._places.day(*place), {})[place] = held.seq
                self._trim(held, place)
            replaced += accepted
        return replaced

    def changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> Changes:
        return Changes.of(self.encoded_changes(stream, cursors, limit))

    def encoded_changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> EncodedChanges:
        held = self._generations.get(stream, _Generation())
        listed = [
            (day, seq, place)
            for day, seen in cursors.items()
            for seq, place in sorted((s, p) for p, s in held.changed.get(day, {}).items())
            if seq > seen
        ]
        page = listed[:limit]
        return EncodedChanges(
            life=held.life,
            seq=held.seq,
            buckets=tuple(
                EncodedBucket(
                    *place, tuple(held.cells[place]), "\n".join(held.cells[place].values())
                )
                for _, _, place in page
                if place[0] not in self._places.keep
            ),
            ranked=tuple(place for _, _, place in page if place[0] in self._places.keep),
            cursors={**cursors, **{day: seq for day, seq, _ in page}},
            more=len(listed) > limit,
        )

    def ranking(
        self, stream: LinkGeneration, cube: str, buckets: Sequence[int], limit: int
    ) -> Ranking:
        if cube not in self._places.keep:
            raise Refused(f"{cube} is not a ranked cube; ranked are: {list(self._places.keep)}")
        held = self._generations.get(stream, _Generation())
        depth = limit
        while True:
            places = [(cube, bucket) for bucket in dict.fromkeys(buckets)]
            scores = [_best_first(held.cells.get(place, {})) for place in places]
            keys = list(dict.fromkeys(key for best in scores for _, key in best[:depth]))
            tops = [
                RankedTop(
                    last=best[depth - 1][0] if len(best) > depth else None,
                    floor=held.floors.get(place),
                    cells=[_cell(held.cells.get(place, {}).get(key)) for key in keys],
                )
                for place, best in zip(places, scores, strict=True)
            ]
            ranking = rank(keys, tops, limit)
            if ranking is not None:
                return ranking
            depth *= 2

    def drop(self, stream: LinkGeneration) -> None:
        self._generations.pop(stream, None)
        self._documents.pop(f"meta:{stream}", None)

    def life(self, stream: LinkGeneration) -> str | None:
        return self._generations.get(stream, _Generation()).life

    def _put(self, held: _Generation, place: Place, cells: Mapping[str, str]) -> int:
        known = held.cells.setdefault(place, {})
        accepted = 0
        for key, text in cells.items():
            new, old = CellValue.decode(text), _cell(known.get(key))
            under = old is None and new.measures[0] <= held.floors.get(place, -1)
            if not under and new.supersedes(old):
                known[key] = text
                accepted += 1
        return accepted

    def _trim(self, held: _Generation, place: Place) -> None:
        keep = self._places.keep.get(place[0])
        cells = held.cells[place]
        if keep is None or len(cells) <= keep * 1.2:
            return
        trimmed = _best_first(cells)[keep:]
        for _, key in trimmed:
            del cells[key]
        held.floors[place] = max(trimmed[0][0], held.floors.get(place, -1))


def _cell(text: str | None) -> CellValue | None:
    return None if text is None else CellValue.decode(text)


def _best_first(cells: Mapping[str, str]) -> list[tuple[int, str]]:
    scored = ((CellValue.decode(text).measures[0], key) for key, text in cells.items())
    return sorted(scored, reverse=True)
