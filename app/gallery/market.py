"""The cells of a made-up day: what the live job would have written, from a seed.

All cubes split the same sums of a minute, so that parts and totals agree to the cent.
"""

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import UNKNOWN, Catalogue, Cube, Dimension, Measure
from pipeline.values.table import CellTable

AVERAGE_ORDER = 21_340  # cents
UNITS_AN_ORDER = (193, 100)
REFUNDED = (218, 10_000)
LACK = 120_000_000  # cents
SILENT = "northeast"  # of this region one leaf is never heard of
FREE_KEYS = 14  # of a dimension whose keys nobody lists
SHARES = {"gender": (552, 416, 32), "guest": (31, 1)}  # those of the study
Int64s = NDArray[np.int64]


@dataclass(frozen=True)
class Day:
    """A day like any promotion's: `percent` of the usual sales, its noise from `seed`.

    `lacking`: a cube that has lost an amount, though none of its lines.
    """

    seed: int
    percent: int = 100
    lacking: str = ""


def sales(day: Day, minutes: int) -> Int64s:
    """Return cents by minute since the opening: two bursts, a trough, a day, an evening."""
    dice = random.Random(day.seed)
    made = []
    for x in range(minutes):
        burst = 1.8e10 * math.exp(-x / 18) if x < 240 else 1.9e10 * math.exp(-(x - 240) / 22)
        noon = 2.9e9 * math.exp(-(((x - 1020) / 380) ** 2)) + 4e8
        evening = 1.4e9 * math.exp(-(((x - 1490) / 90) ** 2))
        slow = 1 - 0.42 * math.exp(-(((x - 1130) / 16) ** 2)) if day.percent == 100 else 1
        made.append(int((burst + noon + evening) * slow * dice.uniform(0.95, 1.05)))
    return np.array(made, np.int64) * day.percent // 100


def table(catalogue: Catalogue, day: Day, start: int, minutes: int) -> CellTable:
    """Return the minute cubes of `minutes` minutes from `start` on (epoch)."""
    made = CellTable(catalogue)
    amounts = sales(day, minutes)
    for cube in catalogue.minute_cubes():
        sums = [measured(catalogue.measures[name], amounts) for name in cube.measures]
        if cube.name == day.lacking:
            sums[cube.measures.index("paid_amount")][0] -= LACK
        keys = keys_of(catalogue, cube)
        shares = weights(cube, day.seed, len(keys), len(amounts))
        parts = [split(measured(None, amounts), shares)]
        for name, total in zip(cube.measures, sums, strict=True):
            many = catalogue.measures[name].of == "quantity" and cube.dimension == "brand"
            parts.append(split(total, dearer(shares) if many else shares))
        numbers = np.stack(parts, axis=-1).reshape(-1, 1 + len(sums))
        places = np.repeat(np.arange(start, start + minutes), len(keys))
        made.fill(cube.name, places, list(keys) * minutes, numbers)
    return made


def keys_of(catalogue: Catalogue, cube: Cube) -> tuple[str, ...]:
    """Return the keys that sell, the best first."""
    dimension = catalogue.dimensions[cube.dimension]
    known = [key for key in dimension.members if key != UNKNOWN and not silent(dimension, key)]
    if dimension.name == "brand" or not known:
        return tuple(known[:FREE_KEYS] or (f"{dimension.name}-{i}" for i in range(FREE_KEYS)))
    return tuple(known)


def silent(dimension: Dimension, key: str) -> bool:
    """Say whether a leaf is the one that was never heard of."""
    return [key] == under(dimension)[:1]


def under(dimension: Dimension) -> list[str]:
    return [key for key, member in dimension.members.items() if member.parent == SILENT]


def leaves(catalogue: Catalogue) -> list[str]:
    """Return the leaves of that region that were heard of."""
    return [key for d in catalogue.dimensions.values() if d.field for key in under(d)[1:]]


def measured(measure: Measure | None, amounts: Int64s) -> Int64s:
    """Return a measure by minute, of the sales in it; None counts the lines of both kinds."""
    orders = amounts // AVERAGE_ORDER
    if measure is None:
        return orders * 3
    if measure.of == "amount_cents":
        found = amounts.copy()
    elif measure.of == "quantity":
        found = orders * UNITS_AN_ORDER[0] // UNITS_AN_ORDER[1]
    else:
        found = orders if measure.first_line_only else orders * 2
    return found * REFUNDED[0] // REFUNDED[1] if measure.kind == "refund" else found


def weights(cube: Cube, seed: int, keys: int, minutes: int) -> Int64s:
    """Return weights int64[minutes, keys]; ranks change now and then, and from day to day."""
    fixed = SHARES.get(cube.dimension)
    if fixed and len(fixed) == keys:
        return np.tile(np.array(fixed, np.int64), (minutes, 1))
    places, times = np.arange(keys), np.arange(minutes)[:, None]
    steep = 8 / max(keys, 8)
    waves = 1 + 0.12 * np.sin(times / 3 + 2.1 * places) + 0.06 * np.sin(seed + 1.7 * places)
    even = np.asarray(10_000 / (steep * places + 2.4) * waves)
    return even.astype(np.int64) + 1


def dearer(shares: Int64s) -> Int64s:
    """Return the weights of units: what costs more sells fewer."""
    costs = 1 + 0.8 * np.sin(2.3 * np.arange(shares.shape[1]))
    return np.asarray(shares * costs, np.int64)


def split(totals: Int64s, shares: Int64s) -> Int64s:
    """Return int64[minutes, keys] that adds up to `totals`; the first key takes what is left."""
    parts = totals[:, None] * shares // shares.sum(axis=1)[:, None]
    parts[:, 0] += totals - parts.sum(axis=1)
    return np.asarray(parts, np.int64)
