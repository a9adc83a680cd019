"""Rankings and shares. Equal values are ordered by key, so that rows do not dance."""

from collections.abc import Mapping

from pipeline.catalogue.model import Catalogue, Cube, Metric
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.rollup.hierarchy import group
from pipeline.rollup.minutes import CubeMinutes
from pipeline.rollup.protocol import Document, RankedKeys
from pipeline.trading.windows import MinuteRange


def window_ranking(catalogue: Catalogue, metric: Metric, minutes: CubeMinutes) -> Document:
    """Return the keys by value over the window; a level of a roll-up brings its children."""
    values = minutes.key_values(metric.numerator)
    children: dict[str, list[Document]] = {}
    leaf = catalogue.cubes[metric.cube].dimension
    if metric.dimension is not None and metric.dimension != leaf:
        values, children = _rolled_up(catalogue, leaf, metric.dimension, values)
    beside = _beside(catalogue, metric, minutes) if not children else {}
    rows: list[Document] = [
        {
            "key": key,
            "rank": rank,
            "value": value,
            "move": None,
            "beside": beside.get(key, {}),
            "label": None,
            "children": children.get(key, []),
        }
        for rank, (key, value) in enumerate(_best(values, metric.limit), start=1)
    ]
    return _document(None, rows, values)


def minute_ranking(
    catalogue: Catalogue, metric: Metric, minutes: CubeMinutes, bounds: MinuteRange, last: int
) -> Document:
    """Return the keys by value in minute `last`, with moves against the minute before.

    A move is places gained; None for a key that was not there before, or when there was no minute
    before in the window. Without a complete minute the minute is None and there are no rows.
    """
    if last not in bounds:
        return _document(None, [], {})
    leaf, level = catalogue.cubes[metric.cube].dimension, metric.dimension or ""

    def at(minute: int) -> dict[str, int]:
        values = minutes.key_values_at(metric.numerator, minute - bounds.start)
        return values if level == leaf else _rolled_up(catalogue, leaf, level, values)[0]

    values = at(last)
    earlier = _best(at(last - 1), 0) if last - 1 in bounds else []
    before = {key: rank for rank, (key, _) in enumerate(earlier, start=1)}
    rows: list[Document] = [
        {
            "key": key,
            "rank": rank,
            "value": value,
            "move": before[key] - rank if key in before else None,
            "beside": {},
            "label": None,
            "children": [],
        }
        for rank, (key, value) in enumerate(_best(values, metric.limit), start=1)
    ]
    return _document(last, rows, values)


def user_ranking(
    catalogue: Catalogue, metric: Metric, cube: Cube, ranking: RankedKeys | None
) -> Document:
    """Return users in the order the store proved; `total` and `count` are of the rows given."""
    if ranking is None:
        return _document(None, [], {})
    values = {row.key: row.measures[0] for row in ranking.rows}
    by_key = {row.key: row for row in ranking.rows}
    rows: list[Document] = [
        {
            "key": key,
            "rank": rank,
            "value": value,
            "move": None,
            "beside": _beside_row(
                catalogue, metric, dict(zip(cube.measures, by_key[key].measures, strict=True))
            ),
            "label": by_key[key].label,
            "children": [],
        }
        for rank, (key, value) in enumerate(_best(values, metric.limit), start=1)
    ]
    return _document(None, rows, values, ranking.proven)


def share(catalogue: Catalogue, metric: Metric, minutes: CubeMinutes) -> Document:
    """Return every key's value, in the order of the dimension's members, and their sum."""
    values = minutes.key_values(metric.numerator)
    leaf, level = catalogue.cubes[metric.cube].dimension, metric.dimension or ""
    if level != leaf:
        values = _rolled_up(catalogue, leaf, level, values)[0]
    places = {key: place for place, key in enumerate(catalogue.dimensions[level].members)}
    ordered = sorted(values, key=lambda key: (places.get(key, len(places)), key))
    return {
        "shape": "share",
        "rows": [{"key": key, "value": values[key]} for key in ordered],
        "total": sum(values.values()),
    }


def _best(values: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    ordered = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    return ordered[:limit] if limit else ordered


def _rolled_up(
    catalogue: Catalogue, leaf: str, level: str, values: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, list[Document]]]:
    keys = tuple(values)
    groups = group(catalogue.dimensions, leaf, level, keys)
    parts = {
        top: {keys[place]: values[keys[place]] for place in places}
        for top, places in groups.items()
        if places
    }
    sums = {top: sum(held.values()) for top, held in parts.items()}
    children: dict[str, list[Document]] = {
        top: [{"key": key, "value": value} for key, value in _best(held, 0)]
        for top, held in parts.items()
    }
    return sums, children


def _beside(
    catalogue: Catalogue, metric: Metric, minutes: CubeMinutes
) -> dict[str, dict[str, int | None]]:
    if not metric.beside:
        return {}
    names = minutes.block.measures
    return {
        key: _beside_row(catalogue, metric, dict(zip(names, row, strict=True)))
        for key, row in zip(minutes.keys, minutes.by_key.tolist(), strict=True)
    }


def _beside_row(
    catalogue: Catalogue, metric: Metric, measures: Mapping[str, int]
) -> dict[str, int | None]:
    row: dict[str, int | None] = {}
    for name in metric.beside:
        other = catalogue.metrics[name]
        above = linear(other.numerator, measures)
        below = other.denominator
        row[name] = above if below is None else ratio(above, linear(below, measures), other.unit)
    return row


def _document(
    minute: int | None, rows: list[Document], values: Mapping[str, int], proven: bool = True
) -> Document:
    return {
        "shape": "ranking",
        "minute": minute,
        "rows": rows,
        "total": sum(values.values()),
        "count": len(values),
        "proven": proven,
    }
