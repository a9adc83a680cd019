"""Alerts, turn by turn: what is judged when, and who may say that he has seen one."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.alerts.checks import Checks, checked
from app.alerts.documents import document, documents
from app.alerts.findings import Finding, findings
from app.alerts.judging import MINUTE_MS, Judged, Moment, judge
from app.alerts.log import AlertLog
from app.alerts.memory import Memory
from app.alerts.stretches import Today
from app.metrics import Metrics
from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.rollup.baseline import Base
from pipeline.rollup.protocol import Cells
from pipeline.trading.windows import MinuteRange

MOST_AT_ONCE = 30  # minutes; what is older when it is read calls nobody any more
AGAIN_MINUTES = 60  # so far back is another clock's time, not a slower reading of this one's
SEVERITIES = ("act", "look")


@dataclass(frozen=True)
class Turn:
    """What a turn of the poller knows. `until`: the first minute that is not complete (epoch).

    `now_ms`: the source's clock, None unless it is heard; `cells_from`: cells of earlier minutes
    are not whole; `whole`: no cells are known to be lost. `bases` by kind, those that are there.
    """

    link: str
    until: int | None
    now_ms: int | None
    cells: Cells
    bounds: MinuteRange
    cells_from: int
    whole: bool
    bases: Mapping[str, Base]
    checks: Checks


class Alerting:
    """Judges what the poller hands in and answers requests; safe for threads."""

    def __init__(self, catalogue: Catalogue, home: Path, clock: Clock, metrics: Metrics) -> None:
        self._catalogue = catalogue
        self._folder = home / "alerts"
        self._clock = clock
        self._metrics = metrics
        self._lock = threading.Lock()
        self._memories: dict[str, Memory] = {}
        self._link = ""
        self._now_ms: int | None = None  # of the source's clock, at the last turn
        self._judged: int | None = None  # the last minute
        self._count = 0  # keys that were judged in it

    def after(self, turn: Turn) -> dict[str, Any]:
        """Judge what is new and return the frame's `alerts` and `alerting`."""
        with self._lock:
            memory = self._memory(turn.link)
            self._now_ms = turn.now_ms
            if turn.until is not None:
                self._judge_minutes(memory, turn, turn.until)
            self._judge_checks(memory, turn)
            said = documents(self._catalogue, memory.held.alerts.values())
            for severity in SEVERITIES:
                count = sum(one["severity"] == severity for one in said)
                self._metrics.alerts.labels(severity).set(count)
            return {"alerts": said, "alerting": {"judged": self._count, "log": memory.fault}}

    def acknowledge(self, name: str, by: str) -> dict[str, Any] | None:
        """Note that an alert was seen and return it; None when there is none of that id."""
        with self._lock:
            memory = self._memories.get(self._link)
            real = self._clock.now_ms()
            at = real if self._now_ms is None else self._now_ms
            alert = memory.acknowledge(name, by, at, real) if memory else None
            known = alert is not None and alert.rule in self._catalogue.alerts
            return document(self._catalogue, alert) if alert and known else None

    def _memory(self, link: str) -> Memory:
        if link not in self._memories:
            self._memories[link] = Memory(AlertLog(self._folder / f"{link}.jsonl"))
        if link != self._link:
            self._link, self._judged = link, None
        return self._memories[link]

    def _judge_minutes(self, memory: Memory, turn: Turn, until: int) -> None:
        before = self._judged
        if before is None or until - 1 < before - AGAIN_MINUTES:
            before = until - 2  # the newest alone: nobody was there to be called for the others
        latest = until if turn.now_ms is None else max(until, turn.now_ms // MINUTE_MS)
        first = max(before + 1, latest - MOST_AT_ONCE)
        today = self._today(turn, until) if first < until and turn.whole else None
        if today is None:
            return
        for minute in range(first, until):
            found = self._findings(turn, today, minute + 1)
            self._take(memory, found, Moment(minute, turn.now_ms))
            self._count = sum(finding.weighed for finding in found)
        self._judged = until - 1

    def _findings(self, turn: Turn, today: Today, end: int) -> list[Finding]:
        return [
            finding
            for rule in self._catalogue.alerts.values()
            if rule.metric is not None
            for finding in findings(
                rule, self._catalogue.metrics[rule.metric], today, turn.bases.get(rule.against), end
            )
        ]

    def _judge_checks(self, memory: Memory, turn: Turn) -> None:
        found = [
            finding
            for rule in self._catalogue.alerts.values()
            for finding in checked(rule, turn.checks)
        ]
        if turn.until is not None:
            self._take(memory, found, Moment(turn.until - 1, turn.now_ms))

    def _take(self, memory: Memory, found: list[Finding], at: Moment) -> None:
        judged: Judged = judge(memory.held, found, at, self._catalogue.alerts)
        memory.take(judged, self._clock.now_ms())

    def _today(self, turn: Turn, until: int) -> Today | None:
        """Return today's cells with the first minute that is whole; None while nothing came.

        A feed that began inside the window may have begun inside a minute.
        """
        cube = next((r.cube for r in self._catalogue.alerts.values() if r.cube is not None), None)
        if cube is None:
            return None
        lines = turn.cells.block(cube, turn.bounds.start, min(until, turn.bounds.end)).lines
        sold = lines.any(axis=1).nonzero()[0]
        if not len(sold):
            return None
        first = turn.bounds.start + int(sold[0])
        began = first if first == turn.bounds.start else first + 1
        return Today(turn.cells, turn.bounds, max(began, turn.cells_from))
