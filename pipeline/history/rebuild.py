"""Redis that lost its data gets its cells back from the archived events, in seconds.

The cells are those the running live job would have: absolute values with their count of lines,
written through the same guard. So an older value never replaces a newer one of the live job, which
may go on writing meanwhile, and a second rebuild changes nothing. What the archive knows is whole
once it has passed the end the topic had after the loss: every later line makes the live job write
its cells anew by itself. Audit cells cannot come from events (refused rows are not in them); they
come back, absolute too, with the next rows of their class.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.catalogue.model import Catalogue
from pipeline.errors import Refused
from pipeline.history.rebuild_cells import batches
from pipeline.jobs.book import Book
from pipeline.jobs.progress import missing
from pipeline.stores.history_cells import EventCells, Scope
from pipeline.stores.history_protocol import HistoryReader
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.values.streams import GenerationMeta


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
    scope = Scope(job.link, meta.topic, _bounds(job, meta))
    written = replaced = 0
    for cube in job.catalogue.cubes.values():
        count = 0
        for hashes in batches(job.cells, job.catalogue, job.trading, cube, scope):
            replaced += job.snapshots.write_encoded(meta.stream, hashes)
            count += sum(len(cells) // 2 for cells in hashes.values())
        written += count
        say(f"{cube.name}: {count} cells")
    shown = behind == 0 and _show_again(job, meta)
    return Rebuilt(meta, scope.bounds, written, replaced, behind, shown)


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


def _show_again(job: Rebuild, meta: GenerationMeta) -> bool:
    """Tell a Redis that forgot it which generation is read; say whether that was needed."""
    if job.snapshots.meta(meta.stream) is None:
        job.snapshots.put_meta(meta)
    if job.snapshots.active() is not None:
        return False
    job.snapshots.activate(None, meta.stream)
    return True
