"""Rules that are not of minutes: how old the data is, and the screen's own checks. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.alerts.findings import Finding
from pipeline.catalogue.alert_rule import AlertRule


@dataclass(frozen=True)
class Checks:
    """What a turn knows besides minutes.

    `age_ms` of the data on the source's clock (None: nothing was counted yet), which runs at
    `speed`; `rollup`: the frame's check; `accounting`: the frame's.
    """

    age_ms: int | None
    speed: float
    rollup: Mapping[str, Any]
    accounting: Mapping[str, Any]


def checked(rule: AlertRule, checks: Checks) -> Iterator[Finding]:
    """Yield the finding of a rule, none where nobody knows."""
    if rule.kind == "stale" and checks.age_ms is not None:
        pace = max(1.0, checks.speed)
        late, fresh = (int(seconds * pace) for seconds in (rule.seconds, rule.clear_seconds))
        age = checks.age_ms
        yield Finding(rule, None, age > late * 1000, age <= fresh * 1000, limit=late)
    elif rule.kind == "rollup" and checks.rollup["comparable"]:
        gap, equal = checks.rollup["sum"] - checks.rollup["whole"], checks.rollup["equal"]
        yield Finding(rule, None, not equal, equal, value=gap)
    elif rule.kind == "accounting" and checks.accounting["agree"] is not None:
        agree, auditor = checks.accounting["agree"], checks.accounting["auditor"] or {}
        own, other = checks.accounting["counted"], auditor.get("counted")
        yield Finding(rule, None, not agree, agree, own, other)
