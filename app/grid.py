"""Which tile stands where, for whatever a feed has: rows of CSS grid areas. Pure.

The lists fill three places: right of the chart (regions), and below it categories, brands and the
people (buyers, gender). What is left out gives its place to its neighbours, never to a hole.
"""

from collections.abc import Sequence

from app import ids

Areas = dict[str, str]
NAMES = {
    ids.REGIONS: "regs",
    ids.CATEGORIES: "cats",
    ids.BRANDS: "brnd",
    ids.BUYERS: "usrs",
    ids.GENDER: "gend",
}
FLOW = "flow"


def areas(shown: Sequence[str]) -> Areas:
    """Return the rows that differ, as custom properties: nine columns, and eighteen (32:9)."""
    return {**_nine(shown), **_eighteen(shown)}


def _nine(shown: Sequence[str]) -> Areas:
    low, regions = _blocks(shown), ["regs"] * 3 if ids.REGIONS in shown else []
    wide = [FLOW] * 6 + (regions or [FLOW] * 3)
    if len(low) == 3:
        return _rows(wide, [*low[0], *low[1], *low[2]])
    if len(low) == 2 and _people(shown):
        return _rows(wide, [*_stretched(low[0], 6), *low[1]])
    if len(low) == 2:  # two lists of goods: the regions beside them go on to the bottom
        both = [*low[0], *low[1], *regions] if regions else [*low[0], *_stretched(low[1], 6)]
        return _rows(wide, both)
    if len(low) == 1:  # the chart goes on to the bottom, the lists stand beside it
        return _rows([FLOW] * 6 + (regions or low[0]), [FLOW] * 6 + low[0])
    return _rows(wide, wide)


def _rows(flow: list[str], low: list[str]) -> Areas:
    return {"--row-flow": _quoted(flow), "--row-low": _quoted(low)}


def _eighteen(shown: Sequence[str]) -> Areas:
    """Six columns left, the chart at full height in the middle nine, three right."""
    low = _blocks(shown)
    people = low.pop() if _people(shown) else []
    left = [*low[0], *low[1]] if len(low) == 2 else _stretched(low[0], 6) if low else []
    if not left and people:
        left, people = _stretched(people, 6), []
    regions = ["regs"] * 3 if ids.REGIONS in shown else people or [FLOW] * 3
    top = [*["hero"] * 6, *[FLOW] * 9, *regions]
    middle = [*["kpis"] * 6, *[FLOW] * 9, *regions]
    bottom = [*(left or ["kpis"] * 6), *[FLOW] * 9, *(people or regions)]
    return {"--wide-1": _quoted(top), "--wide-2": _quoted(middle), "--wide-3": _quoted(bottom)}


def _blocks(shown: Sequence[str]) -> list[list[str]]:
    """Return the blocks below the chart, each of three columns, in the order asked for."""
    goods = [[NAMES[tile]] * 3 for tile in shown if tile in (ids.CATEGORIES, ids.BRANDS)]
    people = _people(shown)
    return [*goods, people] if people else goods


def _people(shown: Sequence[str]) -> list[str]:
    if ids.BUYERS in shown and ids.GENDER in shown:
        return ["usrs", "usrs", "gend"]
    return next(([NAMES[t]] * 3 for t in (ids.BUYERS, ids.GENDER) if t in shown), [])


def _stretched(block: list[str], columns: int) -> list[str]:
    return [name for name in block for _ in range(columns // len(block))]


def _quoted(row: list[str]) -> str:
    return f'"{" ".join(row)}"'
