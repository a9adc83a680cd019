"""The foot: what became of every message, what is wrong, and the five stages of the way."""

from collections.abc import Callable, Mapping
from typing import Any

from app import ids
from app.presenter import alarms, framing
from app.presenter.reading import Reading
from components import faces, formats
from components.foot_models import Alarm, Notice, Stage
from components.formats import Number
from components.widgets import strips

Props = dict[str, dict[str, Any]]
GRAVE = ("stale", "error")
NAMED_REASONS = 2
PLACES = 2
LINES, LINE_SIZE = (490.0, 415.0), 20  # design px of the numbers' face: alone, beside the door


def alerts(reading: Reading) -> Props:
    """Draw the two worst alerts; in their place, while there are none, the accounting."""
    said = reading.frame["accounting"]
    everything = alarms.alarms(reading)
    unseen = [alarm for alarm in everything if not alarm.seen]
    shown: list[Alarm | Notice | None] = [*unseen, unlogged(reading)]
    if not {one["kind"] for one in alarms.unseen(reading)} & {"stale", "rollup"}:
        shown.append(trouble(reading))  # else it would be said twice
    news = [one for one in shown if one is not None]
    quiet = [alarm for alarm in everything if alarm.seen]
    room = LINES[bool(news or quiet)]
    rest = [tally(reading, said, room), agreement(reading, said)]
    lines = [*news, *quiet, *rest]
    drawn = strips.foot(lines[:PLACES], *alarms.door(reading, lines[:PLACES]))
    worst = unseen[0].severity if unseen else "none"
    return {
        ids.ALERTS: {"children": drawn, "data-worst": worst, "data-open": ids.ALERTS_PANEL},
        **alarms.panel(reading, everything),
    }


def unlogged(reading: Reading) -> Notice | None:
    """Return the notice that alerts cannot be logged, or None."""
    if not reading.frame.get("alerting", {}).get("log"):
        return None
    return Notice("look", (reading.word("alerts.unlogged"),))


def tally(reading: Reading, said: Mapping[str, Any], room: float) -> Notice:
    """Return counted + duplicate + rejected + pending: every message is one of them.

    With all their digits where there is room for them.
    """
    if not said["consumed"]:
        return Notice("wait", (reading.word("accounting.none"),))
    line = amounts(reading, said, formats.whole)
    if faces.width("".join(p if isinstance(p, str) else p.text for p in line), LINE_SIZE) > room:
        line = amounts(reading, said, lambda n: formats.count(n, reading.lang, 4))
    return Notice("quiet", line)


def amounts(
    reading: Reading, said: Mapping[str, Any], written: Callable[[int], Number]
) -> tuple[Number | str, ...]:
    found = {
        "counted": said["counted"],
        "duplicate": said["duplicate"],
        "rejected": said["refused"],
        "pending": said["pending"],
    }
    pieces: list[Number | str] = []
    for name, amount in found.items():
        gap = reading.word("common.dot") if pieces else ""
        pieces += [gap, written(amount), f" {reading.word(f'accounting.{name}')}"]
    return tuple(pieces)


def trouble(reading: Reading) -> Notice | None:
    """Return the gravest thing wrong with what is shown, or None."""
    state = reading.window["state"]
    if state["name"] in (*GRAVE, "degraded"):
        reason = (reading.word(f"reasons.{state['reason']}"),) if state["reason"] else ()
        more = framing.detail(reading, state["reason"] or "", state) or framing.chip(reading, state)
        if more[: len(reason)] == reason:  # the chip says the reason itself
            reason = ()
        dot = (reading.word("common.dot"),) if reason and more else ()
        return Notice("act" if state["name"] in GRAVE else "look", (*reason, *dot, *more))
    return None


def agreement(reading: Reading, said: Mapping[str, Any]) -> Notice:
    """Return whether the auditor, who reads every message on its own, came to the same counts."""
    auditor = said["auditor"]
    if auditor is None:
        words = (reading.word("accounting.no_auditor"),)
        return Notice("look" if said["consumed"] else "wait", words)  # a start misses nobody
    if said["agree"] is False:
        detail = reading.line(
            "accounting.disagree_detail",
            counted=formats.whole(auditor["counted"]),
            duplicate=formats.whole(auditor["duplicate"]),
        )
        title = reading.word("accounting.disagree")
        return Notice("act", (title, reading.word("common.dot"), *detail))
    key = "agree" if said["agree"] else "comparing"
    line = (reading.word(f"accounting.{key}"), *refusals(reading, said))
    return Notice("quiet" if said["agree"] else "wait", line)


def refusals(reading: Reading, said: Mapping[str, Any]) -> tuple[Number | str, ...]:
    """Return the commonest reasons for refusing, with how often.

    What the mapping refused comes first: those lines never became messages of the topic.
    """
    ordered = sorted(((n, reason) for reason, n in said["rejected"].items() if n), reverse=True)
    unmapped = (said.get("adapter") or {}).get("refused")
    if unmapped:
        ordered.insert(0, (unmapped, "mapping"))
    pieces: list[Number | str] = []
    for n, reason in ordered[:NAMED_REASONS]:
        words = f"{reading.word('common.dot')}{reading.word(f'rejected.{reason}')} "
        pieces += [words, formats.whole(n)]
    return tuple(pieces)


def pipeline(reading: Reading) -> Props:
    stages = tuple(stage(reading, said) for said in reading.frame["stages"])
    named = {"aria-label": reading.word("twins.pipeline")}
    return {ids.PIPELINE: {"children": strips.stages(stages), **named}}


def stage(reading: Reading, said: Mapping[str, Any]) -> Stage:
    """Return a stage with its age or with what is wrong; a template with `{s}` is an age."""
    reason, key = said["reason"], said["id"]
    name, bad = reading.word(f"stages.{key}"), said["state"] in GRAVE
    title = said["detail"] or ""
    if not reason:
        aged = said["state"] == "live" and said["heard_at"] is not None
        if not aged:
            return Stage(key, name, bad, pieces=(formats.NOTHING,), title=title)
        return Stage(key, name, bad, reading.word("stages.age", s="{s}"), title=title)
    counts = {"lag": said["lag"], "restarted": said["restarts"]}
    if reason in counts:
        n = formats.count(counts[reason] or 0, reading.lang)
        line = reading.line(f"stage_reasons.{reason}", n=n)
        return Stage(key, name, bad, pieces=line, title=title)
    words = reading.word(f"stage_reasons.{reason}", s="{s}")
    if "{s}" in words:
        return Stage(key, name, bad, words, title=title)
    return Stage(key, name, bad, pieces=(words,), title=title)
