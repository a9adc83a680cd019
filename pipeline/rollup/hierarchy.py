"""Roll-ups: warehouse to region to nation, and the check that no part is lost on the way."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Cube, Dimension
from pipeline.rollup.protocol import Cells, Minutes
from pipeline.trading.windows import MinuteRange

_CHECKED = "paid_amount"


def ancestor(dimensions: Mapping[str, Dimension], leaf: str, key: str, level: str) -> str:
    """Return the key of `level` that a key of dimension `leaf` belongs to; `unknown` if none does.

    Raises KeyError when `level` does not lie above `leaf`.
    """
    name = leaf
    while name != level:
        dimension = dimensions[name]
        member = dimension.members.get(key)
        key = UNKNOWN if member is None or member.parent is None else member.parent
        if dimension.parent is None:
            raise KeyError(f"{level} does not lie above {leaf}")
        name = dimension.parent
    return key


def levels_above(dimensions: Mapping[str, Dimension], leaf: str) -> tuple[str, ...]:
    """Return the dimensions a key rolls up through, the nearest first."""
    levels: list[str] = []
    parent = dimensions[leaf].parent
    while parent is not None:
        levels.append(parent)
        parent = dimensions[parent].parent
    return tuple(levels)


def group(
    dimensions: Mapping[str, Dimension], leaf: str, level: str, keys: Sequence[str]
) -> dict[str, list[int]]:
    """Return the places of `keys` under each key of `level`; known keys of it are always there."""
    groups: dict[str, list[int]] = {key: [] for key in dimensions[level].members if key != UNKNOWN}
    for place, key in enumerate(keys):
        groups.setdefault(ancestor(dimensions, leaf, key, level), []).append(place)
    return groups


def rollup_check(catalogue: Catalogue, cells: Cells, bounds: MinuteRange) -> dict[str, object]:
    """Compare the sum of the top parts of a roll-up with the whole, in paid cents.

    The parts come from the cube that rolls up, the whole from another cube. They are comparable
    only when both hold the same lines in every minute, by their number and by all they have besides
    the amount; two cubes may differ by one mini-batch, each by lines of its own. `leaves` and
    `tops` count the known keys with something in the window.
    """
    cubes = _checked_cubes(catalogue)
    if cubes is None:
        return {
            "leaves": 0, "tops": 0, "sum": 0, "whole": 0, "comparable": False, "equal": False,
        }  # fmt: skip
    parts, whole = cubes
    parts_block = cells.block(parts.name, bounds.start, bounds.end)
    whole_block = cells.block(whole.name, bounds.start, bounds.end)
    sums = _sums(parts_block)
    keys = tuple(sums)
    top = levels_above(catalogue.dimensions, parts.dimension)[0]
    groups = group(catalogue.dimensions, parts.dimension, top, keys)
    amounts = [sum(sums[keys[place]] for place in places) for places in groups.values()]
    total, parts_total = sum(_sums(whole_block).values()), sum(amounts)
    return {
        "leaves": sum(key != UNKNOWN for key in keys),
        "tops": sum(bool(places) for key, places in groups.items() if key != UNKNOWN),
        "sum": parts_total,
        "whole": total,
        "comparable": _same_lines(parts_block, whole_block),
        "equal": parts_total == total,
    }


@lru_cache(maxsize=8)
def _checked_cubes_of(cubes: tuple[Cube, ...], rolled: frozenset[str]) -> tuple[Cube, Cube] | None:
    able = [c for c in cubes if c.bucket is BucketKind.MINUTE and _CHECKED in c.measures]
    parts = next((c for c in able if c.dimension in rolled), None)
    whole = next((c for c in reversed(able) if c is not parts), None)
    return None if parts is None or whole is None else (parts, whole)


def _checked_cubes(catalogue: Catalogue) -> tuple[Cube, Cube] | None:
    rolled = frozenset(d.name for d in catalogue.dimensions.values() if d.parent and d.field)
    return _checked_cubes_of(tuple(catalogue.cubes.values()), rolled)


def _same_lines(one: Minutes, other: Minutes) -> bool:
    if not np.array_equal(one.lines.sum(axis=1), other.lines.sum(axis=1)):
        return False
    shared = [name for name in one.measures if name in other.measures and name != _CHECKED]
    by_minute = (
        block.values[:, :, [block.measures.index(name) for name in shared]].sum(axis=1)
        for block in (one, other)
    )
    return np.array_equal(*by_minute)


def _sums(block: Minutes) -> dict[str, int]:
    place = block.measures.index(_CHECKED)
    lines = block.lines.sum(axis=0).tolist()
    amounts = block.values[:, :, place].sum(axis=0).tolist()
    return {key: amount for key, amount, n in zip(block.keys, amounts, lines, strict=True) if n}
