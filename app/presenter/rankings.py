"""Rows of a ranking, with their shares and changes; categories and brands."""

from collections.abc import Mapping, Sequence
from typing import Any

from app import ids
from app.presenter import against, framing, twins
from app.presenter.reading import Reading, only_unknown
from components import formats, panel, theme
from components.formats import Number
from components.models import Delta, Row, Slope
from components.widgets import rows as rows_widget
from components.widgets import slope
from pipeline.catalogue.model import Metric

Props = dict[str, dict[str, Any]]
PLACES = 10


def ranked(reading: Reading, tile: str, role: str) -> tuple[Metric, Mapping[str, Any]]:
    return reading.screen.metric(tile, role), reading.value(tile, role)


def rows(reading: Reading, tile: str, role: str, places: int) -> tuple[Row, ...]:
    """Return the rows of a ranking, each with its share of the whole."""
    metric, value = ranked(reading, tile, role)
    said = value["rows"][:places]
    shares = reading.values(tile).get("shares", {})
    expected = expectations(reading, tile)
    changes = changed(reading, tile)
    ticks = [expected[row["key"]]["expected"] for row in said if row["key"] in expected]
    top = max([row["value"] for row in said] + ticks, default=0)
    return tuple(
        Row(
            key=row["key"],
            index=i,
            rank=formats.whole(row["rank"]),
            name=reading.name(metric.dimension, row["key"]),
            value=reading.number(metric.unit, row["value"]),
            beside=(formats.percent(shares.get(row["key"])),),
            move=formats.whole(row["move"]).unsigned() if row["move"] else None,
            bar_ppm=formats.share_ppm(row["value"], top) or 0,
            **compared(reading, row["key"], top, expected, changes),
            title=said_share(reading, shares.get(row["key"])),
        )
        for i, row in enumerate(said)
    )


def expectations(reading: Reading, tile: str) -> Mapping[str, Any]:
    """Return what the baseline makes expect of each row of this minute."""
    said = against.active(reading) if tile == ids.CATEGORIES else None
    if said is None:
        return {}
    compared = said["minute"]["minute"] if said["minute"] else None  # the last one, or the cursor's
    found: Mapping[str, Any] = said["categories"]
    return found if reading.value(tile, "ranking")["minute"] == compared else {}


def changed(reading: Reading, tile: str) -> Mapping[str, Any] | None:
    """Return each row's change against the baseline; None without one."""
    said = against.active(reading) if tile == ids.REGIONS else None
    whole = reading.screen.metric(tile, "ranking").scope == "window" if said else False
    return said["regions"] if said and whole else None


def compared(
    reading: Reading,
    key: str,
    top: int,
    expected: Mapping[str, Any],
    changes: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return what stands in the last column of a row instead of its share."""
    if expected:
        found = expected.get(key, {"expected": None, "ratio": None})
        tick = formats.share_ppm(found["expected"] or 0, top)
        return {"tick_ppm": tick, "times": formats.times(found["ratio"])}
    if changes is None:
        return {}
    change = formats.percent(changes.get(key, {}).get("change")).unsigned()
    return {"delta": Delta(change, why=reading.word("comparison_reasons.no_base"))}


def said_share(reading: Reading, share: int | None) -> str:
    return "" if share is None else reading.word("regions.share", share=formats.percent(share).text)


def emptiness(
    reading: Reading, metric: Metric, said: Sequence[Mapping[str, Any]], nothing: str = "no_orders"
) -> str | None:
    """Return the reason for a tile with no rows worth drawing.

    A quiet minute does not make a feed's dimension known: the window decides that.
    """
    if only_unknown(reading.window["cubes"].get(metric.cube, {})):
        return "not_mapped"
    return None if said else nothing


def body(tile: str) -> str:
    return ids.part(tile, "body")


def categories(reading: Reading) -> Props:
    metric, value = ranked(reading, ids.CATEGORIES, "ranking")
    minute = value["minute"]
    ticks = bool(expectations(reading, ids.CATEGORIES))
    key = "categories.note_ticks" if ticks else "categories.note"
    note = "" if minute is None else reading.word(key, time=reading.clock(minute))
    empty = emptiness(reading, metric, value["rows"], "no_minute")
    frame = framing.panel(reading, ids.CATEGORIES, reading.word("categories.title"), note, empty)
    frame = against.framed(reading, frame)
    drawn = rows(reading, ids.CATEGORIES, "ranking", PLACES)
    key = "categories.right_ticks" if ticks else "categories.right"
    right = reading.word(key) if frame.state == "live" else None
    return {
        **panel.props(ids.CATEGORIES, frame, right),
        body(ids.CATEGORIES): {
            "children": rows_widget.render(drawn, PLACES, rows_widget.categories)
        },
    }


def brands(reading: Reading) -> Props:
    metric, left = ranked(reading, ids.BRANDS, "left")
    title = reading.word("brands.title", limit=PLACES)
    empty = emptiness(reading, metric, left["rows"])
    frame = framing.narrow(
        reading, framing.panel(reading, ids.BRANDS, title, reading.word("brands.left"), empty)
    )
    sides = [rows(reading, ids.BRANDS, role, PLACES) for role in ("left", "right")]
    keys = [tuple(row.key for row in side) for side in sides]
    model = Slope(keys[0], keys[1], PLACES, frame.state == "stale")
    palette = theme.palette(reading.choice.theme)
    lists = [rows_widget.render(side, PLACES, rows_widget.brands) for side in sides]
    return {
        **panel.props(ids.BRANDS, frame, reading.word("brands.right")),
        **twins.props(ids.BRANDS, twins.brands(reading, sides)),
        ids.part(ids.BRANDS, "left"): {"children": lists[0]},
        ids.part(ids.BRANDS, "other"): {"children": lists[1]},
        ids.BRANDS_FIGURE: {"figure": slope.figure(model, palette)},
    }


def beside(reading: Reading, row: Mapping[str, Any], metrics: Sequence[str]) -> tuple[Number, ...]:
    """Return the values that stand beside a row, in the order of its metric."""
    catalogue = reading.screen.catalogue
    return tuple(
        reading.number(catalogue.metrics[name].unit, row["beside"].get(name)) for name in metrics
    )
