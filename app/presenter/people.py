"""Buyers and gender."""

from collections.abc import Mapping
from typing import Any

from app import ids
from app.presenter import framing, twins
from app.presenter.rankings import PLACES, Props, beside, body, emptiness, ranked
from app.presenter.reading import Reading
from components import formats, panel, theme
from components.models import Bars, Part, Row, Share
from components.widgets import bars
from components.widgets import rows as rows_widget
from components.widgets import share as share_widget
from pipeline.catalogue.model import UNKNOWN

STEPS_SHOWN = 24  # of ten minutes: the last four hours
HOUR = 60
GUESTS = ("guests", "guest", "paid_amount")  # cube, key, measure
PROVINCE = "province"


def buyers(reading: Reading) -> Props:
    metric, value = ranked(reading, ids.BUYERS, "ranking")
    drawn = tuple(
        Row(
            key=row["id"],
            index=i,
            rank=formats.whole(row["rank"]),
            name=row["key"],
            value=reading.number(metric.unit, row["value"]),
            beside=beside(reading, row, metric.beside[:1]),
            words=reading.name(PROVINCE, row["label"] or UNKNOWN),
        )
        for i, row in enumerate(value["rows"][:PLACES])
    )
    title = reading.word("buyers.title", limit=PLACES)
    empty = None if value["rows"] else "no_orders"
    frame = framing.panel(reading, ids.BUYERS, title, "", empty)
    right = reading.word("buyers.right") if frame.state == "live" else None
    return {
        **panel.props(ids.BUYERS, frame, right),
        ids.part(ids.BUYERS, "note"): {"children": guests(reading)},
        body(ids.BUYERS): {"children": rows_widget.render(drawn, PLACES, rows_widget.buyers)},
    }


def guests(reading: Reading) -> list[Any]:
    """Return what guests paid: in the sums, not in the ranking."""
    cube, key, measure = GUESTS
    amount = reading.window["cubes"].get(cube, {}).get(key, {}).get(measure)
    if not amount:
        return []
    return [f"{reading.word('buyers.guests')} ", panel.number(reading.money(amount))]


def gender(reading: Reading) -> Props:
    metric, value = ranked(reading, ids.GENDER, "share")
    empty = emptiness(reading, metric, [row for row in value["rows"] if row["value"]])
    state = reading.state(ids.GENDER)["name"]
    late = state == "stale"
    note = reading.word("gender.note") if state in ("live", "empty") else ""  # the chip's room
    frame = framing.narrow(
        reading, framing.panel(reading, ids.GENDER, reading.word("gender.title"), note, empty)
    )
    keys = parts_in_order(reading, value)
    figure = bars.figure(volumes(reading, keys, late), theme.palette(reading.choice.theme))
    return {
        **panel.props(ids.GENDER, frame),
        **twins.props(ids.GENDER, twins.gender(reading, keys, STEPS_SHOWN)),
        ids.part(ids.GENDER, "share"): {"children": share_widget.render(share(reading, value))},
        ids.GENDER_FIGURE: {"figure": figure},
    }


def parts_in_order(reading: Reading, value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys in the catalogue's order, so that a colour always means the same."""
    metric = reading.screen.metric(ids.GENDER, "share")
    known = reading.screen.catalogue.dimensions[metric.dimension or ""].members
    present = [row["key"] for row in value["rows"]]
    return (*(k for k in known if k in present), *(k for k in present if k not in known))


def share(reading: Reading, value: Mapping[str, Any]) -> Share:
    metric = reading.screen.metric(ids.GENDER, "share")
    amounts = {row["key"]: row["value"] for row in value["rows"]}
    said = reading.values(ids.GENDER)
    step = reading.value(ids.GENDER, "volume")["step"]
    label = reading.word("gender.volume_60" if step == HOUR else "gender.volume", step=step)
    return Share(
        tuple(
            Part(
                key,
                reading.name(metric.dimension, key),
                reading.number(metric.unit, amounts[key]),
                formats.percent(said["shares"].get(key)),
            )
            for key in parts_in_order(reading, value)
        ),
        label,
        formats.count(said["step"]["value"] if said["step"] else None, reading.lang),
    )


def volumes(reading: Reading, keys: tuple[str, ...], late: bool) -> Bars:
    """Return the last complete steps and the running one; labels are the ends' starts."""
    said = reading.value(ids.GENDER, "volume")
    running = said["running"]
    places = STEPS_SHOWN - (1 if running else 0)
    complete = said["complete"]
    shown = min(places, complete)
    stacks = [tuple(said["values"].get(key, ()))[-shown:] if shown else () for key in keys]
    rest = [key for key in said["values"] if key not in keys]
    stacks += [tuple(said["values"][key])[-shown:] if shown else () for key in rest]
    start, step = said["start"], said["step"]
    last = complete if running else complete - 1
    return Bars(
        stacks=tuple(stacks),
        running=sum(running.values()) if running else None,
        places=STEPS_SHOWN,
        left=reading.clock(start + (complete - shown) * step) if shown else "",
        right=reading.clock(start + last * step) if shown else "",
        late=late,
    )
