"""What is known of every part; what was known stays when a part dies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.accounting import counted_progress, progress_of
from app.agreement import Verdict
from app.reach import PartitionProgress
from app.settling import Ordered, Settling
from pipeline.stores.protocol import Ranking
from pipeline.values.places import AUDIT
from pipeline.values.streams import (
    Active,
    AdapterState,
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    SourceState,
)
from pipeline.values.table import CellTable

Segments = tuple[int, ...]


@dataclass
class Knowledge:
    """`table`, `rankings`, `progress`, `as_of`, `settling`, `ordered` and `verdict` are of one
    `stream`.

    `rankings`: by ranked cube and segments. `read`: a generation was read whole at least once.
    `lost`: Redis lost data that no generation has brought back yet. `asked`: a generation was
    active once. `active` is that of the numbers, not of one still being read. `unreadable`: what
    Redis gave at the last turn and could not be read.
    """

    table: CellTable
    stream: LinkGeneration | None = None
    active: Active | None = None
    meta: GenerationMeta | None = None
    source: SourceState | None = None
    auditor: AuditorState | None = None
    adapter: AdapterState | None = None
    job: JobState | None = None
    rankings: dict[tuple[str, Segments], Ranking] = field(default_factory=dict)
    progress: dict[int, PartitionProgress] = field(default_factory=dict)
    as_of: int | None = None
    settling: Settling = field(default_factory=Settling)
    ordered: Ordered = field(default_factory=Ordered)
    verdict: Verdict = field(default_factory=Verdict)
    redis_ok: bool = False
    redis_read_ms: int | None = None
    unreadable: str | None = None
    lost: bool = False
    asked: bool = False

    @property
    def read(self) -> bool:
        return self.stream is not None

    @property
    def auditor_here(self) -> AuditorState | None:
        """What the auditor says of this generation's topic; its word on another one means nothing.

        The end of an empty topic would make every number look whole.
        """
        other = self.auditor and self.meta and self.auditor.topic != self.meta.topic
        return None if other else self.auditor

    @property
    def adapter_here(self) -> AdapterState | None:
        """What the adapter says of this generation's topic; None when there is none."""
        here = self.adapter and self.meta and self.adapter.topic == self.meta.topic
        return self.adapter if here else None

    def switch(self, stream: LinkGeneration, meta: GenerationMeta | None) -> None:
        """Begin with another generation: what was judged of the old one is not carried over."""
        self.stream, self.meta = stream, meta
        self.rankings, self.progress = {}, {}
        self.as_of, self.verdict = None, Verdict()
        self.settling, self.ordered = Settling(), Ordered()

    def follow_progress(self, real_now: int) -> None:
        """Note which partitions moved, and when."""
        for partition in self.table.buckets(AUDIT):
            cells = self.table.bucket(AUDIT, partition)
            found = progress_of(partition, cells, real_now)
            before = self.progress.get(partition)
            if before is None or before.position != found.position:
                self.progress[partition] = found
            counted = counted_progress(partition, cells, real_now)
            if counted is not None:
                self.ordered.follow(counted)

    @property
    def in_order(self) -> bool:
        """Whether the generation's job is not split, so that its cells come in the log's order."""
        return self.meta is not None and self.meta.parallelism == 1

    def rankings_of(self, segments: Segments) -> Mapping[str, Ranking]:
        """Return the rankings over these segments, by cube."""
        return {cube: r for (cube, over), r in self.rankings.items() if over == segments}
