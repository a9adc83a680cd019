"""Rankings compared key by key: those of a minute, and those of the window. Pure.

The documents are those of docs/design.md §12.
"""

from pipeline.rollup.baseline import Base
from pipeline.rollup.comparing import change, mean, ratio_to
from pipeline.rollup.protocol import Document
from pipeline.rollup.side import Side


def keys_of_minute(own: Side, base: Base, name: str) -> Document:
    """Compare a ranking of the last complete minute, key by key, with what is expected of it."""
    metric = own.catalogue.metrics[name]
    around = base.around(own.until - own.bounds.start - 1)
    if around is None:
        return {}
    start = base.span.bounds.start
    now = own.key_flow(metric, own.until - 1, own.until)
    then = base.side(base.known).key_flow(metric, start + around[0], start + around[1])
    values = {key: int(flow[0]) for key, flow in now.items()}
    usual = {key: mean(flow) for key, flow in then.items()}
    return {
        key: {"expected": usual.get(key, 0), "ratio": ratio_to(values.get(key, 0), usual.get(key))}
        for key in sorted({*values, *usual})
        if values.get(key) or usual.get(key)
    }


def keys_of_window(own: Side, then: Side, name: str) -> Document:
    """Compare a ranking of the window key by key."""
    metric = own.catalogue.metrics[name]
    mine, theirs = own.key_values(metric), then.key_values(metric)
    return {
        key: {
            "own": mine.get(key, 0),
            "value": theirs.get(key, 0),
            "change": change(mine.get(key, 0), theirs.get(key, 0)),
        }
        for key in sorted({*mine, *theirs})
    }
