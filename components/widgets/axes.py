"""The arithmetic of a chart's axes: where it is cut, where its lines stand. Computed, not tuned."""

from collections.abc import Sequence
from dataclasses import dataclass

CUT_PERCENT = 97  # openings exceed the day several times: the axis stops near this percentile
WORTH_A_CUT = (3, 2)  # cut only when the peak is this much above it
HEADROOM = (112, 100)
LABELLED_HEADROOM = (140, 100)  # a cut burst has its height written above the day


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch above the cut: its first index, one past its last, and its peak's index."""

    first: int
    last: int
    peak: int


def percentile(values: Sequence[int], percent: int) -> int:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0


def cap(values: Sequence[int]) -> int:
    """Return the top of the axis, at least 1: the peak, or a percentile when bursts tower over.

    The percentile is of the minutes that sold: a shop may sell in one minute out of five.
    """
    sold = [value for value in values if value > 0]
    if not sold:
        return 1
    high, cut = max(sold), percentile(sold, CUT_PERCENT)
    if high * WORTH_A_CUT[1] <= cut * WORTH_A_CUT[0]:
        return max(1, high * HEADROOM[0] // HEADROOM[1])
    return max(1, min(high, cut * LABELLED_HEADROOM[0] // LABELLED_HEADROOM[1]))


def uncut(values: Sequence[int], top: int, apart: int, most: int) -> int:
    """Return a top that cuts at most `most` bursts: more could not all have their height written.

    `apart`: bursts closer than this many places are one.
    """
    runs = runs_above(values, top, apart)
    while len(runs) > most:
        top = max(top + 1, values[runs[most].peak] * HEADROOM[0] // HEADROOM[1])
        runs = runs_above(values, top, apart)
    return top


def bottom(values: Sequence[int], top: int = 0) -> int:
    """Return the foot of the axis: 0, or below it when a minute gave back more than it took.

    A day that sold keeps two thirds of the axis: what lies deeper is cut.
    """
    low = min(values, default=0)
    if low >= 0:
        return 0
    foot = low * HEADROOM[0] // HEADROOM[1]
    return max(foot, -(top // 2)) if top > 1 else foot


def runs_above(values: Sequence[int], top: int, apart: int) -> list[Run]:
    """Return the bursts cut by `top`, highest first; those closer than `apart` are one."""
    runs: list[Run] = []
    for i, value in enumerate(values):
        if value <= top:
            continue
        if runs and i - runs[-1].last < apart:
            last = runs[-1]
            peak = i if value > values[last.peak] else last.peak
            runs[-1] = Run(last.first, i + 1, peak)
        else:
            runs.append(Run(i, i + 1, i))
    return sorted(runs, key=lambda r: -values[r.peak])


def nice_step(span: int, lines: int) -> int:
    """Return the smallest of 1, 2, 5 times a power of ten that needs at most `lines` lines."""
    least = max(1, -(-span // (lines + 1)))
    power = int(10 ** (len(str(least)) - 1))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least)


def levels(top: int, lines: int) -> list[int]:
    """Return round levels above zero and clear of the top edge."""
    step = nice_step(top, lines + 1)
    return [level for level in range(step, top, step) if level * 100 < top * 85][:lines]
