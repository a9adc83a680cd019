"""The panels beside the tiles: why a number, what changed, what to compare with, the keys."""

from typing import Any

from app import ids
from app.presenter import against
from app.presenter.analyst_reading import Past
from app.presenter.reading import Reading
from components.analyst_models import Changes, Field, Form, Keys, Why
from components.widgets import changes as changes_widget
from components.widgets import tools
from components.widgets import why as why_widget
from pipeline.catalogue.model import Dimension, Unit
from pipeline.rollup.hierarchy import levels_above

Props = dict[str, dict[str, Any]]
SLOTS = (
    "label", "shown", "formula", "unit", "window", "sources", "freshness", "counts",
)  # fmt: skip
RECOUNTED = ("value", "difference", "rows", "seconds", "until")
KEYS = {
    "window": "1 2 3", "baseline": "Y M", "lang": "Z", "theme": "T", "pause": "␣",
    "scene": "[ ]", "full": "F", "history": "D", "live": "L", "cursor": "← →",
    "cursor_ten": "⇧ ← →", "clear": "Esc", "list": "?", "keep": "S",
}  # fmt: skip
RANGES = (("", "range"), ("yoy_", "yoy"), ("mom_", "mom"))


def why(reading: Reading) -> Props:
    """Draw the places that the page fills with /why.json and the recount."""
    word = reading.word
    model = Why(
        title=word("analyst.why"),
        close=word("analyst.close"),
        slots=tuple((name, word(f"analyst_why.{name}")) for name in SLOTS),
        recount=word("analyst_why.recount"),
        cancel=word("analyst_why.cancel"),
        recounted=tuple((name, word(f"analyst_why.{name}")) for name in RECOUNTED),
        note=word("analyst_why.note"),
        export=word("analyst_why.export"),
    )
    metrics = {tile: next(iter(roles.values())) for tile, roles in reading.screen.roles.items()}
    drawn = {"children": why_widget.render(model), "data-metrics": tools.going(metrics)}
    said = {
        "data-zone": reading.frame["zone"],
        "data-late": word("rejected.too_late"),
        "data-seconds": word("stages.age", s="{s}"),
        "data-window": word("analyst_why.window_line", name="{name}", ends="{ends}"),
        "data-cut": word("analyst_why.window_cut", line="{line}", time="{time}"),
        **{f"data-{n}": word(f"accounting.{n}") for n in ("counted", "duplicate", "rejected")},
        **{f"data-unit-{unit.value}": word(f"analyst_unit.{unit.value}") for unit in Unit},
        **{f"data-from-{n}": word(f"analyst_from.{n}") for n in ("redis", "facts", "events")},
    }
    return {ids.WHY_PANEL: {**drawn, **said, "aria-label": model.title}}


def keys(reading: Reading) -> Props:
    rows = tuple((key, reading.word(f"analyst_keys.{name}")) for name, key in KEYS.items())
    model = Keys(reading.word("analyst.keys"), reading.word("analyst.close"), rows)
    return {ids.KEYS_PANEL: {"children": tools.keys(model), "aria-label": model.title}}


def changes(past: Past) -> Props:
    """Draw the table that the page fills with /changes.json."""
    reading, word = past.reading, past.reading.word
    compared = against.active(reading)
    title, close = word("analyst_changes.title"), word("analyst.close")
    if compared is None:
        none = against.missing(reading) or word("analyst_changes.none")
        model = Changes(title, close, why_not=none)
    else:
        model = Changes(
            title,
            close,
            note=word("analyst_changes.note", name=against.name(reading, compared)),
            heads=tuple(word(f"analyst_changes.{name}") for name in ("own", "base", "difference")),
            splits=tuple((d.name, d.label.of(reading.lang)) for d in splittable(reading)),
            sum=word("analyst_changes.sum"),
        )
    drawn = {"children": changes_widget.render(model), "aria-label": title}
    return {ids.CHANGES_PANEL: {**drawn, "data-metric": reading.screen.roles[ids.HERO]["total"]}}


def splittable(reading: Reading) -> list[Dimension]:
    """Return the dimensions of the minute cubes, and the levels above them; never users."""
    catalogue = reading.screen.catalogue
    names: dict[str, None] = {}
    for cube in catalogue.minute_cubes():
        if catalogue.dimensions[cube.dimension].field not in (None, "user_id"):
            names |= dict.fromkeys(
                (cube.dimension, *levels_above(catalogue.dimensions, cube.dimension))
            )
    return [catalogue.dimensions[name] for name in names]


def comparing(past: Past) -> Props:
    """Draw the forms: another side, weekdays, an explicit range with its own baselines."""
    word, ask = past.reading.word, past.ask
    versus = Form(
        "versus",
        word("analyst.versus_title"),
        word("analyst.versus_note"),
        (Field("versus", word("analyst.versus_field"), "date", ask.get("versus") or ""),),
        word("analyst.send"),
    )
    weekday = Form(
        "weekday",
        word("analyst.weekday_title"),
        word("analyst.weekday_note"),
        (Field("weekday", word("analyst.weekday_field"), "checkbox", ask.get("weekday") or ""),),
        word("analyst.send"),
    )
    spans = tuple(
        Field(
            f"{prefix}{side}",
            word(f"analyst.{name}_{side}"),
            "datetime-local",
            known(past, prefix, side),
        )
        for prefix, name in RANGES
        for side in ("from", "to")
    )
    span = Form(
        "range",
        word("analyst.range_title"),
        word("analyst.range_note"),
        spans,
        word("analyst.send"),
    )
    forms = tools.forms(
        word("analyst.compare_title"), word("analyst.close"), (versus, weekday, span)
    )
    return {ids.COMPARING: {"children": forms, "aria-label": word("analyst.compare_title")}}


def known(past: Past, prefix: str, side: str) -> str:
    """Return a moment as it is asked for now; of the own range, the window's ends."""
    said = past.ask.get(f"{prefix}{side}")
    if said or prefix:
        return said or ""
    minute = past.reading.window["start" if side == "from" else "end"]
    return past.reading.local(minute * 60_000).strftime("%Y-%m-%dT%H:%M")
