"""The counts of one partition, from its first offset on."""

from dataclasses import dataclass, field

from pipeline.values.streams import PartitionAudit


@dataclass
class PartitionTally:
    """Grows with every message; `audit` freezes it for the wall."""

    partition: int
    first: int
    position: int = field(init=False)
    last_row: int = field(init=False)
    counted: int = 0
    duplicate: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    last_arrived_ms: int | None = None

    def __post_init__(self) -> None:
        self.position = self.last_row = self.first

    def reject(self, reason: str) -> None:
        self.rejected[reason] = self.rejected.get(reason, 0) + 1

    def audit(self, end: int) -> PartitionAudit:
        """Return the counts so far; `end` is the end offset of the log."""
        return PartitionAudit(
            partition=self.partition,
            first=self.first,
            position=self.position,
            end=max(end, self.position),
            last_row=self.last_row,
            counted=self.counted,
            duplicate=self.duplicate,
            rejected=dict(self.rejected),
            last_arrived_ms=self.last_arrived_ms,
        )
