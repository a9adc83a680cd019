"""A region drilled into: the tile's rows are then the leaves below it."""

from collections.abc import Mapping
from typing import Any

from app import ids
from app.presenter import against
from app.presenter.analyst_reading import Past
from app.presenter.rankings import body
from app.presenter.regions import REGION_PLACES
from components import formats
from components.models import Delta, Row
from components.widgets import rows as rows_widget
from pipeline.catalogue.model import Metric

MOST = 12


def regions(past: Past) -> dict[str, dict[str, Any]]:
    """Draw the leaves in place of the one region they belong to; nothing when none is chosen."""
    metric = past.reading.screen.metric(ids.REGIONS, "ranking")
    if leaf_drilled(past) is None:
        return {}
    rows = leaves(past, metric)
    places = max(REGION_PLACES, len(rows))
    return {
        ids.part(ids.REGIONS, "note"): {"children": past.reading.word("analyst.below")},
        ids.part(ids.REGIONS, "right"): {"children": None},
        body(ids.REGIONS): {"children": rows_widget.render(rows, places, rows_widget.regions)},
    }


def leaf_drilled(past: Past) -> str | None:
    """Return the dimension whose rows stand in the tile, when its own was drilled into."""
    metric = past.reading.screen.metric(ids.REGIONS, "ranking")
    drilled = {said["dimension"] for said in past.history["filter"]}
    leaf = past.reading.screen.catalogue.cubes[metric.cube].dimension
    return leaf if metric.dimension in drilled and leaf != metric.dimension else None


def leaves(past: Past, metric: Metric) -> tuple[Row, ...]:
    """Return the leaves of all rows, the largest first, each with its change where it is known."""
    reading, leaf = past.reading, leaf_drilled(past)
    said = reading.value(ids.REGIONS, "ranking")
    children = [child for row in said["rows"] for child in row["children"] or ()]
    children.sort(key=lambda child: (-child["value"], child["key"]))
    top = max((child["value"] for child in children), default=0)
    compared = against.active(reading)
    changes = compared["regions"] if compared else None
    return tuple(
        Row(
            key=child["key"],
            index=i,
            rank=formats.whole(i + 1),
            name=reading.name(leaf, child["key"]),
            value=reading.number(metric.unit, child["value"]),
            beside=(formats.percent(formats.share_ppm(child["value"], said["total"])),),
            bar_ppm=formats.share_ppm(child["value"], top) or 0,
            delta=change(past, changes, child["key"]),
        )
        for i, child in enumerate(children[:MOST])
    )


def change(past: Past, changes: Mapping[str, Any] | None, key: str) -> Delta | None:
    """Return the change of a leaf; the share is shown instead where it is not known."""
    if changes is None or key not in changes:
        return None
    why = past.reading.word("comparison_reasons.no_base")
    return Delta(formats.percent(changes[key]["change"]).unsigned(), why=why)
