"""The arithmetic of comparisons: changes, expected values, the band, the lead. Pure.

Whole numbers only, rounded half away from zero; the rules are those of docs/design.md §12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.rollup.arithmetic import PARTS_PER_MILLION, divide_half_up

EXPECTED_WIDTH = 15  # minutes
BAND = (600_000, 1_600_000)  # parts per million of the expected value


def change(own: int | None, base: int | None) -> int | None:
    """Return (own - base) / base in parts per million; None where there is no base above 0.

    >>> change(150, 100), change(50, 100), change(1, 0)
    (500000, -500000, None)
    """
    return None if own is None else ratio_to(own - (base or 0), base)


def ratio_to(value: int, base: int | None) -> int | None:
    """Return value / base in parts per million; None where there is no base above 0."""
    if base is None or base <= 0:
        return None
    return divide_half_up(value * PARTS_PER_MILLION, base)


def in_band(ratio: int | None, usual: tuple[int, int] = BAND) -> bool | None:
    """Say whether a ratio to the expected value (parts per million) is a usual one."""
    return None if ratio is None else usual[0] <= ratio <= usual[1]


def band(expected_value: int, usual: tuple[int, int] = BAND) -> tuple[int, int]:
    """Return the lower and upper edge of the band around what is expected of a minute.

    >>> band(1000)
    (600, 1600)
    """
    low, high = (divide_half_up(expected_value * part, PARTS_PER_MILLION) or 0 for part in usual)
    return low, high


def expected(values: Sequence[int] | NDArray[np.int64], edges: Sequence[int] = (0,)) -> list[int]:
    """Return the mean of 15 minutes around each, as `smooth` does."""
    return smooth(values, edges, EXPECTED_WIDTH)


def smooth(
    values: Sequence[int] | NDArray[np.int64], edges: Sequence[int], width: int
) -> list[int]:
    """Return the mean of `width` (odd) values around each, never across an edge or the end.

    `edges`: places at which something new begins, 0 among them. Near an edge fewer are averaged.
    """
    given = np.asarray(values, np.int64)
    low, high = reach(len(given), edges, width)
    running = np.concatenate(([0], np.cumsum(given)))
    means: list[int] = divided(running[high] - running[low], high - low).tolist()
    return means


def reach(
    length: int, edges: Sequence[int], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each of `length` places the first one averaged and the one after the last."""
    places = np.arange(length, dtype=np.int64)
    cuts = np.array(sorted({0, length, *(edge for edge in edges if 0 < edge < length)}), np.int64)
    piece = np.searchsorted(cuts, places, side="right")
    low = np.maximum(places - width // 2, cuts[piece - 1])
    high = np.minimum(places + width // 2 + 1, cuts[np.minimum(piece, len(cuts) - 1)])
    return low, high


def mean(values: NDArray[np.int64]) -> int:
    """Return the mean of int64[minutes], rounded half away from zero; 0 of none."""
    return divide_half_up(int(values.sum()), len(values)) or 0


@dataclass(frozen=True, slots=True)
class Lead:
    """How far ahead in time: `count` = minutes after which the baseline has today's sum.

    `count` and `minutes` are None when it never has it (`beyond`).
    """

    minutes: int | None
    direction: Literal["ahead", "behind", "even"]
    count: int | None
    beyond: bool


def lead(own_sum: int, elapsed: int, base: Sequence[int] | NDArray[np.int64]) -> Lead | None:
    """Return where the baseline's running sum first reaches `own_sum` of `elapsed` minutes.

    `base`: the baseline by minute, the whole window. None while nothing is sold. With the same sum
    after the same time both are even, though the baseline may have had it for a while.
    """
    if elapsed <= 0 or own_sum <= 0:
        return None
    running = np.cumsum(np.asarray(base, np.int64))
    if len(running) and running[min(elapsed, len(running)) - 1] == own_sum:
        return Lead(0, "even", elapsed, False)
    best = np.maximum.accumulate(running)
    count = int(np.searchsorted(best, own_sum, side="left")) + 1
    if count > len(best):
        return Lead(None, "ahead", None, True)
    if count == elapsed:
        return Lead(0, "even", count, False)
    direction: Literal["ahead", "behind"] = "ahead" if count > elapsed else "behind"
    return Lead(abs(count - elapsed), direction, count, False)


def divided(above: NDArray[np.int64], below: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Return above / below, rounded half away from zero; `below` is above 0."""
    return np.sign(above) * ((2 * np.abs(above) + below) // (2 * below))
