"""Where every offset of the topic went: the live job's word and the auditor's, side by side.

Per partition and in total, counted + duplicate + sum(rejected) + pending = consumed. JSON parsing
in Flink drops a broken message without a row, so what is missing between the rows and the offsets
is `unparseable`; it is part of `rejected`. What an adapter refused before the topic has its own
place, since it has no offset there. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.reach import PartitionProgress, last_row_end
from pipeline.values.cells import CellValue
from pipeline.values.streams import AdapterState, AuditorState, GenerationMeta, PartitionAudit

COUNTED, DUPLICATE, UNPARSEABLE = "counted", "duplicate", "unparseable"
CONFLICT, VALID = "conflict", "valid"
POSITION, PROGRESS = 0, 1  # measures of the audit cube


@dataclass(frozen=True, slots=True)
class Tally:
    """Offsets by what became of them, from `first` on; `position` is the offset after the last."""

    partition: int
    first: int
    position: int
    counted: int
    duplicate: int
    rejected: Mapping[str, int]
    pending: int
    without_row: int = 0

    @property
    def consumed(self) -> int:
        return self.counted + self.duplicate + sum(self.rejected.values()) + self.pending


def live_tally(
    partition: int, cells: Mapping[str, CellValue], first: int, audit: PartitionAudit | None
) -> Tally:
    """Read one partition's audit cells (class -> n, position, progress)."""
    position = max((c.measures[POSITION] for c in cells.values()), default=first)
    pending = max(0, last_row_end(audit) - position) if audit else 0
    if audit and not pending:
        position = max(position, audit.position)  # a tail of broken messages makes no rows
    rejected = {k: c.n for k, c in cells.items() if k not in (COUNTED, DUPLICATE)}
    without_row = max(0, position - first - sum(c.n for c in cells.values()))
    if without_row:
        rejected[UNPARSEABLE] = rejected.get(UNPARSEABLE, 0) + without_row
    return Tally(
        partition,
        first,
        position,
        cells[COUNTED].n if COUNTED in cells else 0,
        cells[DUPLICATE].n if DUPLICATE in cells else 0,
        rejected,
        pending,
        without_row,
    )


def progress_of(
    partition: int, cells: Mapping[str, CellValue], moved_real_ms: int
) -> PartitionProgress:
    """Return how far the job is in a partition; a progress of 0 means that no row had a time."""
    return PartitionProgress(
        partition,
        max((c.measures[POSITION] for c in cells.values()), default=0),
        max((c.measures[PROGRESS] for c in cells.values()), default=0) or None,
        moved_real_ms,
    )


def counted_progress(
    partition: int, cells: Mapping[str, CellValue], real_now: int
) -> PartitionProgress | None:
    """Return how far the counted rows of a partition are: one cell, written once a batch."""
    cell = cells.get(COUNTED)
    if cell is None:
        return None
    return PartitionProgress(
        partition, cell.measures[POSITION], cell.measures[PROGRESS] or None, real_now
    )


def document(
    tallies: Sequence[Tally],
    auditor: AuditorState | None,
    agree: bool | None,
    adapter: AdapterState | None = None,
) -> dict[str, object]:
    """Return the frame's `accounting`."""
    parts = [
        {
            "partition": t.partition,
            "consumed": t.consumed,
            "counted": t.counted,
            "duplicate": t.duplicate,
            "rejected": dict(t.rejected),
            "unparseable": t.without_row,
            "pending": t.pending,
        }
        for t in tallies
    ]
    return {
        "partitions": parts,
        **_totals(tallies),
        "refused": sum(sum(t.rejected.values()) for t in tallies),
        "auditor": None if auditor is None else _totals(map(heard_tally, auditor.partitions)),
        "agree": agree,
        "adapter": None if adapter is None else _adapted(adapter),
    }


def _adapted(said: AdapterState) -> dict[str, object]:
    """Return the lines of the foreign feed: lines = events + refused + skipped."""
    names = ("messages", "lines", "events", "refused", "skipped")
    reasons = Counter[str]()
    for part in said.partitions:
        reasons.update(part.reasons)
    return {
        "foreign": said.foreign,
        **{name: sum(getattr(part, name) for part in said.partitions) for name in names},
        "reasons": dict(reasons.most_common()),
    }


def heard_tally(audit: PartitionAudit) -> Tally:
    """Return what the auditor counted of a partition."""
    return Tally(
        audit.partition,
        audit.first,
        audit.position,
        audit.counted,
        audit.duplicate,
        {k: v for k, v in audit.rejected.items() if v},
        max(0, audit.end - audit.position),
    )


def _totals(tallies: Iterable[Tally]) -> dict[str, object]:
    rejected: dict[str, int] = {}
    consumed = counted = duplicate = pending = 0
    for tally in tallies:
        consumed += tally.consumed
        counted += tally.counted
        duplicate += tally.duplicate
        pending += tally.pending
        for reason, number in tally.rejected.items():
            rejected[reason] = rejected.get(reason, 0) + number
    return {
        "consumed": consumed,
        "counted": counted,
        "duplicate": duplicate,
        "rejected": rejected,
        "pending": pending,
    }


def first_offset(meta: GenerationMeta | None, partition: int) -> int:
    return 0 if meta is None else meta.first.get(partition, 0)
