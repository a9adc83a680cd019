"""What a history frame says of itself: its origin, which days there are, what differed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.analyst.asking import Ask
from app.analyst.library import settled
from app.screen import LANGUAGES, Screen
from pipeline.catalogue.model import Metric
from pipeline.rollup.arithmetic import linear
from pipeline.trading.promotions import PromotionCalendar
from pipeline.trading.windows import date_of, epoch_day
from pipeline.values.past import DayRecord, PastStretch, WindowSums

Document = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """How the window asked for was read; `past` is None when history could not be asked."""

    past: PastStretch | None
    until: int
    queries: int
    read_ms: int


def history_document(
    screen: Screen, ask: Ask, read: Read, days: Sequence[DayRecord], sums: Sequence[WindowSums]
) -> Document:
    """Return the frame's `history`, without the promotions."""
    past = read.past
    last = latest(past.closed) if past else None
    return {
        "ask": ask.normalised(),
        "link": past.stretch.link if past else None,
        "generation": past.generation if past else 0,
        "final": bool(past and past.closed and settled(days, past.stretch.days)),
        "recounted_at": last.recounted_ms if last else None,
        "cause": last.cause if last else None,
        "origin": past.origin if past else None,
        "as_of": read.until * 60_000,
        "until": read.until,
        "lines": lines_of(screen, past),
        "queries": read.queries,
        "read_ms": read.read_ms,
        "days": days_document(days),
        "since_link": since_link(ask, past, sums, hero(screen)),
        "live_difference": live_difference(sums) if not ask.only and ask.at is None else None,
        "filter": [
            {
                "dimension": dimension,
                "key": key,
                "name": {lang: screen.name(lang, dimension, key) for lang in LANGUAGES},
            }
            for dimension, key in ask.steps
        ],
    }


def latest(records: Iterable[DayRecord]) -> DayRecord | None:
    """Return the record of the last recount."""
    return max(records, key=lambda record: record.generation, default=None)


def lines_of(screen: Screen, past: PastStretch | None) -> int | None:
    """Return the order lines of a stretch."""
    if past is None:
        return None
    bounds = past.stretch.bounds
    cube = screen.catalogue.minute_cubes()[0]
    return int(past.table.block(cube.name, bounds.start, bounds.end).lines.sum())


def days_document(days: Sequence[DayRecord]) -> Document:
    """Return the runs of days with data, as epoch days."""
    held = sorted(record.day for record in days if record.lines)
    if not held:
        return {"first": None, "last": None, "closed": []}
    runs: list[list[int]] = []
    for day in held:
        if runs and day <= runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    ends = (held[0], held[-1])
    first, last = (date_of(day).isoformat() for day in ends)
    return {"first": first, "last": last, "closed": runs}


def promotions(
    calendar: PromotionCalendar, days: Sequence[DayRecord], today: str | None
) -> list[Document]:
    """Return the promotions history has, and that of the wall's own date, the latest first."""
    held = {record.day for record in days if record.lines}
    return [
        {
            "date": promotion.day.isoformat(),
            "name": {lang: f"{promotion.name.of(lang)} {promotion.day.year}" for lang in LANGUAGES},
            "live": promotion.day.isoformat() == today,
        }
        for promotion in reversed(calendar.promotions)
        if epoch_day(promotion.day) in held or promotion.day.isoformat() == today
    ]


def neighbours(days: Sequence[DayRecord], day: int) -> dict[str, str]:
    """Return the days with data before and after one without, as far as there are any."""
    held = [record.day for record in days if record.lines]
    before = max((d for d in held if d < day), default=None)
    after = min((d for d in held if d > day), default=None)
    found = {"before": before, "after": after}
    return {name: date_of(d).isoformat() for name, d in found.items() if d is not None}


def hero(screen: Screen) -> Metric:
    """Return the metric whose value a link remembers."""
    return screen.metric("hero", "total")


def since_link(
    ask: Ask, past: PastStretch | None, sums: Sequence[WindowSums], metric: Metric
) -> Document | None:
    """Return the number a link was made with beside today's; None when nothing was counted anew.

    Only of whole windows: what a filter or an earlier minute showed then is kept nowhere.
    """
    whole = past is not None and not ask.only and ask.at is None
    if not whole or past is None or not ask.gen or ask.gen == past.generation:
        return None
    then = [held for held in sums if held.generation <= ask.gen]
    now = [held for held in sums if held.generation <= past.generation]
    if not then or not now or then[-1].generation == now[-1].generation:
        return None
    value, today = (linear(metric.numerator, dict(held[-1].sums)) for held in (then, now))
    return {"generation": then[-1].generation, "value": value, "now": today}


def live_difference(sums: Sequence[WindowSums]) -> Mapping[str, int] | None:
    """Return by measure what Redis had more than the recount when the day was closed."""
    compared = [held for held in sums if held.live is not None]
    if not compared:
        return None
    held = compared[-1]
    counted = dict(held.sums)
    return {name: value - counted.get(name, 0) for name, value in held.live or ()}
