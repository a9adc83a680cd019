"""The foot in history: the recount against the live numbers, what a link showed, the source."""

from typing import Any

from app import ids
from app.presenter import analyst_tools
from app.presenter.analyst_reading import Past
from app.presenter.strips import trouble
from components import formats
from components.foot_models import Notice
from components.formats import Number
from components.widgets import strips
from pipeline.catalogue.model import Unit


def props(past: Past) -> dict[str, dict[str, Any]]:
    notices = [since_link(past) or recount(past), wrong(past) or agreement(past)]
    return {
        ids.ALERTS: {
            "children": strips.notices(notices),
            "data-worst": "none",
            "data-open": None,  # the past calls nobody
        },
        ids.PIPELINE: {"children": strips.notices([source(past)])},
        ids.STAMP: {"children": stamp(past)},
    }


def wrong(past: Past) -> Notice | None:
    """Return what is wrong with the stretch, or what a drill costs."""
    return trouble(past.reading)


def since_link(past: Past) -> Notice | None:
    """Return what a permalink showed, where the day was recounted since."""
    said = past.history["since_link"]
    if not said:
        return None
    reading = past.reading
    line = reading.line(
        "analyst.since_link", was=exact(past, said["value"]), now=exact(past, said["now"])
    )
    return Notice("look", line)


def exact(past: Past, value: int | None) -> Number:
    """Return an amount with every digit, so that the least difference is seen."""
    return formats.full_money(value, past.reading.currency)


def recount(past: Past) -> Notice:
    """Return when the stretch was recounted, and as which one."""
    reading, history = past.reading, past.history
    recounted = history["recounted_at"]
    if not recounted or not history["final"]:
        return Notice("quiet", (reading.word("analyst.not_recounted"),))
    minute = recounted // 60_000
    time = f"{reading.day(minute)} {reading.clock(minute)}"
    key = "analyst.recalculated_note" if history["cause"] == "recalculate" else "analyst.recount"
    words = reading.word(key, time=time, generation=history["generation"])
    return Notice("look" if history["cause"] == "recalculate" else "quiet", (words,))


def agreement(past: Past) -> Notice:
    """Return whether the live numbers and the recount are the same, and by how much not."""
    reading, said = past.reading, past.history["live_difference"]
    if said is None:
        return Notice("quiet", (reading.word("analyst.live_unknown"),))
    differing = {measure: n for measure, n in said.items() if n}
    if not differing:
        return Notice("quiet", (reading.word("analyst.live_equal"),))
    pieces: list[Number | str] = [reading.word("analyst.live_differs")]
    measures = reading.screen.catalogue.measures
    for name, n in list(differing.items())[:2]:
        measure = measures[name]
        money = measure.unit is Unit.MONEY
        number = formats.full_money(n, reading.currency) if money else formats.whole(n)
        pieces += [" ", number, f" {measure.label.of(reading.lang)}"]
    return Notice("look", tuple(pieces))


def source(past: Past) -> Notice:
    """Return where the numbers were read, and how long that took."""
    reading, history = past.reading, past.history
    if history["origin"] is None:
        return Notice("look", (reading.word("analyst.no_source"),))
    ms = history["read_ms"]
    seconds = Number(ms, f"{ms // 1000}.{ms % 1000 // 100}", f"{ms}", "seconds-1")
    queries = formats.whole(history["queries"])
    if not history["queries"]:
        return Notice("quiet", (reading.word(f"analyst.cached_{history['origin']}"),))
    line = reading.line(f"analyst.source_{history['origin']}", seconds=seconds, queries=queries)
    return Notice("quiet", line)


def stamp(past: Past) -> list[Any]:
    """Return the line for paper and pictures: as of when, filtered by what; the page adds where."""
    reading, history = past.reading, past.history
    until = formats.NOTHING
    if history["as_of"]:
        minute = history["as_of"] // 60_000
        until = f"{reading.day(minute)} {reading.clock(minute)}"
    names = [analyst_tools.filter_name(past, said) for said in history["filter"]]
    return [
        reading.word(
            "analyst.stamp", time=until, generation=history["generation"] or formats.NOTHING
        ),
        *([reading.word("common.dot"), reading.word("analyst.filter"), " "] if names else []),
        reading.word("common.comma").join(names),
        reading.word("common.dot"),
    ]
