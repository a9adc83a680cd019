"""History: what stands around the tiles when the wall shows a past stretch, and the way there."""

from datetime import date
from typing import Any

from dash import html

from app import ids
from app.presenter import (
    analyst_calendar,
    analyst_drill,
    analyst_notes,
    analyst_panels,
    analyst_tools,
)
from app.presenter import header as live_header
from app.presenter.analyst_cursor import cursor
from app.presenter.analyst_reading import Past
from app.presenter.reading import Reading
from components import panel
from components.widgets import tools

Props = dict[str, dict[str, Any]]


def is_past(reading: Reading) -> bool:
    return reading.frame.get("mode") == "history"


def live(reading: Reading) -> Props:
    """Draw the door to history on the live wall, and what the page says by itself."""
    title = reading.word("analyst.open")
    return {
        ids.WALL: {"data-mode": "live"},
        ids.OPEN_HISTORY: {
            "title": title,
            "aria-label": title,
            "data-go": tools.going({"date": "last"}),
        },
        **notice(reading),
        **analyst_panels.why(reading),
        **analyst_panels.keys(reading),
    }


def history(reading: Reading) -> Props:
    """Draw the header, the row of tools, the panels and the foot of a past stretch."""
    past = Past(reading)
    return {
        ids.WALL: {"data-mode": "history"},
        **header(past),
        **analyst_drill.regions(past),
        **analyst_tools.props(past),
        **analyst_calendar.props(past),
        **analyst_panels.changes(past),
        **analyst_panels.comparing(past),
        **analyst_notes.props(past),
        **notice(reading),
        **analyst_panels.why(reading),
        **analyst_panels.keys(reading),
        ids.CURSOR: {"data": cursor(past)},
    }


def notice(reading: Reading) -> Props:
    names = (
        "reading", "refused", "copied", "failed", "range_missing", "range_order", "range_long",
        "pictured", "counting", "stopped", "busy", "not_yours",
    )  # fmt: skip
    said = {f"data-{name.replace('_', '-')}": notice_word(reading, name) for name in names}
    said |= {
        "data-symbol": reading.currency.symbol,
        "data-exponent": str(reading.currency.exponent),
    }
    return {ids.NOTICE: said}


def notice_word(reading: Reading, name: str) -> str:
    return reading.word(f"analyst_notice.{name}", argument="{argument}")


def header(past: Past) -> Props:
    """Draw the inverted header: not live, which day, how final, and the way back."""
    reading = past.reading
    said, small = data(past)
    mark = [panel.icon("history"), reading.word("analyst.not_live")]
    source = reading.frame["source"]
    if source and source["kind"] in ("simulated", "replayed"):
        mark = [*mark, reading.word("common.dot"), reading.word(f"analyst.{source['kind']}")]
    return {
        ids.TITLE: {"children": title(past), "title": title(past)},
        ids.MARK: {"children": mark, "className": "past-mark"},
        ids.PAST_DATE_LABEL: {"children": reading.word(f"analyst.date_{past.kind}")},
        ids.PAST_DATE: {
            "children": stretch(past),
            "className": "v num" if past.kind == "day" else "v num long",
        },
        ids.PAST_DATA_LABEL: {"children": reading.word("analyst.data")},
        ids.PAST_DATA: {"children": [said, html.Small(small)]},
        ids.WALL_CLOCK: {"children": reading.word("analyst.wall_clock")},
        ids.BACK: {"children": [panel.icon("arrow-left"), reading.word("analyst.back")]},
        ids.SILENT: {"data-silent": reading.word("header.silent", time="{time}")},
        ids.PERIOD_LABEL: {"children": reading.word("header.period")},
        ids.BASELINE_LABEL: {"children": reading.word("header.baseline")},
        **live_header.switches(reading),
    }


def title(past: Past) -> str:
    reading = past.reading
    promotion = reading.frame["promotion"]
    if promotion:
        return reading.word("analyst.title", name=promotion["name"][reading.lang])
    return reading.word("analyst.title_shop")


def stretch(past: Past) -> str:
    """Return the business date, or from when to when."""
    reading = past.reading
    if past.kind == "day":
        return reading.date(date.fromisoformat(reading.frame["business_date"]))
    start, end = reading.window["start"], reading.window["end"]
    return reading.word(
        "analyst.stretch",
        start=f"{reading.day(start)} {reading.clock(start)}",
        end=f"{reading.day(end)} {reading.clock(end)}",
    )


def data(past: Past) -> tuple[str, str]:
    """Return how final the numbers are, and since when; or how far the archive has come."""
    reading, history = past.reading, past.history
    recounted, until = history["recounted_at"], history["until"]
    if reading.window["state"]["name"] == "empty" and not history["final"]:
        return reading.word("analyst.no_data"), ""
    if history["final"]:
        cause = "recalculated" if history["cause"] == "recalculate" else "final"
        day = reading.day(recounted // 60_000) if recounted else ""
        small = reading.word("analyst.recounted", day=day) if recounted else ""
        return reading.word(f"analyst.{cause}"), small
    if until is None:
        return reading.word("analyst.open_day"), ""
    time = f"{reading.clock(until)}, {reading.day(until)}"
    return reading.word("analyst.open_day"), reading.word("analyst.up_to", time=time)
