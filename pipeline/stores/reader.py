"""The reader's side of a snapshot store: all cells of some days, kept up to date from changes."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.stores.protocol import Snapshots
from pipeline.values.documents import BrokenDocument
from pipeline.values.places import AUDIT, MINUTES_OF_A_DAY
from pipeline.values.streams import LinkGeneration
from pipeline.values.table import CellTable

PAGE = 2000
# A day of 28 hours is about 6 pages; more than this means writes come faster than they are read.
MOST_PAGES = 100
# A generation becomes active when it has reached the end that the topic had when it began; the one
# before has gone on counting meanwhile. What is shown waits for the new one to have come as far,
# but not for ever, since a topic that was made again never gets there.
LEVEL_PATIENCE_S = 30.0
# Positions are written before the last cells of their batch.
SETTLE_S = 1.5


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a poll found, about the generation that is shown after it.

    `changed`: the table is not what it was. `lost`: Redis lost data of this generation; the table
    keeps what it had, and only another generation makes it whole. `complete`: nothing was left
    unread, of the days asked for and of the generation asked for. `ranked`: (cube, bucket) of
    ranked cubes that changed.
    """

    changed: bool
    lost: bool
    life: str | None
    seq: int
    complete: bool
    ranked: frozenset[tuple[str, int]]


class _Feed:
    """One generation being read into one table."""

    def __init__(self, stream: LinkGeneration, catalogue: Catalogue) -> None:
        self.stream = stream
        self.table = CellTable(catalogue)
        self.cursors: dict[str, int] = {}
        self.life: str | None = None
        self.seq = 0
        self.lost = False
        self.complete = False

    def advance(
        self, store: Snapshots, days: frozenset[str]
    ) -> tuple[bool, frozenset[tuple[str, int]]]:
        """Read all pages; return whether a cell changed, and the ranked buckets that did."""
        self.cursors = {day: self.cursors.get(day, 0) for day in days}
        changed, ranked = False, set[tuple[str, int]]()
        self.complete = False
        for _ in range(MOST_PAGES):
            page = store.encoded_changes(self.stream, self.cursors, PAGE)
            fell = self.life is not None and (page.life != self.life or page.seq < self.seq)
            self.life, self.seq = page.life, page.seq
            if fell:  # what this page left out is no longer what was read: all from the start
                self.lost = True
                self.cursors = dict.fromkeys(days, 0)
                continue
            for bucket in page.buckets:
                try:
                    replaced = self.table.put_encoded(
                        bucket.cube, bucket.bucket, bucket.keys, bucket.values
                    )
                except ValueError as fault:
                    raise BrokenDocument(
                        f"cells {bucket.cube}:{bucket.bucket} of {self.stream} are not what the "
                        f"catalogue says ({fault}); submit the live job again"
                    ) from fault
                changed = changed or replaced > 0
            ranked.update(page.ranked)
            self.cursors = dict(page.cursors)
            if not page.more:
                self.complete = True
                break
        return changed, frozenset(ranked)


class SnapshotReader:
    """Keeps one table of the generation that is shown; another one replaces it only when whole.

    Whole, and of the same link not behind what is shown, so that no total falls at the change.
    """

    def __init__(
        self,
        store: Snapshots,
        catalogue: Catalogue,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._seconds = seconds
        self._whole_since: float | None = None
        self._level_since: float | None = None
        self._shown: _Feed | None = None
        self._next: _Feed | None = None
        self._next_ranked: frozenset[tuple[str, int]] = frozenset()
        self._nothing = CellTable(catalogue)

    @property
    def stream(self) -> LinkGeneration | None:
        """The generation `table` is of; None until one was read whole."""
        return None if self._shown is None else self._shown.stream

    @property
    def table(self) -> CellTable:
        """The cells read; another object after a switch, empty before the first."""
        return self._nothing if self._shown is None else self._shown.table

    def poll(self, stream: LinkGeneration, days: Iterable[int]) -> PollResult:
        """Read what changed in the days (epoch days) of a generation, and its audit.

        A day left out is no longer followed but stays in the table. Raises ServiceUnavailable;
        the table then holds what it held, and the next poll goes on.
        """
        wanted = frozenset({AUDIT, *map(str, days)})
        if self._shown is not None and self._shown.stream == stream:
            self._next = None
            changed, ranked = self._shown.advance(self._store, wanted)
            return self._result(self._shown, changed, ranked)
        if self._next is None or self._next.stream != stream:
            self._next = _Feed(stream, self._catalogue)
            self._next_ranked = frozenset()
            self._whole_since = self._level_since = None
        _, ranked = self._next.advance(self._store, wanted)
        self._next_ranked |= ranked
        if not self._next.complete or self._waits_for(self._next):
            return PollResult(
                changed=False,
                lost=self._shown is not None and self._shown.lost,
                life=None if self._shown is None else self._shown.life,
                seq=0 if self._shown is None else self._shown.seq,
                complete=False,
                ranked=frozenset(),
            )
        self._shown, self._next = self._next, None
        return self._result(self._shown, True, self._next_ranked)

    def forget_before(self, minute: int) -> None:
        """Drop what belongs to whole days before `minute` (epoch minute UTC)."""
        for feed in (self._shown, self._next):
            if feed is not None:
                feed.table.forget_before(minute)
                # A forgotten day that is asked for again is read from its start.
                kept = {d: s for d, s in feed.cursors.items() if not _is_before(d, minute)}
                feed.cursors = kept

    def _waits_for(self, coming: _Feed) -> bool:
        """Say whether a generation read whole has still to come level with the one shown."""
        shown = self._shown
        if shown is None or shown.stream.link != coming.stream.link:
            return False
        wanted = _positions(shown.table)
        if not wanted:
            return False
        now = self._seconds()
        if self._whole_since is None:
            self._whole_since = now
        if _is_behind(_positions(coming.table), wanted):
            self._level_since = None
        elif self._level_since is None:
            self._level_since = now
        settled = self._level_since is not None and now - self._level_since >= SETTLE_S
        return not settled and now - self._whole_since < LEVEL_PATIENCE_S

    @staticmethod
    def _result(feed: _Feed, changed: bool, ranked: frozenset[tuple[str, int]]) -> PollResult:
        return PollResult(changed, feed.lost, feed.life, feed.seq, feed.complete, ranked)


def _positions(table: CellTable) -> dict[int, int]:
    """Return partition -> the offset after the last row counted, from the audit cells."""
    return {
        partition: max(cell.measures[0] for cell in table.bucket(AUDIT, partition).values())
        for partition in table.buckets(AUDIT)
    }


def _is_behind(reached: Mapping[int, int], wanted: Mapping[int, int]) -> bool:
    """Say whether any partition has not come as far."""
    return any(reached.get(partition, 0) < at for partition, at in wanted.items())


def _is_before(day: str, minute: int) -> bool:
    return day != AUDIT and int(day) < minute // MINUTES_OF_A_DAY
