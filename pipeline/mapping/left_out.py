"""What of the catalogue a feed does not have at all, by its mapping."""

from pipeline.catalogue.model import Catalogue
from pipeline.mapping.model import Mapping


def fields_of(catalogue: Catalogue, dimension: str) -> frozenset[str]:
    """Return the event fields that a dimension is made of; of a roll-up those below it."""
    own = catalogue.dimensions[dimension].field
    if own is not None:
        return frozenset((own,))
    below = [d.name for d in catalogue.dimensions.values() if d.parent == dimension]
    return frozenset[str]().union(*(fields_of(catalogue, name) for name in below))


def unmapped(catalogue: Catalogue, mapping: Mapping, dimension: str) -> bool:
    """Say whether a feed cannot know anything of a dimension."""
    fields = fields_of(catalogue, dimension)
    return bool(fields) and not fields & mapping.mapped


def left_out_dimensions(catalogue: Catalogue, mapping: Mapping) -> tuple[str, ...]:
    """Return the dimensions that people see and this feed does not have."""
    return tuple(
        name
        for name in catalogue.dimensions
        if name not in ("guest", "user_hash") and unmapped(catalogue, mapping, name)
    )
