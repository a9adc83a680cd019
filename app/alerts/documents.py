"""Alerts as the frame says them (docs/design.md §8), worst first."""

from collections.abc import Iterable
from typing import Any

from app.alerts.judging import Alert
from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.model import Catalogue


def documents(catalogue: Catalogue, alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    """Return them: act before look, not acknowledged before acknowledged, oldest first."""
    known = [(catalogue.alerts[a.rule], a) for a in alerts if a.rule in catalogue.alerts]
    known.sort(key=_worst_first)
    return [document(catalogue, alert) for _, alert in known]


def _worst_first(said: tuple[AlertRule, Alert]) -> tuple[Any, ...]:
    rule, alert = said
    return (rule.severity != "act", alert.acknowledged_at is not None, alert.since, alert.id)


def document(catalogue: Catalogue, alert: Alert) -> dict[str, Any]:
    rule = catalogue.alerts[alert.rule]
    return {
        "id": alert.id,
        "rule": alert.rule,
        "kind": rule.kind,
        "severity": rule.severity,
        "label": {lang: label(catalogue, rule, alert.key, lang) for lang in ("zh", "en")},
        "metric": rule.metric,
        "dimension": rule.dimension,
        "key": alert.key,
        "since": alert.since,
        "minute": alert.minute,
        "value": alert.value,
        "expected": alert.expected,
        "ratio": alert.ratio,
        "limit": alert.limit,
        "minutes": alert.minutes,
        "state": "raised" if alert.acknowledged_at is None else "acknowledged",
        "acknowledged_at": alert.acknowledged_at,
        "by": alert.by,
    }


def label(catalogue: Catalogue, rule: AlertRule, key: str | None, lang: str) -> str:
    """Return the rule's label with the name of its key filled in."""
    text = rule.label.of(lang)
    if key is None or rule.dimension is None:
        return text
    members = catalogue.dimensions[rule.dimension].members
    known = members.get(key)
    return text.replace("{name}", known.label.of(lang) if known else key)
