"""What hypothesis makes up for the stores, and the plain answers to compare with."""

from collections import defaultdict
from dataclasses import dataclass

from hypothesis import strategies as st

from pipeline.values.cells import CellRow
from tests.unit.pipeline.stores.cells import KEEP, MINUTE, SEGMENT, row


@dataclass(frozen=True)
class Replays:
    """Writes of one history by several writers, mixed; `ends`: key -> n, measures at the end."""

    interleaved: list[list[CellRow]]
    ends: dict[str, tuple[int, ...]]


@st.composite
def replays(draw: st.DrawFn) -> Replays:
    """Lines (key, cents, first of its order) that several writers sum and write, each at its pace.

    Every writer reads all lines, each in an order of its own (partitions interleave differently),
    and writes absolute values now and then, and at its end.
    """
    line = st.tuples(st.sampled_from("FMU"), st.integers(0, 2**40), st.booleans())
    lines = draw(st.lists(line, min_size=1, max_size=12))
    writers = []
    for _ in range(draw(st.integers(1, 3))):
        order = draw(st.permutations(lines))
        cuts = draw(st.sets(st.integers(1, len(lines)))) | {len(lines)}
        writers.append([_written(order[:cut]) for cut in sorted(cuts)])
    interleaved = []
    while writers:
        writer = draw(st.sampled_from(writers))
        interleaved.append(writer.pop(0))
        writers = [w for w in writers if w]
    ends = {r.key: (r.value.n, *r.value.measures) for r in _written(lines)}
    return Replays(interleaved, ends)


def _written(lines: list[tuple[str, int, bool]]) -> list[CellRow]:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, cents, first in lines:
        for place, number in enumerate((1, cents, int(first))):
            sums[key][place] += number
    return [row("category", MINUTE, key, *numbers) for key, numbers in sums.items()]


def totals() -> st.SearchStrategy[dict[tuple[str, int], int]]:
    """Return user totals by (user, segment), of few amounts, so that many are equal."""
    users = st.sampled_from([f"u{i:02}" for i in range(40)])
    segments = st.sampled_from([SEGMENT, SEGMENT + 1, SEGMENT + 2])
    amounts = st.one_of(st.integers(0, 5), st.integers(0, 2**40))
    return st.dictionaries(st.tuples(users, segments), amounts, max_size=80)


def brute_force(
    totals: dict[tuple[str, int], int], limit: int
) -> tuple[list[tuple[str, int]], bool]:
    """Return the best (key, sum), ties by key; and whether a store that keeps KEEP trimmed."""
    sums: defaultdict[str, int] = defaultdict(int)
    sizes: defaultdict[int, int] = defaultdict(int)
    for (key, segment), paid in totals.items():
        sums[key] += paid
        sizes[segment] += 1
    best = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return best, any(size > KEEP * 1.2 for size in sizes.values())
