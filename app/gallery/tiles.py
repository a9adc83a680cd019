"""The tiles of a frame, drawn by the presenter into the layout of the wall, to be put in cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from app import ids
from app.gallery.markup import props_of, walk
from app.ids import Choice
from app.layout import layout
from app.presenter import present
from app.screen import Screen
from components import formats

STATES = ("loading", "empty", "live", "stale", "degraded", "error")
LOST = "lost"  # the frame for what is degraded by lost data
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls")
Frame = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A row of the gallery: a part of the wall, by its id.

    `degraded`: the frame in which it is; `only`: so many of its parts; `wide`: its cells stand
    under each other.
    """

    tile: str
    degraded: str = "degraded"
    only: int | None = None
    wide: bool = False

    def frame(self, state: str) -> str:
        return self.degraded if state == "degraded" else state


ROWS = (
    Row(ids.KPIS, only=1),
    Row(ids.HERO, wide=True),
    Row(ids.FLOW, wide=True),
    Row(ids.CATEGORIES),
    Row(ids.BRANDS, LOST),
    Row(ids.BUYERS),
    Row(ids.GENDER, LOST),
    Row(ids.REGIONS),
    Row(ids.ALERTS, LOST, wide=True),
    Row(ids.PIPELINE, LOST),
    Row(ids.FRESH, LOST),
)


def drawn(screen: Screen, frame: Frame, choice: Choice) -> dict[str, Component]:
    """Return the parts of a wall that shows the frame, by their ids."""
    page = layout(screen, choice)
    placed = {part.id: part for part in walk(page) if getattr(part, "id", None)}
    for name, props in present(screen, frame, choice).items():
        for prop, value in props.items():
            setattr(placed[name], prop, value)
    for part in walk(page):
        tick(part, frame)
    return placed


def cell(row: Row, state: str, parts: Mapping[str, Component]) -> Component:
    """Return a row's part with ids of its own: `<state>-<tile>-...`."""
    part = parts[row.tile]
    if row.only is not None:
        part.children = part.children[: row.only]
    prefix = f"{row.tile}-{state}"
    inside = {said["id"] for one in walk(part) if "id" in (said := props_of(one))}
    for one in walk(part):
        props = props_of(one)
        if one._type == "Section" and "role" not in props:
            one.role = "group"  # so many landmarks would be none
        if "id" in props:
            one.id = f"{prefix}-{props['id']}"
        for name in REFERRING:
            if name in props:
                named = [f"{prefix}-{to}" for to in props[name].split() if to in inside]
                setattr(one, name, " ".join(named) or None)  # a panel is not in the gallery
    return part


def tick(part: Component, frame: Frame) -> None:
    """Write what the page's script would write: the ages, by the frame's own clock."""
    said = props_of(part)
    source = frame["source"]
    if said.get("data-tick") == "age" and said["data-instant"]:
        now = source["anchor_ms"] if source else frame["as_of"]
        part.children = age(now - int(said["data-instant"]), said)
    elif said.get("data-tick") == "heard":
        heard = {stage["id"]: stage["heard_at"] for stage in frame["stages"]}
        now = heard["screen"]  # this very tick
        instant = heard[said["data-stage"]]
        part.children = (
            formats.NOTHING if instant is None else said["data-s"].format(s=seconds(now - instant))
        )


def age(ms: int, words: Mapping[str, str]) -> str:
    hours, minutes, rest = ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60
    template = words["data-hm"] if hours else words["data-ms"] if minutes else words["data-s"]
    return template.format(h=hours, m=minutes, s=rest)


def seconds(ms: int) -> str:
    tenths = (ms + 50) // 100
    return formats.point(tenths, 1) if tenths < 100 else str(tenths // 10)
