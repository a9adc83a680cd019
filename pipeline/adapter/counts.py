"""What became of the lines of one partition of the foreign topic."""

from dataclasses import dataclass

from pipeline.mapping.messages import Mapped


@dataclass
class Counts:
    """Up to `position`, from `first` on: lines = events + refused + skipped, always.

    A message that cannot be opened counts as one line.
    """

    partition: int
    first: int
    position: int
    messages: int = 0
    lines: int = 0
    events: int = 0
    refused: int = 0
    skipped: int = 0

    def add(self, offset: int, mapped: Mapped) -> None:
        self.position = offset + 1
        self.messages += 1
        self.lines += mapped.lines
        self.events += len(mapped.events)
        self.refused += sum(refusal.lines for refusal in mapped.refused)
        self.skipped += mapped.skipped
