"""Where a cube's buckets lie: its bucket kind, the day a bucket is listed under, what is ranked."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.catalogue.model import BucketKind, Catalogue, WindowDefinition

AUDIT = "audit"
AUDIT_MEASURES = ("position", "progress")
MINUTES_OF_A_DAY = 1440


def segments_per_day(windows: Mapping[str, WindowDefinition]) -> int:
    """Count the disjoint pieces that the edges of all windows cut a local calendar day into."""
    edges = {edge % MINUTES_OF_A_DAY for w in windows.values() for edge in (w.start, w.end)}
    return len(edges | {0})


@dataclass(frozen=True, slots=True)
class Places:
    """What a store needs of the catalogue. A cube it does not know is taken for a minute cube."""

    kinds: Mapping[str, BucketKind]
    measures: Mapping[str, tuple[str, ...]]
    keep: Mapping[str, int]
    segments: int

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Places":
        cubes = catalogue.cubes.values()
        return cls(
            kinds={AUDIT: BucketKind.PARTITION, **{c.name: c.bucket for c in cubes}},
            measures={AUDIT: AUDIT_MEASURES, **{c.name: c.measures for c in cubes}},
            keep={c.name: c.keep for c in cubes if c.keep > 0},
            segments=segments_per_day(catalogue.windows),
        )

    def kind(self, cube: str) -> BucketKind:
        return self.kinds.get(cube, BucketKind.MINUTE)

    def day(self, cube: str, bucket: int) -> str:
        """Return the day (epoch day, or `audit`) whose changed set lists this bucket."""
        kind = self.kind(cube)
        if kind is BucketKind.MINUTE:
            return str(bucket // MINUTES_OF_A_DAY)
        if kind is BucketKind.SEGMENT:
            return str(bucket // self.segments)
        return str(bucket) if kind is BucketKind.WINDOW else AUDIT
