"""Who writes and who is read: links, generations, sources."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class LinkGeneration:
    """One run of a link's state from one plan; every key and row carries it."""

    link: str
    generation: int

    def __str__(self) -> str:
        return f"{self.link}:{self.generation}"


@dataclass(frozen=True, slots=True)
class Active:
    """What the screens read: `daping:active` = `link:generation:switch_no`."""

    stream: LinkGeneration
    switch_no: int

    def encode(self) -> str:
        return f"{self.stream}:{self.switch_no}"

    @classmethod
    def decode(cls, text: str) -> "Active":
        link, generation, switch_no = text.split(":")
        return cls(LinkGeneration(link, int(generation)), int(switch_no))


@dataclass(frozen=True, slots=True)
class SourceState:
    """Where the orders come from and which clock they follow, about once a second.

    The clock of the source was at `anchor_ms` when the real one was at `anchor_real_ms` and runs
    `speed` times as fast (0 = paused). `heartbeat_real_ms` is when this was written (real clock).
    """

    kind: Literal["live", "simulated", "replayed"]
    name: str
    anchor_real_ms: int
    anchor_ms: int
    speed: float
    heartbeat_real_ms: int
    seed: int | None = None
    sent: int = 0
    prefill_done: bool = True


@dataclass(frozen=True, slots=True)
class PartitionAudit:
    """One partition as the auditor classified it, from `first` (its first offset) to `position`.

    `end` is the end offset of the log; `last_row` is the offset after the last message that is JSON
    enough to become a row in Flink, so that a tail of unparseable messages is not taken for lag.
    `last_arrived_ms` is the record time of the last message read.
    """

    partition: int
    first: int
    position: int
    end: int
    last_row: int
    counted: int
    duplicate: int
    rejected: dict[str, int]
    last_arrived_ms: int | None


@dataclass(frozen=True, slots=True)
class AuditorState:
    """The auditor's word, about once a second.

    `measured_real_ms` is by the real clock, `measured_ms` by the source's.
    """

    topic: str
    measured_real_ms: int
    measured_ms: int
    partitions: tuple[PartitionAudit, ...]


@dataclass(frozen=True, slots=True)
class PartitionAdapted:
    """One partition of a foreign topic: lines = events + refused + skipped, up to `position`.

    `reasons`: refused lines by what could not be made of them. `end`: where the partition ended.
    """

    partition: int
    first: int
    position: int
    messages: int
    lines: int
    events: int
    refused: int
    skipped: int
    reasons: dict[str, int] = field(default_factory=dict)
    end: int = 0


@dataclass(frozen=True, slots=True)
class AdapterState:
    """What the adapter made of a foreign topic, about once a second; `topic` is that of orders.

    Several processes may share the partitions; each tells its own, and a reader gets them all.
    """

    topic: str
    foreign: str
    measured_real_ms: int
    partitions: tuple[PartitionAdapted, ...]


@dataclass(frozen=True, slots=True)
class JobState:
    """The live job as Flink's REST interface tells it; written by whoever watches the job."""

    measured_real_ms: int
    job_id: str | None
    status: str
    restarts: int
    last_exception: str | None
    checkpoint_age_ms: int | None


@dataclass(frozen=True, slots=True)
class GenerationMeta:
    """What a generation is: its plan, where it began to read and what it must reach to be believed.

    `first` and `target` map partition -> offset: the first offset read, and the end of the topic
    when the generation started. `cells_from_minute`: cells of earlier minutes are not whole.
    `parallelism`: how many ways its job is split, 0 when nobody wrote it down.
    """

    stream: LinkGeneration
    plan: str
    topic: str
    started_real_ms: int
    first: dict[int, int]
    target: dict[int, int]
    cells_from_minute: int
    parallelism: int = 0
