"""The comparisons of a window as words and numbers (docs/design.md §12)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.presenter.reading import MINUTE_MS, Reading
from components import formats
from components.formats import Number
from components.models import Delta, Frame, Pieces, StateName
from pipeline.catalogue.model import Metric, Unit

UNREACHABLE = ("history_unreachable", "history_slow")
Comparison = Mapping[str, Any]


def comparisons(reading: Reading) -> Mapping[str, Comparison]:
    """Return what the window is compared with, by kind; nothing in a frame that says nothing."""
    found: Mapping[str, Comparison] = reading.window.get("comparisons", {})
    return found


def active(reading: Reading) -> Comparison | None:
    """Return the comparison the viewer chose, or the only one there is; ready ones only."""
    said = chosen(reading)
    return said if said is not None and said["state"] == "ready" else None


def chosen(reading: Reading) -> Comparison | None:
    """Return the comparison the viewer chose, whatever its state."""
    known = comparisons(reading)
    return known.get(reading.choice.baseline) or next(iter(known.values()), None)


def other(reading: Reading) -> Comparison | None:
    """Return the comparison that was not chosen, when it is ready."""
    picked = chosen(reading)
    rest = [c for c in comparisons(reading).values() if c is not picked and c["state"] == "ready"]
    return rest[0] if rest else None


def without_history(reading: Reading) -> bool:
    """Say whether there is no history at all to compare with: nobody set one up."""
    known = comparisons(reading).values()
    return all(said["reason"] == "no_clickhouse" for said in known)


def name(reading: Reading, said: Comparison) -> str:
    """Return what the baseline is called: its promotion with the year, or its (first) date."""
    if said["name"]:
        return str(said["name"][reading.lang])
    if said["date"]:
        return short_date(reading, date.fromisoformat(said["date"]))
    if said["state"] != "ready":
        return ""
    return short_date(reading, reading.local(said["start"] * MINUTE_MS).date())


def short_date(reading: Reading, day: date) -> str:
    month = reading.word(f"header.month_{day.month}")
    padded = f"{day.month:02d}", f"{day.day:02d}"
    parts = {"month": month, "day": day.day, "mm": padded[0], "dd": padded[1]}
    return reading.word("against.date", year=day.year, **parts)


def kind(reading: Reading, said: Comparison) -> str:
    """Return what stands before a value of the baseline: YoY, MoM, or its name."""
    if said["kind"] == "versus":
        return name(reading, said)
    return reading.word(f"header.{said['kind']}")


def by(reading: Reading, said: Comparison, value: Number, own_until: int | None = None) -> Pieces:
    """Return the baseline's own value and the instant it stood at.

    `own_until`: where the own side was cut, when that is not where the others are.
    """
    until = said["until"]
    if own_until is not None:
        until = min(said["start"] + own_until - reading.window["start"], said["end"])
    time = reading.clock(until, closing=True)
    day = reading.local((until - 1) * MINUTE_MS).date()
    return reading.line(
        "against.by",
        kind=kind(reading, said),
        value=value,
        time=time,
        date=short_date(reading, day),
    )


def why(reading: Reading, said: Comparison, reason: str | None = None) -> str:
    """Return why there is no number."""
    code = reason or said["reason"] or "no_base"
    told = said["params"].get("date") or said["date"]
    day = short_date(reading, date.fromisoformat(told)) if told else ""
    return reading.word(f"comparison_reasons.{code}", date=day)


def missing(reading: Reading) -> str:
    """Return why the chosen baseline is not there; nothing where nothing is compared."""
    said = chosen(reading)
    if said is None or said["state"] == "ready":
        return ""
    if without_history(reading):
        return reading.word("flow.no_history")
    return reading.word("against.none", kind=kind(reading, said), why=why(reading, said))


def delta(reading: Reading, said: Comparison | None, metric: Metric) -> Delta | None:
    """Return the change of a total; None when nothing is compared at all."""
    if said is None:
        return None
    if said["state"] != "ready":
        return Delta(Number(None), why=why(reading, said))
    found = said["metrics"].get(metric.name)
    if found is None or found["own"] is None or found["value"] is None:
        return Delta(Number(None), why=why(reading, said, "not_archived"))
    shown = formats.points if metric.unit is Unit.RATE else formats.percent
    change = found["difference"] if metric.unit is Unit.RATE else found["change"]
    if change is None:
        return Delta(
            Number(None), why=why(reading, said, "no_base" if said["elapsed"] else "not_yet")
        )
    number = reading.number(metric.unit, found["value"], 4)
    stood = by(reading, said, number, found["until"])
    title = "".join(p.text if isinstance(p, Number) else p for p in stood)
    return Delta(shown(change).unsigned(), metric.better == "up", title=title)


def framed(reading: Reading, frame: Frame) -> Frame:
    """Return a tile's frame, degraded when history is away: the live numbers go on."""
    said = chosen(reading)
    if said is None or troubled(reading, frame.state) == frame.state:
        return frame
    return replace(frame, state="degraded", chip=(reading.word(f"reasons.{said['reason']}"),))


def troubled(reading: Reading, state: StateName) -> StateName:
    """Return the state of a tile that draws the baseline: degraded while history is away."""
    said = chosen(reading)
    away = said is not None and said["reason"] in UNREACHABLE
    return "degraded" if away and state == "live" else state
