"""Alerts in words: for the strip, their panel, and the marks they are about."""

from collections.abc import Mapping, Sequence
from typing import Any

from app import ids
from app.presenter.reading import MINUTE_MS, Reading
from components import formats
from components.foot_models import Alarm, Alarms, Notice
from components.formats import Number
from components.models import Pieces
from components.widgets import alarms as widget
from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.model import Unit

Props = dict[str, dict[str, Any]]
Said = Mapping[str, Any]


def said(reading: Reading) -> Sequence[Said]:
    """Return the frame's alerts whose rule is known, worst first; history has none."""
    rules = reading.screen.catalogue.alerts
    return [one for one in reading.frame.get("alerts", ()) if one["rule"] in rules]


def unseen(reading: Reading) -> Sequence[Said]:
    return [one for one in said(reading) if one["state"] == "raised"]


def alarms(reading: Reading) -> list[Alarm]:
    return [alarm(reading, one) for one in said(reading)]


def alarm(reading: Reading, one: Said) -> Alarm:
    rule = reading.screen.catalogue.alerts[one["rule"]]
    label = rule.label.of(reading.lang)
    if one["key"] is not None:
        label = label.replace("{name}", reading.name(one["dimension"], one["key"]))
    seen = ""
    if one["state"] == "acknowledged":
        role = reading.word(f"alerts.role_{one['by']}") if one["by"] in ROLES else one["by"]
        seen = reading.word("alerts.seen", time=reading.time(one["acknowledged_at"])[:5], by=role)
    return Alarm(
        one["id"],
        one["severity"],
        reading.clock(one["since"] // MINUTE_MS),
        label,
        sentence(reading, rule, one),
        seen,
    )


ROLES = ("wall", "analyst", "operator")
JUDGED = ("live", "empty")  # states in which "none" is something somebody knows


def sentence(reading: Reading, rule: AlertRule, one: Said) -> Pieces:
    """Return the rule's words with their numbers, each still carrying its integer."""
    slots = numbers(reading, rule, one)
    return reading.filled(rule.words.of(reading.lang), slots)


def numbers(reading: Reading, rule: AlertRule, one: Said) -> dict[str, Number]:
    value, expected, limit = one["value"], one["expected"], one["limit"]
    slots = {"minutes": formats.whole(one["minutes"]), "ratio": formats.times(one["ratio"])}
    if rule.kind == "rollup":
        return {**slots, "value": reading.money(value, 4)}
    if rule.metric is None:
        plain = {"value": value, "expected": expected, "limit": limit}
        return {**slots, **{name: formats.whole(number) for name, number in plain.items()}}
    unit = reading.screen.catalogue.metrics[rule.metric].unit
    return {
        **slots,
        "value": reading.number(unit, value),
        "expected": reading.number(unit, expected),
        "limit": edge(reading, rule, unit, limit),
    }


def edge(reading: Reading, rule: AlertRule, unit: Unit, limit: int | None) -> Number:
    """Return an edge with no more decimals than it has."""
    if rule.kind == "band":
        return formats.times(limit, 1 if (limit or 0) % 100_000 == 0 else 2)
    if unit is Unit.RATE:
        return formats.percent(limit, 0 if (limit or 0) % 10_000 == 0 else 2)
    return reading.number(unit, limit)


def by_key(reading: Reading) -> dict[tuple[str | None, str], Number]:
    """Return how many times what is expected, by dimension and key, of unseen or seen alerts."""
    found = [one for one in said(reading) if one["key"] is not None and one["ratio"] is not None]
    return {(one["dimension"], one["key"]): formats.times(one["ratio"]) for one in reversed(found)}


def door(reading: Reading, shown: Sequence[Alarm | Notice]) -> tuple[Pieces, str, str]:
    """Return what the button says that opens the panel, its label, and the word of a mute page."""
    everything = said(reading)
    more = len(everything) - sum(isinstance(one, Alarm) for one in shown)
    words: Pieces = (reading.word("alerts.all"),)
    if more > 0:
        words = reading.line("alerts.more", n=formats.whole(more))
    elif not everything and reading.window["state"]["name"] in JUDGED:
        judged = reading.frame.get("alerting", {}).get("judged", 0)
        key = "alerts.within" if judged else "alerts.none"
        words = reading.line(key, n=formats.whole(judged))
    return words, reading.word("alerts.open"), reading.word("alerts.mute")


def panel(reading: Reading, everything: Sequence[Alarm]) -> Props:
    word = reading.word
    model = Alarms(
        word("alerts.title"),
        word("analyst.close"),
        word("alerts.nothing"),
        word("alerts.acknowledge"),
        tuple(everything),
    )
    drawn = {"children": widget.panel(model), "aria-label": model.title}
    return {
        ids.ALERTS_PANEL: {
            **drawn,
            "data-failed": word("alerts.failed"),
            "data-sure": word("alerts.sure"),
        }
    }
