"""A number counted again from the raw events: two at once, capped, stopped on request."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.analyst.library import Library, NoHistory
from app.analyst.why import Shown, shown_value
from pipeline.catalogue.model import Metric
from pipeline.errors import ServiceUnavailable
from pipeline.stores.history_protocol import HistoryReader
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.values.past import Recount, Stretch

AT_ONCE = 2
LIMIT_S = 10.0
ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class TooMany(Exception):
    """As many recounts run as may."""


class InUse(Exception):
    """A recount with this id runs already."""


@dataclass(frozen=True)
class Task:
    """What is counted again, before epoch minute `until`; the screen is at `shown_until`."""

    metric: Metric
    stretch: Stretch
    until: int
    shown_until: int
    shown: int | None


class Recounter:
    """Recounts, one by one id."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._running: dict[str, HistoryReader] = {}

    def run(self, task: Task, name: str) -> dict[str, Any]:
        """Count again; raises TooMany, InUse, NoHistory, Refused (it would take too long)."""
        with self._place(name) as store:
            try:
                found = store.recount(
                    as_total(task.metric), task.stretch, task.until, query_id(name), LIMIT_S
                )
            except ServiceUnavailable as fault:
                raise NoHistory("history_unreachable") from fault
        return document(task, found)

    def cancel(self, name: str) -> bool:
        """Stop a recount; say whether it ran."""
        with self._lock:
            store = self._running.get(name)
        if store is None:
            return False
        try:
            store.cancel(query_id(name))
        except ServiceUnavailable as fault:
            raise NoHistory("history_unreachable") from fault
        return True

    @contextmanager
    def _place(self, name: str) -> Iterator[HistoryReader]:
        store = self._library.store
        with self._lock:
            if name in self._running:
                raise InUse
            if len(self._running) >= AT_ONCE:
                raise TooMany
            self._running[name] = store
        try:
            yield store
        finally:
            with self._lock:
                del self._running[name]


def query_id(name: str) -> str:
    """Return the name of the query in the database: ours only, so that no other can be stopped."""
    return f"daping-recount-{name}"


def as_total(metric: Metric) -> Metric:
    """Return the one number a metric's parts add up to."""
    if metric.shape == "total":
        return metric
    return replace(metric, shape="total", dimension=None, beside=(), scope="window")


def task_of(shown: Shown, stretch: Stretch, reach: int) -> Task:
    """Return what to count for a number shown; `reach`: the first minute the archive may lack."""
    complete = shown.document.get("complete") or {"until": shown.document["end"]}
    shown_until, bounds = complete["until"], stretch.bounds
    document_ = shown.document["metrics"][shown.metric.name]
    if document_["shape"] == "ranking" and document_["minute"] is not None:
        minute = document_["minute"]
        bounds, shown_until = MinuteRange(minute, minute + 1), minute + 1
    elif document_["shape"] == "series":
        drawn = document_["start"] + document_["complete"] * document_["step"]
        shown_until = min(drawn, bounds.end)
    until = max(bounds.start, min(shown_until, reach))
    narrowed = replace(stretch, bounds=bounds)
    return Task(shown.metric, narrowed, until, shown_until, shown_value(shown))


def live_task(trading: TradingTime, library: Library, shown: Shown) -> Task:
    """Return what to count for a number of the wall: as far as the archive has come.

    Raises NoHistory.
    """
    day = date.fromisoformat(shown.frame["business_date"])
    span = Span(trading.bounds(shown.window, day), day, shown.window, None)
    link = shown.frame["link"] or library.link
    stretch = Stretch(link, span.bounds, span.days(trading))
    return task_of(shown, stretch, library.reach(stretch))


def document(task: Task, found: Recount) -> dict[str, Any]:
    """Return a recount with all that is needed to repeat it."""
    known = found.value is not None and task.shown is not None
    return {
        "metric": task.metric.name,
        "unit": task.metric.unit.value,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "shown": task.shown,
        "difference": (found.value or 0) - (task.shown or 0) if known else None,
        "until": task.until,
        "shown_until": task.shown_until,
        "comparable": task.until == task.shown_until,
        "sql": found.sql,
        "parameters": dict(found.parameters),
        "rows": found.rows,
        "seconds": found.seconds,
    }
