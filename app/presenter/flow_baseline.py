"""The baseline on the main chart, and what the readouts say against it."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from app import comparing, ids
from app.limits import Band, edge_text
from app.presenter import against
from app.presenter.reading import Reading
from components import formats
from components.flow_models import Curve, Lead, Readout
from components.models import Pieces

WITHOUT = ("loading", "error")  # before the opening the baseline stands alone
SMOOTHING = 7  # minutes of the drawn mean
SHAPES = 24  # both baselines of every window, twice


def drawn(reading: Reading) -> dict[str, Any]:
    """Return the chart's fields of comparison; nothing without a baseline."""
    said, rest = against.active(reading), against.other(reading)
    if reading.state(ids.FLOW)["name"] in WITHOUT:
        return {}
    live = reading.frame.get("mode", "live") == "live"
    return {
        "baseline": curve(reading, said) if said else None,
        "other": curve(reading, rest) if rest else None,
        "lead": lead(reading, said) if said else None,
        "own_name": reading.word("flow.today" if live else "flow.own"),
        "band_name": reading.word("flow.band", **edges_of(reading)),
    }


def curve(reading: Reading, said: against.Comparison) -> Curve:
    """Return a baseline laid on the own window by elapsed time, cut at its end."""
    window, flow = reading.window, said["flow"]
    values = flow["values"][: window["end"] - window["start"]]
    start = flow["start"]
    places = reading.midnights(start, start + len(values))
    edges = tuple(sorted({0, *(m - start for m in places)}))
    smooth, low, high = shape(tuple(values), edges, reading.screen.band)
    return Curve(
        name=against.name(reading, said),
        first=window["start"] - reading.opening,
        smooth=smooth,
        low=low,
        high=high,
        sums=list(accumulate(values)),
        edges=edges,
    )


@lru_cache(maxsize=SHAPES)
def shape(
    values: tuple[int, ...], edges: tuple[int, ...], usual: Band
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Return the drawn mean and the band's two edges; the same day is drawn every tick."""
    bands = [comparing.band(value, usual) for value in comparing.expected(values, edges)]
    low, high = ([pair[side] for pair in bands] for side in (0, 1))
    return comparing.smooth(values, edges, SMOOTHING), low, high


def edges_of(reading: Reading) -> dict[str, str]:
    """Return the edges of what is usual, for a sentence."""
    low, high = reading.screen.band
    return {"low": edge_text(low), "high": edge_text(high)}


def lead(reading: Reading, said: against.Comparison) -> Lead | None:
    """Return the line from the own sum to the minute at which the baseline reaches it."""
    found = said["lead"]
    if not found or not found["minutes"] or found["reaches"] is None:
        return None
    zero = reading.opening
    end = reading.window["start"] + said["elapsed"] - 1 - zero
    text = "".join(p if isinstance(p, str) else p.text for p in lead_words(reading, said))
    return Lead(end, found["reaches"] - 1 - zero, text)


def lead_words(reading: Reading, said: against.Comparison) -> Pieces:
    """Return how far ahead or behind in time; empty when even or not known."""
    found = said["lead"]
    if not found:
        return ()
    if found["beyond"]:
        return (reading.word("flow.lead_beyond"),)
    if not found["minutes"]:
        return ()
    key = "flow.lead_ahead" if found["direction"] == "ahead" else "flow.lead_behind"
    return reading.line(key, span=reading.span(found["minutes"]))


def expectation(reading: Reading, minute: int) -> tuple[tuple[str, Pieces], ...]:
    """Return how many times the expected a minute is, and whether that is usual."""
    said = against.active(reading)
    found = said["minute"] if said else None
    if not found or found["minute"] != minute or found["ratio"] is None:
        return ()
    line = reading.line("flow.expected", ratio=formats.times(found["ratio"]))
    if found["in_band"]:
        return ("", line), ("check", (reading.word("flow.in_band", **edges_of(reading)),))
    above = found["value"] > found["expected"]
    words = reading.word("flow.above_band" if above else "flow.below_band", **edges_of(reading))
    return ("", line), ("triangle-alert", (words,))


def ahead(reading: Reading) -> Readout | None:
    """Return how much more was sold than by the same elapsed time of the baseline."""
    said = against.active(reading)
    found = said["metrics"].get(reading.screen.roles[ids.HERO]["total"]) if said else None
    if said is None or not found or found["difference"] is None:
        return None
    gap = found["difference"]
    key = "flow.ahead_of" if gap > 0 else "flow.behind" if gap < 0 else "flow.level"
    more = lead_words(reading, said)
    kind = "lead" if lead(reading, said) else ""  # a line of the chart says it, when there is one
    return Readout(
        reading.word(key, name=against.name(reading, said)),
        formats.signed(reading.money(gap)),
        (
            ("", (reading.word("flow.same_time"),)),
            *(((kind, more),) if more else ()),
        ),
    )
