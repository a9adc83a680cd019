"""Scenes: which tiles fill the page, one after another (`[[scene]]` in screen.toml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

WHOLE: Final = "whole"
TILES: Final = ("hero", "kpis", "flow", "regions", "categories", "brands", "buyers", "gender")
SECONDS: Final = (5, 3600)
COLUMNS: Final = 9


@dataclass(frozen=True)
class Scene:
    """`areas`: lines of tile names, as they lie on the page; none: the whole page.

    `rows`: each line's share of the height. `seconds`: how long it stands when scenes turn.
    `strangers`: entries that mean nothing.
    """

    id: str
    name: Mapping[str, str]
    seconds: int
    areas: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    strangers: tuple[str, ...] = ()


def scenes_of(written: Sequence[Mapping[str, Any]]) -> tuple[Scene, ...]:
    """Return the scenes as they are written; `scene_faults` says what is wrong with them."""
    known = {field.name for field in fields(Scene)} - {"strangers"}
    return tuple(
        Scene(
            str(said.get("id", "")),
            said.get("name", {}),
            said.get("seconds", 0),
            tuple(" ".join(str(line).split()) for line in said.get("areas", ())),
            tuple(said.get("rows", ())),
            tuple(sorted(set(said) - known)),
        )
        for said in written
    )


def scene_faults(scenes: Sequence[Scene], languages: Sequence[str]) -> list[str]:
    """Return everything that is wrong, each naming its scene."""
    faults = []
    for scene in scenes:
        place = f"scene {scene.id!r}"
        faults += [f"{place}: {fault}" for fault in _faults(scene, languages)]
        if [other.id for other in scenes].count(scene.id) > 1:
            faults.append(f"{place}: there are two of this name")
    if scenes and (scenes[0].id != WHOLE or scenes[0].areas):
        faults.append(
            f"scene: the first is {WHOLE!r} and has no areas; an alarm holds the page there"
        )
    return list(dict.fromkeys(faults))


def _faults(scene: Scene, languages: Sequence[str]) -> list[str]:
    faults = [f"{name}: unknown entry" for name in scene.strangers]
    if not scene.id.isascii() or not scene.id.isidentifier():
        faults.append("id: a short word of letters, which stands in addresses")
    faults += [f"name: no {lang}" for lang in languages if not scene.name.get(lang)]
    low, high = SECONDS
    if not isinstance(scene.seconds, int) or not low <= scene.seconds <= high:
        faults.append(f"seconds: {low} to {high}")
    if len(scene.rows) != len(scene.areas) or not all(
        isinstance(row, int) and row > 0 for row in scene.rows
    ):
        faults.append("rows: one whole number above 0 for each line of areas")
    return faults + _area_faults([line.split() for line in scene.areas])


def _area_faults(lines: Sequence[Sequence[str]]) -> list[str]:
    """Say what a browser could not lay out: it would drop the whole page's grid in silence."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    faults = [f"areas: no tile {name!r}" for name in names if name not in TILES]
    widths = {len(line) for line in lines}
    if lines and (len(widths) > 1 or not 0 < max(widths) <= COLUMNS):
        return [*faults, f"areas: lines of equally many tiles, {COLUMNS} at most"]
    for name in names:
        cells = {
            (y, x) for y, line in enumerate(lines) for x, one in enumerate(line) if one == name
        }
        rows, columns = ({cell[side] for cell in cells} for side in (0, 1))
        whole = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
        if whole != len(cells):
            faults.append(f"areas: {name} is not one rectangle")
    return faults
