"""Drilling: keys of a dimension, or of a level above it, as a filter of events. Pure."""

from collections.abc import Mapping, Sequence

from pipeline.catalogue.model import UNKNOWN, Catalogue
from pipeline.rollup.hierarchy import ancestor, levels_above

KEY_LIMIT = 128
STEPS_LIMIT = 8

Only = tuple[tuple[str, tuple[str, ...]], ...]


class NotDrillable(Exception):
    """A step that cannot be; `allowed` are the dimensions or keys there are."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


def leaves(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the dimensions of the cubes that are a field of the event; never a user's."""
    return tuple(
        dict.fromkeys(
            cube.dimension
            for cube in catalogue.minute_cubes()
            if catalogue.dimensions[cube.dimension].field not in (None, "user_id")
        )
    )


def dimensions(catalogue: Catalogue) -> Mapping[str, str]:
    """Return every dimension one can drill into -> the dimension its keys are filtered by."""
    found = {leaf: leaf for leaf in leaves(catalogue)}
    for leaf in tuple(found):
        for level in levels_above(catalogue.dimensions, leaf):
            found[level] = leaf
    return found


def read_step(catalogue: Catalogue, text: str) -> tuple[str, str]:
    """Return (dimension, key) of `region:east`; raises NotDrillable."""
    name, colon, key = text.partition(":")
    known = dimensions(catalogue)
    if not colon or name not in known:
        raise NotDrillable([f"{dimension}:<key>" for dimension in known])
    if name != known[name]:
        members = catalogue.dimensions[name].members
        if key not in members and key != UNKNOWN:
            raise NotDrillable([f"{name}:{member}" for member in members])
    if not key or len(key) > KEY_LIMIT or not key.isprintable():
        raise NotDrillable([f"{name}:<1 to {KEY_LIMIT} characters>"])
    return name, key


def resolved(catalogue: Catalogue, steps: Sequence[tuple[str, str]]) -> Only:
    """Return what is left of each filtered dimension; several steps into one narrow it.

    Raises NotDrillable when nothing can be left.
    """
    known = dimensions(catalogue)
    found: dict[str, tuple[str, ...]] = {}
    for name, key in steps:
        leaf = known[name]
        keys = (key,) if name == leaf else leaves_of(catalogue, leaf, name, key)
        before = found.get(leaf)
        kept = keys if before is None else tuple(k for k in keys if k in before)
        if not kept:
            raise NotDrillable(["keys that lie within each other"])
        found[leaf] = tuple(sorted(kept))
    return tuple(sorted(found.items()))


def leaves_of(catalogue: Catalogue, leaf: str, level: str, key: str) -> tuple[str, ...]:
    """Return the known keys of `leaf` (and `unknown`) that belong to a key of a level above."""
    return _parents(catalogue, leaf, level).get(key, ())


def _parents(catalogue: Catalogue, leaf: str, level: str) -> Mapping[str, tuple[str, ...]]:
    members = tuple(catalogue.dimensions[leaf].members)
    found: dict[str, list[str]] = {}
    for key in dict.fromkeys((*members, UNKNOWN)):
        above = ancestor(catalogue.dimensions, leaf, key, level)
        found.setdefault(above, []).append(key)
    return {above: tuple(keys) for above, keys in found.items()}
