"""Cells: absolute values with a count guard.

A cell is (cube, bucket, key). Its value carries `n`, the number of order lines (audit: rows) in it.
`n` only grows, so it is the version: a value replaces another only when `supersedes` says so, and a
restore, a replay or a second writer can never move a number backwards or double it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellValue:
    """`measures` in the order of the cube's declaration (cents or counts).

    `label` only where a cube has one.
    """

    n: int
    measures: tuple[int, ...]
    label: str | None = None

    def supersedes(self, old: "CellValue | None") -> bool:
        """Say whether this may replace `old`: more lines in it, and no measure smaller.

        After a restore the partitions may interleave differently, so a larger `n` alone could
        still carry a smaller sum for a moment.
        """
        if old is None:
            return True
        return self.n > old.n and all(
            new >= before for new, before in zip(self.measures, old.measures, strict=True)
        )

    def encode(self) -> str:
        """Return the one string stored in Redis: `n,m1,m2,...` and, with a label, `|label`."""
        numbers = ",".join(map(str, (self.n, *self.measures)))
        return numbers if self.label is None else f"{numbers}|{self.label}"

    @classmethod
    def decode(cls, text: str) -> "CellValue":
        """Read what `encode` wrote; raises ValueError when it is not that."""
        numbers, bar, label = text.partition("|")
        n, *measures = map(int, numbers.split(","))
        return cls(n, tuple(measures), label if bar else None)


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell as it travels. What `bucket` counts is the cube's `catalogue.BucketKind`."""

    cube: str
    bucket: int
    key: str
    value: CellValue
