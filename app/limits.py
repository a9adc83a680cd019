"""From which age on a tile is stale, and what counts as usual: `[limits]` and `[bands]`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pipeline.catalogue.faults import nearest

ALL: Final = "all"
USUAL: Final = "usual"
DEFAULT_S: Final = 60  # of a metric that says nothing else (`freshness_s`)
LONGEST_S: Final = 86_400
PPM: Final = 1_000_000
MOST_TIMES: Final = 100
Band = tuple[int, int]  # parts per million of what is expected


@dataclass(frozen=True)
class Limits:
    """Seconds at speed 1. `all_s` stands for all that say nothing else; `tiles` for one tile."""

    all_s: int = DEFAULT_S
    tiles: Mapping[str, int] = field(default_factory=dict)

    def seconds(self, tile: str, of_metrics: Iterable[int]) -> int:
        """Return a tile's limit: its own, else the strictest of its metrics'."""
        own = self.tiles.get(tile)
        if own is not None:
            return own
        said = (self.all_s if seconds == DEFAULT_S else seconds for seconds in of_metrics)
        return min(said, default=self.all_s)

    def strictest(self, tiles: Iterable[str], of_metric: int) -> int:
        """Return the limit of a metric where it is shown: the strictest of those tiles'."""
        return min((self.seconds(t, [of_metric]) for t in tiles), default=of_metric)


def limits_of(written: Mapping[str, Any]) -> Limits:
    """Return what is written; `limit_faults` says what is wrong with it."""
    good = {name: value for name, value in written.items() if _is_limit(value)}
    everything = good.pop(ALL, DEFAULT_S)
    return Limits(everything, good)


def limit_faults(written: Mapping[str, Any], tiles: Iterable[str]) -> list[str]:
    """Return every fault of `[limits]`, with what to write instead."""
    known = (ALL, *tiles)
    faults = [
        f"limits.{name}: no tile of that name; {nearest(name, known)}"
        for name in written
        if name not in known
    ]
    return faults + [
        f"limits.{name}: {value} is no limit; write whole seconds from 1 to {LONGEST_S:,}"
        for name, value in written.items()
        if not _is_limit(value)
    ]


def _is_limit(value: object) -> bool:
    return type(value) is int and 1 <= value <= LONGEST_S


def band_of(written: Mapping[str, Any], usual: Band) -> Band:
    """Return the band that is written, `usual` while it is not one."""
    edges = written.get(USUAL)
    return usual if band_faults(written) else (_ppm(edges[0]), _ppm(edges[1]))  # type: ignore[index]


def band_faults(written: Mapping[str, Any]) -> list[str]:
    """Return every fault of `[bands]`, with what to write instead."""
    faults = [
        f"bands.{name}: unknown entry; {nearest(name, (USUAL,))}"
        for name in written
        if name != USUAL
    ]
    edges = written.get(USUAL)
    good = isinstance(edges, list) and len(edges) == 2 and all(map(_is_edge, edges))
    if not good or not 0 <= edges[0] < 1 < edges[1] <= MOST_TIMES:  # type: ignore[index]
        given = ", ".join(map(str, edges)) if isinstance(edges, list) else edges
        faults.append(
            f"bands.{USUAL}: [{given}] is no band; write two numbers, one under 1 and one over it, "
            f"at most {MOST_TIMES}, such as [0.6, 1.6]"
        )
    return faults


def _is_edge(value: object) -> bool:
    if type(value) is not int and not isinstance(value, Decimal):
        return False
    scaled = value * PPM
    return isinstance(scaled, int) or (scaled.is_finite() and scaled == int(scaled))


def _ppm(edge: int | Decimal) -> int:
    return int(edge * PPM)


def edge_text(ppm: int) -> str:
    """Return an edge as people write it: 0.6, 1.25, 2."""
    whole, rest = divmod(ppm, PPM)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
