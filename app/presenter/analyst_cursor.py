"""What the cursor on the chart reads out: the chart's own points, in words, minute by minute."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from app import comparing, ids
from app.presenter import against
from app.presenter.analyst_reading import Past
from components import formats
from components.formats import Number

PPM = formats.PPM


def cursor(past: Past) -> dict[str, Any] | None:
    """Return columns of texts and of their integers; None when the chart is empty.

    Index i is the step at x = `first` + i of the chart, `offset` + i * `step` minutes after the
    window's start.
    """
    reading = past.reading
    flow = reading.value(ids.FLOW, "flow")
    values, step, start = flow["values"], flow["step"], flow["start"]
    if not values:
        return None
    sums = list(accumulate(values))
    numbers: dict[str, list[Number]] = {
        "own": [reading.money(value) for value in values],
        "sum": [reading.money(value) for value in sums],
    }
    numbers |= baseline(past, values, step)
    return {
        "first": (start - reading.opening) // step,
        "step": step,
        "offset": start - reading.window["start"],
        "labels": labels(past),
        "times": [time(past, start + i * step, step) for i in range(len(values))],
        "texts": {name: [n.text for n in column] for name, column in numbers.items()},
        "values": {name: [n.value for n in column] for name, column in numbers.items()},
        "kinds": {name: column[0].kind for name, column in numbers.items() if column},
    }


def time(past: Past, minute: int, step: int) -> str:
    if step == 1:
        return past.reading.clock(minute)
    return f"{past.reading.clock(minute)}–{past.reading.clock(minute + step, closing=True)}"


def baseline(past: Past, values: Sequence[int], step: int) -> dict[str, list[Number]]:
    """Return the baseline's columns; nothing without a baseline."""
    compared = against.active(past.reading)
    if compared is None:
        return {}
    reading = past.reading
    minutes = compared["flow"]["values"]
    folded = [sum(minutes[i : i + step]) for i in range(0, len(minutes), step)][: len(values)]
    made = {
        "base": [reading.money(value) for value in folded],
        "base_sum": [reading.money(value) for value in accumulate(folded)],
    }
    if step == 1:
        start = compared["flow"]["start"]
        midnights = reading.midnights(start, start + len(minutes))
        edges = tuple(sorted({0, *(minute - start for minute in midnights)}))
        expected = comparing.expected(minutes, edges)[: len(values)]
        ratios = [ratio(own, one) for own, one in zip(values, expected, strict=False)]
        made["ratio"] = [formats.times(ppm) for ppm in ratios]
    return made


def ratio(own: int, expected: int) -> int | None:
    """Return own / expected in ppm, half up; None where nothing was expected."""
    return formats.rounded(own * PPM, expected) if expected > 0 <= own else None


def labels(past: Past) -> dict[str, str]:
    word = past.reading.word
    said = {"own": own_name(past), "sum": word("analyst.cumulative")}
    compared = against.active(past.reading)
    if compared is not None:
        said["base"] = against.name(past.reading, compared)
        said["ratio"] = word("analyst.expected")
    return said


def own_name(past: Past) -> str:
    """Return what this side is called: its promotion with the year, else its date."""
    promotion = past.reading.frame["promotion"]
    if past.kind != "day":
        return past.reading.word("analyst.own")
    for known in past.history["promotions"]:
        if known["date"] == past.day.isoformat():
            return str(known["name"][past.reading.lang])
    if promotion:
        return str(promotion["name"][past.reading.lang])
    return past.reading.date(past.day)
