"""The header: whose orders, which day, how long, how fresh."""

import json
from datetime import date
from typing import Any

from app import ids
from app.presenter.reading import MINUTE_MS, Reading

TROUBLED = ("stale", "degraded", "error")


def props(reading: Reading) -> dict[str, dict[str, Any]]:
    frame = reading.frame
    said = reading.window["state"]
    late = " late" if said["name"] in TROUBLED else ""
    opening, close = reading.opening, reading.close
    ordinary = "" if frame["promotion"] else "_ordinary"
    drawn: dict[str, dict[str, Any]] = {
        ids.TITLE: {"children": title(reading), "title": title(reading)},
        ids.MARK: mark(reading),
        ids.DATE: {"children": reading.date(date.fromisoformat(frame["business_date"]))},
        ids.SINCE_LABEL: {
            "children": reading.word(f"header.since{ordinary}", time=reading.clock(opening))
        },
        ids.SINCE: {"data-instant": str(opening * MINUTE_MS)},
        ids.UNTIL_LABEL: {
            "children": reading.word(
                f"header.until{ordinary}", time=reading.clock(close, closing=True)
            )
        },
        ids.UNTIL: {"data-instant": str(close * MINUTE_MS)},
        ids.FRESH: {"className": f"block fresh{late}", "title": why(reading, said)},
        ids.FRESH_LABEL: {"children": reading.word("header.data")},
        ids.DATA_TIME: {"children": reading.time(frame["as_of"])},
        ids.AGE: {"data-instant": str(frame["as_of"] or ""), **templates(reading)},
        ids.SILENT: {"data-silent": reading.word("header.silent", time="{time}")},
        ids.PAUSED: {"data-paused": reading.word("header.paused", time="{time}")},
        ids.SCENE: scenes(reading),
        ids.PERIOD_LABEL: {"children": reading.word("header.period")},
        ids.BASELINE_LABEL: {"children": reading.word("header.baseline")},
    }
    drawn.update(switches(reading))
    if reading.screen.show_link:
        drawn[ids.part(ids.LINK, "label")] = {"children": reading.word("header.link")}
        drawn[ids.LINK] = {"children": frame["link"] or "—"}
    return drawn


def scenes(reading: Reading) -> dict[str, str]:
    """Return what the scenes are called, and what is said when they do not turn."""
    names = {scene.id: scene.name[reading.lang] for scene in reading.screen.scenes}
    return {
        "data-names": json.dumps(names, ensure_ascii=False),
        "data-held": reading.word("header.held"),
    }


def why(reading: Reading, said: Any) -> str:
    return reading.word(f"reasons.{said['reason']}") if said["reason"] else ""


def title(reading: Reading) -> str:
    promotion = reading.frame["promotion"]
    shop: str = reading.screen.catalogue.shop.title.of(reading.lang)
    if not promotion:
        return shop
    return reading.word("header.title", name=promotion["name"][reading.lang])


def mark(reading: Reading) -> dict[str, Any]:
    """Return the scope line; orders that are not today's own are always marked in its place."""
    source = reading.frame["source"]
    kind = source["kind"] if source else ""
    if kind == "simulated":
        speed, seed = plain_speed(source["speed"]), source["seed"]
        text = reading.word("header.simulated", speed=speed, seed=seed)
        return {"children": text, "className": "sim"}
    if kind == "replayed":
        speed = plain_speed(source["speed"])
        key = "header.replayed" if source["speed"] else "header.replayed_standing"
        text = reading.word(key, date=reading.frame["business_date"], speed=speed)
        return {"children": text, "className": "sim"}
    return {"children": reading.screen.catalogue.shop.scope.of(reading.lang), "className": ""}


def plain_speed(speed: float) -> str:
    return f"{speed:g}"


def templates(reading: Reading) -> dict[str, str]:
    """Return the words that the client script fills with an age."""
    keep = {"h": "{h}", "m": "{m}", "s": "{s}"}
    return {
        f"data-{size}": reading.word(f"header.age_{size}", **keep) for size in ("hm", "ms", "s")
    }


def switches(reading: Reading) -> dict[str, dict[str, Any]]:
    """Return what the theme's icons say to whoever cannot see them, and the baselines' names."""
    words = {theme: reading.word(f"header.{theme}") for theme in ("dark", "light")}
    themes = {
        ids.theme_switch(theme): {"aria-label": said, "title": said}
        for theme, said in words.items()
    }
    baselines = {
        ids.baseline_switch(kind): {"children": reading.word(f"header.{kind}")}
        for kind in ids.BASELINES
    }
    special = reading.word("header.special"), reading.word("header.special_title")
    windows = {
        ids.window_switch(name): named(name, window.label.of(reading.lang))
        for name, window in reading.screen.catalogue.windows.items()
    }
    said = {"children": special[0], **named(*special)}
    return {**themes, **baselines, **windows, ids.SPECIAL_SWITCH: said}


def named(words: str, title: str) -> dict[str, str]:
    """Return the name of a button: what stands on it, and what that means."""
    return {"title": title, "aria-label": f"{words}: {title}"}
