"""Regions with a mark for every warehouse, and the line that says they add up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import html

from app import ids
from app.presenter import against, alarms, framing
from app.presenter.rankings import PLACES, Props, body, emptiness, ranked, rows
from app.presenter.reading import Reading
from components import formats, panel
from components.models import Mark, Pieces
from components.widgets import rows as rows_widget
from pipeline.catalogue.model import Metric

REGION_PLACES = 7


def regions(reading: Reading) -> Props:
    metric, value = ranked(reading, ids.REGIONS, "ranking")
    empty = emptiness(reading, metric, value["rows"])
    title = reading.word("regions.title")
    note = reading.word("regions.note" if against.active(reading) is None else "regions.note_plain")
    drawn = tuple(
        replace(row, marks=marks(reading, metric, said))
        for row, said in zip(
            rows(reading, ids.REGIONS, "ranking", PLACES), value["rows"][:PLACES], strict=True
        )
    )
    places = max(REGION_PLACES, len(drawn))
    frame = against.framed(reading, framing.panel(reading, ids.REGIONS, title, note, empty))
    dimensions = reading.screen.catalogue.dimensions.values()
    rolled_up = any(dimension.parent == metric.dimension for dimension in dimensions)
    right = rollup(reading) if rolled_up and frame.state == "live" else None
    return {
        **panel.props(ids.REGIONS, frame, right),
        body(ids.REGIONS): {"children": rows_widget.render(drawn, places, rows_widget.regions)},
    }


def marks(reading: Reading, metric: Metric, row: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Return one mark for every leaf of a roll-up, hollow when no order has come from it."""
    heard = {child["key"]: child["value"] for child in row["children"] or ()}
    below = [
        d for d in reading.screen.catalogue.dimensions.values() if d.parent == metric.dimension
    ]
    known = [
        (member.key, dimension.name)
        for dimension in below
        for member in dimension.members.values()
        if member.parent == row["key"]
    ]
    names = dict(known)
    leaf = below[0].name if below else None
    keys = [*names, *(key for key in heard if key not in names)]
    alarmed = alarms.by_key(reading)
    return tuple(
        Mark(
            key,
            reading.word(
                "regions.house",
                name=reading.name(names.get(key, leaf), key),
                amount=reading.money(heard.get(key)).text,
            ),
            key in heard,
            alarmed.get((names.get(key, leaf), key)),
        )
        for key in keys
    )


def rollup(reading: Reading) -> list[Any]:
    """Return the line that says the parts add up, or that this is being checked."""
    check = reading.window["checks"]["rollup"]
    counts = {name: formats.whole(check[name]) for name in ("leaves", "tops")}
    if check["comparable"] and check["equal"]:
        return [panel.icon("check"), sentence(reading.line("regions.equal", **counts))]
    if check["comparable"]:
        gap = reading.money(check["sum"] - check["whole"], 4)
        words = f"{reading.word('reasons.rollup_gap')} "
        return [panel.icon("triangle-alert"), words, panel.number(gap)]
    return [sentence(reading.line("regions.checking", **counts))]


def sentence(line: Pieces) -> html.Span:
    return html.Span(panel.pieces(line))
