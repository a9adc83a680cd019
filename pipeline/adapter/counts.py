"""What became of the lines of one partition of the foreign topic."""

from dataclasses import dataclass, field

from pipeline.mapping.messages import Mapped


@dataclass
class Counts:
    """Up to `position`, from `first` on: lines = events + refused + skipped, always.

    A message that cannot be opened counts as one line. `reasons`: refused lines by what could not
    be made of them (a field of the event, `message`, `line`); `other`: those counted before there
    were reasons.
    """

    partition: int
    first: int
    position: int
    messages: int = 0
    lines: int = 0
    events: int = 0
    refused: int = 0
    skipped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        untold = self.refused - sum(self.reasons.values())
        if untold > 0:
            self.reasons["other"] = self.reasons.get("other", 0) + untold

    def add(self, offset: int, mapped: Mapped) -> None:
        self.position = offset + 1
        self.messages += 1
        self.lines += mapped.lines
        self.events += len(mapped.events)
        for refusal in mapped.refused:
            self.refused += refusal.lines
            self.reasons[refusal.about] = self.reasons.get(refusal.about, 0) + refusal.lines
        self.skipped += mapped.skipped
