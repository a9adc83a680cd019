"""The one number against its baselines, and the six key figures."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app import ids
from app.presenter import against, framing
from app.presenter.framing import NO_VALUES
from app.presenter.reading import Reading
from components import formats, hero_number, panel
from components.formats import Number
from components.models import Against, Delta, Hero, Kpi, Pace
from components.widgets import hero as hero_widget
from components.widgets import kpis as kpis_widget
from pipeline.catalogue.model import Metric, Unit


def props(reading: Reading) -> dict[str, dict[str, Any]]:
    start = reading.window["start"]
    note = reading.word("hero.note", time=reading.clock(start), day=reading.day(start))
    frame = framing.panel(reading, ids.HERO, reading.word("hero.title"), note)
    digits, beside = hero_widget.render(model(reading))
    return {
        **panel.props(ids.HERO, against.framed(reading, frame)),
        ids.part(ids.HERO, "body"): {"children": digits},
        ids.part(ids.HERO, "deltas"): {"children": beside},
    }


def model(reading: Reading) -> Hero:
    value = reading.value(ids.HERO, "total")["value"]
    if value is None or reading.state(ids.HERO)["name"] in NO_VALUES:
        return Hero(None, (), formats.NOTHING, "")
    alone = against.without_history(reading)
    compared = () if alone else against.comparisons(reading).values()
    paces = reading.values(ids.HERO)["paces"] if alone else ()
    return Hero(
        value,
        hero_number.parts(value, reading.lang, reading.currency),
        hero_number.text(value, reading.lang, reading.currency),
        formats.exact_money(value, reading.currency),
        tuple(compare(reading, said) for said in compared),
        tuple(pace(reading, said) for said in paces),
    )


def compare(reading: Reading, said: against.Comparison) -> Against:
    """Return the hero against one baseline, which prints its own end; or why there is none."""
    metric = reading.screen.metric(ids.HERO, "total")
    delta = against.delta(reading, said, metric)
    if delta is None or delta.number.value is None:
        words = {"kind": against.kind(reading, said), "why": delta.why if delta else ""}
        caption = reading.line("against.none", **words)
        return Against(said["kind"], delta or Delta(Number(None)), caption)
    value = reading.money(said["metrics"][metric.name]["value"], 4)
    return Against(said["kind"], delta, against.by(reading, said, value))


def pace(reading: Reading, said: Mapping[str, Any]) -> Pace:
    """Return the last complete minutes, against as many before."""
    time = reading.clock(said["end"], closing=True)
    return Pace(
        reading.money(said["value"], 4),
        reading.word(f"hero.pace_{said['minutes']}", time=time),
        formats.percent(said["change"]).unsigned(),
        reading.word("hero.against"),
    )


def kpis(reading: Reading) -> dict[str, dict[str, Any]]:
    drawn = tuple(kpi(reading, name) for name in reading.screen.kpis)
    named = {"aria-label": reading.word("twins.kpis")}
    return {ids.KPIS: {"children": kpis_widget.render(drawn), **named}}


def kpi(reading: Reading, name: str) -> Kpi:
    said = reading.state(name)
    reason = said["reason"] or "no_orders"
    metric = reading.screen.metric(name, "total")
    value = reading.value(name, "total")
    shown = None if said["name"] in NO_VALUES else value["value"]
    number = reading.number(metric.unit, shown, 4)
    if metric.unit is Unit.MONEY and "denominator" in value:
        number = formats.full_money(shown, reading.currency)
    beside = None
    if "beside" in reading.screen.roles[name] and shown is not None:
        unit = reading.screen.metric(name, "beside").unit
        beside = reading.number(unit, reading.value(name, "beside")["value"])
    return Kpi(
        name,
        metric.label.of(reading.lang),
        number,
        against.troubled(reading, said["name"]),
        beside,
        reading.word(f"reasons.{reason}"),
        framing.detail(reading, reason, said),
        metric.description.of(reading.lang),
        None if said["name"] in NO_VALUES else delta(reading, metric),
    )


def delta(reading: Reading, metric: Metric) -> Delta | None:
    if against.without_history(reading):
        return None
    said = against.chosen(reading)
    found = against.delta(reading, said, metric)
    if said is None or found is None or found.number.value is not None:
        return found
    return replace(found, name=against.kind(reading, said))
