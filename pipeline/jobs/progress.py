"""How far a generation has come, from its audit cells."""

from collections.abc import Mapping

from pipeline.sql.touched import AUDIT
from pipeline.stores.protocol import Snapshots
from pipeline.values.streams import AuditorState, GenerationMeta, LinkGeneration


def positions(snapshots: Snapshots, stream: LinkGeneration) -> dict[int, int]:
    """Return partition -> the offset after the last row that the job has counted."""
    found: dict[int, int] = {}
    cursors: Mapping[str, int] = {AUDIT: 0}
    while True:
        changes = snapshots.changes(stream, cursors)
        for row in changes.cells:
            if row.cube == AUDIT:
                found[row.bucket] = max(found.get(row.bucket, 0), row.value.measures[0])
        if not changes.more:
            return found
        cursors = changes.cursors


def missing(
    meta: GenerationMeta, reached: Mapping[int, int], auditor: AuditorState | None
) -> dict[int, int]:
    """Return partition -> rows still to come before the generation may be believed.

    A tail of unparseable messages never becomes a row: the auditor, once it has passed the target,
    tells where the last row is. (Without it a partition that ends so stays missing.)
    """
    rest: dict[int, int] = {}
    for partition, target in meta.target.items():
        first = meta.first.get(partition, 0)
        wanted = min(target, _last_row(meta, partition, auditor))
        lacking = wanted - max(first, reached.get(partition, 0))
        if lacking > 0:
            rest[partition] = lacking
    return rest


def _last_row(meta: GenerationMeta, partition: int, auditor: AuditorState | None) -> int:
    target = meta.target[partition]
    if auditor is None or auditor.topic != meta.topic:
        return target
    for audited in auditor.partitions:
        if audited.partition == partition and audited.position >= target:
            return audited.last_row
    return target
