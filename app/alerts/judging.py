"""From findings to alerts: raised when out, kept until back, so that none flaps. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.alerts.findings import Finding
from pipeline.catalogue.alert_rule import AlertRule

Place = tuple[str, str | None]  # rule, key
Cause = Literal["back", "unjudged", "other_clock", "no_rule"]
UNJUDGED_MINUTES = 60  # what nobody could judge for so long is no longer said
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it was raised. `minute`: the last complete one looked at (epoch), `since` its end
    (epoch ms); `acknowledged_at` epoch ms of the same clock; `by`: the role. Units as in Finding.
    """

    id: str
    rule: str
    key: str | None
    since: int
    minute: int
    value: int | None
    expected: int | None
    ratio: int | None
    limit: int | None
    minutes: int
    acknowledged_at: int | None = None
    by: str | None = None

    @property
    def place(self) -> Place:
        return self.rule, self.key

    def acknowledged(self, at: int, by: str) -> "Alert":
        return replace(self, acknowledged_at=at, by=by)


@dataclass(frozen=True)
class Held:
    """What is remembered between two judgements, by place.

    `seen`: the last minute in which an alert was judged; `bad`: in which it was out.
    """

    alerts: Mapping[Place, Alert]
    seen: Mapping[Place, int]
    bad: Mapping[Place, int]


@dataclass(frozen=True)
class Judged:
    held: Held
    raised: tuple[Alert, ...] = ()
    cleared: tuple[tuple[Alert, Cause], ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is judged: the last complete minute (epoch), the source's clock if it is heard."""

    minute: int
    now_ms: int | None = None


def judge(
    held: Held, found: Iterable[Finding], at: Moment, rules: Mapping[str, AlertRule]
) -> Judged:
    """Judge once; who reads the log again from further back changes nothing raised since."""
    minute = at.minute
    alerts, seen, bad = dict(held.alerts), dict(held.seen), dict(held.bad)
    raised: list[Alert] = []
    cleared: list[tuple[Alert, Cause]] = []
    for finding in found:
        place = (finding.rule.name, finding.key)
        if finding.out:
            bad[place] = minute
            if place not in alerts:
                alerts[place] = alert_of(finding, minute)
                raised.append(alerts[place])
        if place not in alerts or minute < alerts[place].minute:
            continue
        seen[place] = minute
        if finding.back and not finding.out and _long_enough(finding.rule, bad.get(place), minute):
            cleared.append((alerts.pop(place), "back"))
    for place, alert in list(alerts.items()):
        cause = _over(alert, seen.setdefault(place, minute), at, rules)
        if cause is not None:
            cleared.append((alerts.pop(place), cause))
    seen, bad = ({p: m for p, m in known.items() if p in alerts} for known in (seen, bad))
    return Judged(Held(alerts, seen, bad), tuple(raised), tuple(cleared))


def _long_enough(rule: AlertRule, bad: int | None, minute: int) -> bool:
    """Say whether a check was good for long enough; a stretch of minutes knows that itself."""
    if rule.kind not in ("rollup", "accounting"):
        return True
    return bad is None or minute - bad >= rule.clear_minutes


def _over(alert: Alert, seen: int, at: Moment, rules: Mapping[str, AlertRule]) -> Cause | None:
    if alert.rule not in rules:
        return "no_rule"
    if at.now_ms is not None and alert.since > at.now_ms + MINUTE_MS:  # of an earlier run
        return "other_clock"
    return "unjudged" if at.minute - seen > UNJUDGED_MINUTES else None


def alert_of(finding: Finding, minute: int) -> Alert:
    rule = finding.rule
    return Alert(
        f"{rule.name}:{finding.key or ''}:{minute}",
        rule.name,
        finding.key,
        (minute + 1) * MINUTE_MS,
        minute,
        finding.value,
        finding.expected,
        finding.ratio,
        finding.limit,
        rule.minutes,
    )
