"""What the charts show, as tables: the flow by the hour, the brands' ranks, units by gender."""

from collections.abc import Mapping, Sequence
from typing import Any

from app import ids
from app.presenter import against
from app.presenter.framing import NO_VALUES
from app.presenter.reading import Reading
from components import formats
from components.formats import Number
from components.models import Row, Twin
from components.widgets import twin

NONE = Number(None)
DAY = 1440  # minutes
Props = dict[str, dict[str, Any]]


def props(tile: str, model: Twin) -> Props:
    return {ids.part(tile, "twin"): {"children": twin.render(model)}}


def flow(reading: Reading) -> Twin:
    """Return sales by the hour and their sum, beside those of the baseline."""
    own = reading.values(ids.FLOW)["stretches"]
    said = against.active(reading)
    base = said["stretches"] if said and said["stretches"]["step"] == own["step"] else None
    whole = () if reading.state(ids.FLOW)["name"] in NO_VALUES else own["values"]
    columns = [whole, own["sums"][: len(whole)]]
    heads = [reading.word(f"twins.{name}") for name in ("time", "sales", "sum")]
    if said and base:
        name = against.name(reading, said)
        heads += [reading.word("twins.base", name=name), reading.word("twins.base_sum", name=name)]
        columns += [base["values"], base["sums"]]
    length = max(map(len, columns))
    rows = tuple(
        (
            dated(reading, own["start"] + i * own["step"], own["step"]),
            tuple(reading.money(column[i]) if i < len(column) else NONE for column in columns),
        )
        for i in range(length)
    )
    return Twin(reading.word("twins.flow"), tuple(heads), rows)


def dated(reading: Reading, start: int, step: int) -> str:
    """Return a stretch's day, and from when to when: a window can have an hour twice."""
    day = reading.day(start)
    return day if step >= DAY else f"{day} {stretch(reading, start, step)}"


def stretch(reading: Reading, start: int, step: int) -> str:
    return f"{reading.clock(start)}–{reading.clock(start + step, closing=True)}"


def brands(reading: Reading, sides: Sequence[Sequence[Row]]) -> Twin:
    """Return each brand with its rank in both lists; a dash where it is not in one."""
    left, right = ({row.key: row for row in side} for side in sides)
    keys = [*left, *(key for key in right if key not in left)]
    rows = tuple(
        (
            (left.get(key) or right[key]).name,
            tuple(
                cell
                for side in (left, right)
                for cell in ((side[key].rank, side[key].value) if key in side else (NONE, NONE))
            ),
        )
        for key in keys
    )
    names = ("brand", "rank_amount", "amount", "rank_units", "units")
    heads = tuple(reading.word(f"twins.{name}") for name in names)
    return Twin(reading.word("twins.brands"), heads, rows)


def gender(reading: Reading, keys: Sequence[str], shown: int) -> Twin:
    """Return the units of the last complete steps by gender."""
    said: Mapping[str, Any] = reading.value(ids.GENDER, "volume")
    dimension = reading.screen.metric(ids.GENDER, "share").dimension
    complete, step = said["complete"], said["step"]
    first = max(0, complete - shown)
    rows = tuple(
        (
            stretch(reading, said["start"] + i * step, step),
            tuple(counted(reading, said["values"].get(key, ()), i) for key in keys),
        )
        for i in range(first, complete)
    )
    heads = (reading.word("twins.time"), *(reading.name(dimension, key) for key in keys))
    return Twin(reading.word("twins.gender"), heads, rows)


def counted(reading: Reading, values: Sequence[int], place: int) -> Number:
    return formats.count(values[place] if place < len(values) else None, reading.lang)
