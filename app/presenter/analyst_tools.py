"""The row of tools: which day, which promotion, how fine, and what to take along."""

from datetime import date
from typing import Any

from app import ids
from app.presenter import analyst_drill
from app.presenter.analyst_reading import Past
from components.analyst_models import Button, Crumb, Group
from components.widgets import tools

STEPS = (1, 10, 60)
PROMOTIONS = 4
DRILLS = {ids.REGIONS: "ranking", ids.CATEGORIES: "ranking", ids.BRANDS: "left"}


def props(past: Past) -> dict[str, dict[str, Any]]:
    groups = (dates(past), promotions(past), steps(past), comparing(past))
    return {
        ids.TOOLBAR: {
            "children": tools.row(groups, exports(past)),
            "data-ask": tools.going(dict(past.ask)),
            "data-link": tools.going(permalink(past)),
            "data-drills": tools.going(drills(past)),
            "aria-label": past.reading.word("analyst.tools"),
        },
        ids.CRUMBS: {"children": crumbs(past)},
    }


def permalink(past: Past) -> dict[str, str]:
    """Return what a link remembers of the numbers it was made from."""
    said = {"gen": past.history["generation"], "as_of": past.history["as_of"]}
    return {name: str(value) for name, value in said.items() if value is not None}


def drills(past: Past) -> dict[str, str]:
    """Return tile -> dimension that its rows can be drilled into."""
    screen = past.reading.screen
    found = {tile: screen.metric(tile, role).dimension for tile, role in DRILLS.items()}
    found[ids.REGIONS] = analyst_drill.leaf_drilled(past) or found[ids.REGIONS]
    return {tile: dimension for tile, dimension in found.items() if dimension}


def dates(past: Past) -> Group:
    word, day = past.reading.word, past.day
    before, after = past.before(day), past.after(day)
    return Group(
        word("analyst.date"),
        (
            Button(icon="chevron-left", title=word("analyst.before"), **leads(before)),
            Button(
                short_date(past, day),
                "calendar-days",
                word("analyst.calendar"),
                opens=ids.CALENDAR,
            ),
            Button(icon="chevron-right", title=word("analyst.after"), **leads(after)),
        ),
    )


def leads(day: date | None) -> dict[str, Any]:
    """Return where a button leads; nowhere when there is no such day."""
    return {"off": True} if day is None else {"go": {"date": day.isoformat()}}


def short_date(past: Past, day: date) -> str:
    month = past.reading.word(f"header.month_{day.month}")
    return past.reading.word("analyst.short_date", year=day.year, month=month, day=day.day)


def promotions(past: Past) -> Group:
    """Return the latest promotions, and the one looked at; a live one leads back to the wall."""
    chosen = past.day.isoformat()
    known = list(past.promotions())
    shown = known[:PROMOTIONS]
    shown += [p for p in known[PROMOTIONS:] if p["date"] == chosen]
    return Group(
        past.reading.word("analyst.promotions"),
        tuple(promotion(past, p, chosen) for p in shown[-PROMOTIONS:]),
    )


def promotion(past: Past, said: Any, chosen: str) -> Button:
    name = said["name"][past.reading.lang]
    if said["live"]:
        return Button(past.reading.word("analyst.live", name=name), act="back", pressed=False)
    pressed = past.kind == "day" and said["date"] == chosen
    return Button(name, go={"date": said["date"]}, pressed=pressed)


def steps(past: Past) -> Group:
    chosen = str(past.ask["step"])
    return Group(
        past.reading.word("analyst.step"),
        tuple(
            Button(
                past.reading.word(f"analyst.step_{step}"),
                go={"step": str(step)},
                pressed=str(step) == chosen,
            )
            for step in STEPS
        ),
    )


def comparing(past: Past) -> Group:
    word = past.reading.word
    versus = past.ask.get("versus")
    words = word("analyst.compare")
    if versus:
        words = word("analyst.versus", day=short_date(past, date.fromisoformat(versus)))
    return Group(
        word("analyst.compare_label"),
        (
            Button(words, opens=ids.COMPARING, title=word("analyst.compare_title")),
            Button(word("analyst.changes"), opens=ids.CHANGES_PANEL),
        ),
    )


def exports(past: Past) -> Group:
    word = past.reading.word
    return Group(
        word("analyst.take"),
        (
            Button(icon="link", title=word("analyst.copy"), act="copy"),
            Button("CSV", "download", word("analyst.csv"), act="csv"),
            Button("JSON", title=word("analyst.json"), act="json"),
            Button("PNG", title=word("analyst.png"), act="png"),
            Button(icon="printer", title=word("analyst.print"), act="print"),
        ),
    )


def crumbs(past: Past) -> list[Any]:
    """Return what is drilled into: each crumb takes itself away, `All` takes all."""
    reading, drill = past.reading, list(past.ask.get("drill") or ())
    if not drill:
        return []
    said = past.history["filter"]
    made = [Crumb(reading.word("analyst.all"), {"drill": None}, reading.word("analyst.undrill"))]
    for i, step in enumerate(drill):
        name = filter_name(past, said[i]) if i < len(said) else step
        left = [other for other in drill if other != step]
        made.append(Crumb(name, {"drill": left or None}, reading.word("analyst.undrill")))
    note = reading.word("analyst.from_events")
    return tools.crumbs(made, reading.word("analyst.filter"), note)


def filter_name(past: Past, said: Any) -> str:
    """Return the name of a key drilled into, whatever it is told in."""
    name = said.get("name")
    if isinstance(name, dict):
        return str(name[past.reading.lang])
    return str(name or past.reading.name(said["dimension"], said["key"]))
