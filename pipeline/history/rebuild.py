"""Redis that lost its data gets its cells back from the archived events, in seconds.

The cells are those the running live job would have: absolute values with their count of lines,
written through the same guard. So an older value never replaces a newer one of the live job, which
may go on writing meanwhile, and a second rebuild changes nothing. What the archive knows is whole
once it has passed the end the topic had after the loss: every later line makes the live job write
its cells anew by itself. Audit cells cannot come from events (refused rows are not in them); they
come back, absolute too, with the next rows of their class.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.errors import Refused
from pipeline.history.user_buckets import user_buckets
from pipeline.jobs.book import Book
from pipeline.jobs.progress import missing
from pipeline.stores.history_cells import CellColumns, EventCells, Scope
from pipeline.stores.history_protocol import HistoryReader
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.trading.windows import MinuteRange, TradingTime, date_of
from pipeline.values.streams import GenerationMeta

CELLS_A_WRITE = 20_000

Hashes = dict[tuple[str, int], list[str]]


@dataclass(frozen=True)
class Rebuild:
    """Services and facts of one rebuild; `days`: business dates back from the one on the wall."""

    link: str
    catalogue: Catalogue
    trading: TradingTime
    snapshots: Snapshots
    topics: Topics
    book: Book
    history: HistoryReader
    cells: EventCells
    days: int = 2


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it. `behind`: offsets the archive still lacked, 0 when all cells are whole."""

    meta: GenerationMeta
    bounds: MinuteRange
    cells: int
    replaced: int
    behind: int
    shown: bool


def rebuild(job: Rebuild, patience_s: float, say: Callable[[str], None]) -> Rebuilt:
    """Write the cells of the current generation again; raises Refused, ServiceUnavailable.

    Waits `patience_s` for the archive to pass the end of the topic, and writes in any case. Once
    all is whole, a Redis that no longer knows which generation is read is told so again.
    """
    meta = current_generation(job)
    target = dict(job.topics.end_offsets(meta.topic))
    behind = _await_archive(job, meta, target, patience_s, say)
    bounds = _bounds(job, meta)
    written = replaced = 0
    for cube in job.catalogue.cubes.values():
        count = 0
        for hashes in _batches(cube.name, _cells(job, meta, cube, bounds)):
            replaced += job.snapshots.write_encoded(meta.stream, hashes)
            count += sum(len(cells) // 2 for cells in hashes.values())
        written += count
        say(f"{cube.name}: {count} cells")
    shown = behind == 0 and _show_again(job, meta)
    return Rebuilt(meta, bounds, written, replaced, behind, shown)


def current_generation(job: Rebuild) -> GenerationMeta:
    """Return the generation readers follow: as Redis says, else as the book remembers."""
    active = job.snapshots.active()
    meta = None
    if active is not None and active.stream.link == job.link:
        meta = job.snapshots.meta(active.stream)
    meta = meta or job.book.page(job.link).active
    if meta is None:
        raise Refused(f"link {job.link} never had an active generation: submit the live job first")
    if meta.plan != job.catalogue.plan:
        raise Refused(
            f"generation {meta.stream} counts by another catalogue: submit a new generation"
        )
    return meta


def _await_archive(
    job: Rebuild,
    meta: GenerationMeta,
    target: dict[int, int],
    patience_s: float,
    say: Callable[[str], None],
) -> int:
    """Return how many offsets of the target the archive has not passed, at most `patience_s` on."""
    wanted = replace(meta, first=dict(job.topics.first_offsets(meta.topic)), target=target)
    begun = time.monotonic()
    said = False
    while True:
        reached = job.history.progress(job.link, meta.topic)
        auditor = job.snapshots.auditor(job.link)
        positions = {partition: at.position for partition, at in reached.items()}
        behind = sum(missing(wanted, positions, auditor).values())
        if behind == 0 or time.monotonic() - begun >= patience_s:
            return behind
        if not said:
            say(f"waiting for the archive, which is {behind} offsets behind")
            said = True
        time.sleep(0.25)


def _bounds(job: Rebuild, meta: GenerationMeta) -> MinuteRange:
    """Return the minutes of the wall's business date and of those before it, as far as whole."""
    progress = job.history.progress(job.link, meta.topic)
    now = max((at.progress_ms for at in progress.values()), default=0)
    today = job.trading.wall_date(now)
    first, last = today - timedelta(days=job.days - 1), today + timedelta(days=1)
    windows = [job.trading.bounds(w, day) for w in job.catalogue.windows for day in (first, last)]
    start = max(meta.cells_from_minute, min(window.start for window in windows))
    return MinuteRange(start, max(start, *(window.end for window in windows)))


def _cells(
    job: Rebuild, meta: GenerationMeta, cube: Cube, bounds: MinuteRange
) -> Iterator[tuple[int, CellColumns]]:
    """Yield (bucket, cells) of a cube; of a minute cube the buckets are in the cells."""
    for bucket, inside in _buckets(job, cube, bounds):
        scope = Scope(job.link, meta.topic, inside)
        found = job.cells.cells(job.catalogue, cube, scope)
        yield bucket, _shared_out(found, cube.hash_buckets) if cube.hash_buckets else found


def _buckets(job: Rebuild, cube: Cube, bounds: MinuteRange) -> Iterator[tuple[int, MinuteRange]]:
    """Yield the buckets that lie wholly inside the bounds, with their minutes."""
    if cube.bucket is BucketKind.MINUTE:
        yield 0, bounds
        return
    if cube.bucket is BucketKind.SEGMENT:
        numbers = range(
            job.trading.segment_number(bounds.start * 60_000),
            job.trading.segment_number(bounds.end * 60_000) + 1,
        )
        places = [(number, job.trading.segment_bounds(number)) for number in numbers]
    else:
        days = range(bounds.start // 1440 - 2, bounds.end // 1440 + 3)
        window = str(cube.window)
        places = [(day, job.trading.bounds(window, date_of(day))) for day in days]
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


def _batches(cube: str, found: Iterator[tuple[int, CellColumns]]) -> Iterator[Hashes]:
    """Yield what `write_encoded` takes, about CELLS_A_WRITE cells at a time."""
    hashes: Hashes = {}
    size = 0
    for bucket, columns in found:
        for place, key, text in columns.encoded():
            hashes.setdefault((cube, bucket or place), []).extend((key, text))
            size += 1
            if size >= CELLS_A_WRITE:
                yield hashes
                hashes, size = {}, 0
    if hashes:
        yield hashes


def _show_again(job: Rebuild, meta: GenerationMeta) -> bool:
    """Tell a Redis that forgot it which generation is read; say whether that was needed."""
    if job.snapshots.meta(meta.stream) is None:
        job.snapshots.put_meta(meta)
    if job.snapshots.active() is not None:
        return False
    job.snapshots.activate(None, meta.stream)
    return True
