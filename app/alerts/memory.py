"""Alerts of one link as they are remembered: every change is a line of the log, and read back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

import structlog

from app.alerts.judging import Alert, Held, Judged, Place
from app.alerts.log import AlertLog

VERSION = 1
log = structlog.get_logger()
_FIELDS = tuple(field.name for field in fields(Alert))


class Memory:
    """What is raised and not cleared. Not safe for threads: who holds it locks."""

    def __init__(self, written: AlertLog) -> None:
        self._log = written
        self.held = Held(read_back(written.read()), {}, {})

    @property
    def fault(self) -> str | None:
        return self._log.fault

    def take(self, judged: Judged, real_ms: int) -> None:
        """Remember a judgement and log what it changed; what waits for the disk is tried again."""
        self.held = judged.held
        entries = [_entry("raised", alert, real_ms) for alert in judged.raised]
        entries += [
            {"v": VERSION, "event": "cleared", "at": real_ms, "id": alert.id, "cause": cause}
            for alert, cause in judged.cleared
        ]
        self._log.append(entries, self._carried)

    def acknowledge(self, name: str, by: str, at: int, real_ms: int) -> Alert | None:
        """Note who has seen an alert, at an instant of the source's clock; the first one counts.

        None: there is no such alert.
        """
        found = next((a for a in self.held.alerts.values() if a.id == name), None)
        if found is None or found.acknowledged_at is not None:
            return found
        known = found.acknowledged(at, by)
        alerts = {**self.held.alerts, known.place: known}
        self.held = Held(alerts, self.held.seen, self.held.bad)
        entry = {
            **{"v": VERSION, "event": "acknowledged", "at": real_ms},
            **{"id": name, "by": by, "acknowledged_at": at},
        }
        self._log.append([entry], self._carried)
        return known

    def _carried(self) -> Iterator[dict[str, Any]]:
        for alert in self.held.alerts.values():
            yield {**_entry("raised", alert, alert.since), "carried": True}


def _entry(event: str, alert: Alert, at: int) -> dict[str, Any]:
    return {"v": VERSION, "event": event, "at": at, **asdict(alert)}


def read_back(entries: Iterable[Mapping[str, Any]]) -> Mapping[Place, Alert]:
    """Return the alerts that a log leaves raised; what is not understood is left out and said."""
    open_: dict[str, Alert] = {}
    for entry in entries:
        event, name = entry.get("event"), entry.get("id")
        if event == "raised":
            alert = _alert(entry)
            if alert is None:
                log.warning("alert log: not an alert", entry=str(entry)[:200])
            else:
                open_[alert.id] = alert
        elif event == "acknowledged" and isinstance(name, str) and name in open_:
            at, by = entry.get("acknowledged_at"), entry.get("by")
            if isinstance(at, int) and isinstance(by, str):
                open_[name] = open_[name].acknowledged(at, by)
        elif event == "cleared":
            open_.pop(str(name), None)
    return {alert.place: alert for alert in open_.values()}


def _alert(entry: Mapping[str, Any]) -> Alert | None:
    given: dict[str, Any] = {name: entry.get(name) for name in _FIELDS}
    texts, numbers = ("id", "rule"), ("since", "minute", "minutes")
    perhaps = ("value", "expected", "ratio", "limit", "acknowledged_at")
    plain = all(isinstance(given[name], str) for name in texts)
    whole = all(type(given[name]) is int for name in numbers)
    fits = all(given[name] is None or type(given[name]) is int for name in perhaps)
    named = all(given[name] is None or isinstance(given[name], str) for name in ("key", "by"))
    return Alert(**given) if plain and whole and fits and named else None
