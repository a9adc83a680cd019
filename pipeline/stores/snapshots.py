"""Redis: the live cells and the states beside them, under the keys of docs/design.md §5.

Only the modules `snapshots*` here know Redis. Every call has a time limit.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from pipeline.catalogue.model import Catalogue
from pipeline.errors import Refused
from pipeline.stores.bulk import EncodedBucket, EncodedChanges, group
from pipeline.stores.protocol import Changes, Ranking
from pipeline.stores.snapshots_connection import CALL_TIMEOUT_S, Connection, Script
from pipeline.stores.snapshots_keys import GenerationKeys, member_of, place_of
from pipeline.stores.snapshots_states import RedisStates
from pipeline.stores.threshold import RankedTop, rank
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.places import Places
from pipeline.values.streams import LinkGeneration

# The write counts, not the event: a replay of 2011 expires four days after it was read.
SECONDS_TO_LIVE = 4 * 86_400
# Far above a wall's ranking, and still one short call.
_FIRST_DEPTH = 64

_WRITE_CELLS = Script.read("guard", "write_cells")
_WRITE_RANKED = Script.read("guard", "write_ranked")
_CHANGES = Script.read("changes")
_TOP = Script.read("top")


class RedisSnapshots(RedisStates):
    """`protocol.Snapshots` on one Redis. Connects on first use; safe in threads."""

    def __init__(self, url: str, catalogue: Catalogue, timeout_s: float = CALL_TIMEOUT_S) -> None:
        super().__init__(Connection(url, timeout_s))
        self._places = Places.of(catalogue)
        self._ranked = "|".join(("", *self._places.keep, ""))

    def write(self, stream: LinkGeneration, rows: Sequence[CellRow]) -> int:
        """Write cells through the guard; return how many were replaced."""
        return sum(self.write_encoded(stream, hashes) for hashes in group(rows))

    def write_encoded(
        self, stream: LinkGeneration, hashes: Mapping[tuple[str, int], Sequence[str]]
    ) -> int:
        """Write (cube, bucket) -> [key, `CellValue.encode()`, ...]; a key comes at most once.

        Return how many cells were replaced. What was written before a failure stays; the guard
        makes writing all of it again harmless.
        """
        token = secrets.token_hex(8)
        commands: dict[Script, list[tuple[Any, ...]]] = {_WRITE_CELLS: [], _WRITE_RANKED: []}
        keys = GenerationKeys.of(stream)
        for (cube, bucket), cells in hashes.items():
            member = member_of(cube, bucket)
            names = [
                keys.cells(member),
                keys.seq,
                keys.changed(self._places.day(cube, bucket)),
                keys.life,
            ]
            arguments: list[Any] = [member, token, SECONDS_TO_LIVE, orjson.dumps(cells)]
            script, keep = _WRITE_CELLS, self._places.keep.get(cube)
            if keep is not None:
                script = _WRITE_RANKED
                names += [keys.ranked(member), keys.floor(member)]
                arguments.append(keep)
            commands[script].append(script.call(names, arguments))
        return sum(
            sum(self._connection.call_all(script, calls))
            for script, calls in commands.items()
            if calls
        )

    def changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> Changes:
        """Read what changed in the days named by `cursors` (day -> last seq seen, 0 = all)."""
        return Changes.of(self.encoded_changes(stream, cursors, limit))

    def encoded_changes(
        self, stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 2000
    ) -> EncodedChanges:
        """As `changes`, with each bucket's cells still encoded, for a table that takes them so."""
        keys = GenerationKeys.of(stream)
        days = tuple(cursors)
        life, seq, more, seen, found = self._connection.call(
            _CHANGES,
            [keys.life, keys.seq, *(keys.changed(day) for day in days)],
            [keys.all_cells, limit, self._ranked, *cursors.values()],
        )
        buckets, ranked = [], []
        for at in range(0, len(found), 3):
            cube, bucket = place_of(found[at].decode())
            if cube in self._places.keep:
                ranked.append((cube, bucket))
            elif found[at + 1] or found[at + 2]:
                names = tuple(found[at + 1].decode().split("\n"))
                buckets.append(EncodedBucket(cube, bucket, names, found[at + 2].decode()))
        return EncodedChanges(
            life=None if life is None else life.decode(),
            seq=int(seq),
            buckets=tuple(buckets),
            ranked=tuple(ranked),
            cursors={day: int(last) for day, last in zip(days, seen, strict=True)},
            more=bool(more),
        )

    def ranking(
        self, stream: LinkGeneration, cube: str, buckets: Sequence[int], limit: int
    ) -> Ranking:
        """Rank keys by the sum of their first measure over `buckets`, exactly.

        Each look is one call and so one moment; it goes deeper only when the tops do not decide.
        """
        if cube not in self._places.keep:
            raise Refused(f"{cube} is not a ranked cube; ranked are: {list(self._places.keep)}")
        keys = GenerationKeys.of(stream)
        members = [member_of(cube, bucket) for bucket in dict.fromkeys(buckets)]
        names = [name for m in members for name in (keys.ranked(m), keys.cells(m), keys.floor(m))]
        depth = max(_FIRST_DEPTH, limit)
        while True:
            *tops, found = self._connection.call(_TOP, names, [depth])
            ranking = rank([key.decode() for key in found], [_top(t) for t in tops], limit)
            if ranking is not None:
                return ranking
            depth *= 4

    def drop(self, stream: LinkGeneration) -> None:
        """Delete every key of a generation, in small steps."""
        batch: list[bytes] = []
        for key in self._connection.keys(GenerationKeys.of(stream).pattern):
            batch.append(key)
            if len(batch) == 1000:
                self._connection.run("UNLINK", *batch)
                batch.clear()
        if batch:
            self._connection.run("UNLINK", *batch)


def _top(answer: Sequence[Any]) -> RankedTop:
    last, floor, cells = answer
    return RankedTop(
        None if last is None else _score(last),
        None if floor is None else _score(floor),
        [None if cell is None else CellValue.decode(cell.decode()) for cell in cells],
    )


def _score(text: bytes) -> int:
    """Return a score as Redis writes it: plain digits, from 2^52 on perhaps `5e+15`."""
    return int(float(text))
