"""The main chart and the two texts beside it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app import ids
from app.presenter import against, flow_baseline, flow_step, framing, twins
from app.presenter.reading import MINUTE_MS, Reading
from components import formats, panel, theme
from components.flow_models import Burst, Flow, Readout
from components.models import Frame
from components.widgets import flow as chart
from components.widgets import strips

DAY = 1440
HEIGHT_LIVE, HEIGHT_PAST = 366, 279  # design px above the time axis at 16:9 (assets/30, 70)
HOLE_MINUTES = 2  # a shorter gap between the data and the clock is the minute that is not over


def props(reading: Reading) -> dict[str, dict[str, Any]]:
    said = against.active(reading)
    named = (
        reading.word(
            "flow.band_note", name=against.name(reading, said), **flow_baseline.edges_of(reading)
        )
        if said
        else against.missing(reading)
    )
    step = reading.value(ids.FLOW, "flow")["step"]
    title = reading.word("flow.title") if step == 1 else reading.word(f"flow.title_{step}")
    frame = framing.panel(reading, ids.FLOW, title, named)
    late = frame.state == "stale"
    frame = against.framed(reading, frame)
    alone = frame.state == "empty" and said is not None
    right = beginning(reading, frame) if alone else None
    frame = replace(frame, kept=alone)
    drawn = flow_step.coarser(model(reading, late), step, reading.screen.band)
    figure = chart.figure(drawn, theme.palette(reading.choice.theme))
    start = reading.clock(reading.window["start"])
    return {
        **panel.props(ids.FLOW, frame, right),
        **twins.props(ids.FLOW, twins.flow(reading)),
        ids.FLOW_FIGURE: {"figure": figure},
        ids.part(ids.FLOW, "sum-title"): {"children": reading.word("flow.sum")},
        ids.part(ids.FLOW, "sum-note"): {
            "children": reading.word("flow.sum_same" if said else "flow.sum_note", time=start)
        },
        ids.part(ids.FLOW, "readouts"): {"children": strips.readouts(readouts(reading))},
    }


def beginning(reading: Reading, frame: Frame) -> list[Any]:
    """Return why the curve of today is not there yet: the baseline stands alone."""
    said = frame.message
    if said is None:
        return []
    return panel.pieces(
        (said.reason, *((reading.word("common.comma"), *said.detail) if said.detail else ()))
    )


def model(reading: Reading, late: bool) -> Flow:
    window, flow, zero = reading.window, reading.value(ids.FLOW, "flow"), reading.opening
    start, end, values = window["start"], window["end"], flow["values"]
    now = reading.shown_minute
    inside = now is not None and start <= now < end
    data_end = flow["start"] + len(values)
    hole = inside and now is not None and now - data_end > HOLE_MINUTES and late
    return Flow(
        start=start - zero,
        end=end - zero,
        first=flow["start"] - zero,
        values=values,
        now=now - zero if inside and now is not None else None,
        now_text=reading.clock(now) if inside and now is not None else "",
        hole=reading.word("flow.hole", time=reading.clock(data_end)) if hole else "",
        ticks=ticks(reading),
        edges=edges(reading),
        bursts=bursts(reading),
        clock_texts=Clocks(reading),
        lang=reading.lang,
        symbol=reading.currency.symbol,
        exponent=reading.currency.exponent,
        late=late,
        height=HEIGHT_PAST if reading.frame.get("mode") == "history" else HEIGHT_LIVE,
        **flow_baseline.drawn(reading),
    )


class Clocks(dict[int, str]):
    """x -> HH:MM, made when asked for."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    def get(self, x: int, default: Any = "") -> Any:
        return self._reading.clock(x + self._reading.opening)


def ticks(reading: Reading) -> tuple[tuple[int, str, bool], ...]:
    """Return the time labels: the start, and round times of the clock; midnight is the date."""
    start, end, zero = reading.window["start"], reading.window["end"], reading.opening
    step = chart.tick_step(end - start)
    made = []
    for minute in (start, *(m for m in round_times(reading, step) if 2 * (m - start) >= step)):
        text = reading.clock(minute, closing=minute == end)
        midnight = text == "00:00" and minute > start
        made.append((minute - zero, reading.day(minute) if midnight else text, midnight))
    return tuple(made)


def round_times(reading: Reading, step: int) -> Sequence[int]:
    """Return the minutes of the window at which the shop's clock shows multiples of `step`."""
    start, end = reading.window["start"], reading.window["end"]
    if step >= DAY:  # days are not all of one length
        return reading.midnights(start, end + 1)[:: step // DAY]
    local = reading.local(start * MINUTE_MS)
    return range(start + -(local.hour * 60 + local.minute) % step, end + 1, step)


def own_midnights(reading: Reading) -> tuple[int, ...]:
    return reading.midnights(reading.window["start"], reading.window["end"])


def edges(reading: Reading) -> tuple[int, ...]:
    """Return the x of the window's start and of the midnights in it."""
    places = {reading.window["start"], *own_midnights(reading)}
    return tuple(sorted(place - reading.opening for place in places))


def bursts(reading: Reading) -> tuple[Burst, ...]:
    """Return the bursts a promotion is known to have: its opening and midnight."""
    zero = reading.opening
    known = [Burst(m - zero, reading.word("flow.midnight")) for m in own_midnights(reading)]
    if reading.frame["promotion"]:
        opening = reading.word("flow.opening", time=reading.clock(zero))
        known.insert(0, Burst(0, opening))
    return tuple(known)


def readouts(reading: Reading) -> tuple[Readout, ...]:
    """Return the last complete minute, and the sum up to it."""
    last, total = reading.values(ids.FLOW)["minute"], reading.values(ids.FLOW)["sum"]
    if not last or not total:
        return ()
    orders = formats.count(last["orders"], reading.lang)
    word = reading.word("flow.order" if orders.value == 1 else "flow.orders")
    counted = [("", (orders, " ", word))]
    minute = Readout(
        reading.word("flow.minute", time=reading.clock(last["minute"])),
        reading.money(last["value"]),
        (
            *flow_baseline.expectation(reading, last["minute"]),
            *(counted if orders.value is not None else ()),
        ),
        accent=reading.state(ids.FLOW)["name"] != "stale",
    )
    ahead = flow_baseline.ahead(reading)
    if ahead is not None:
        return minute, ahead
    cumulative = Readout(
        reading.word("flow.sum_to", time=reading.clock(total["end"], closing=True)),
        reading.money(total["value"]),
        (("", (reading.money(total["average"]), " ", reading.word("flow.average"))),),
    )
    return minute, cumulative
