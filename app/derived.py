"""What tiles show besides metrics, from the metrics' integers alone. Pure.

Cents, epoch minutes UTC, parts per million; rounded half up. The rules are those of
docs/design.md §8: whoever has the frame can take every one of these again.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from app import ids
from pipeline.catalogue.model import Unit
from pipeline.rollup.arithmetic import divide_half_up, ratio

PACES = (10, 60)  # minutes
HOUR, DAY = 60, 1440
MANY_HOURS = 48

Values = dict[str, Any]
Roles = Mapping[str, Mapping[str, Any]]  # role of a tile -> value document


def tile_values(tile: str, roles: Roles) -> Values:
    """Return the `values` of a tile; empty when it shows metrics only."""
    rule = _RULES.get(tile)
    return rule(roles) if rule else {}


def _hero(roles: Roles) -> Values:
    paces = (pace(roles["flow"], minutes) for minutes in PACES)
    return {"paces": [found for found in paces if found]}


def pace(flow: Mapping[str, Any], minutes: int) -> Values | None:
    """Return the sum of the last complete `minutes` against as many before.

    None while fewer are complete; `before` and `change` are None while those before are not, and
    `change` also when they did not sell.
    """
    values = flow["values"]
    if len(values) < minutes:
        return None
    value = sum(values[-minutes:])
    earlier = values[-2 * minutes : -minutes]
    before = sum(earlier) if len(earlier) == minutes else None
    return {
        "minutes": minutes,
        "end": flow["start"] + len(values),
        "value": value,
        "before": before,
        "change": ratio(value - before, before, Unit.RATE) if before and before > 0 else None,
    }


def _flow(roles: Roles) -> Values:
    """Return the last complete minute and the sum of all complete ones, None before the first."""
    values, start = roles["flow"]["values"], roles["flow"]["start"]
    said = {"stretches": stretches(values, start, len(values))}
    if not values:
        return {"minute": None, "sum": None, **said}
    orders, total = roles["orders"]["values"], sum(values)
    last = len(values) - 1
    return {
        "minute": {
            "minute": start + last,
            "value": values[last],
            "orders": orders[last] if last < len(orders) else None,
        },
        "sum": {
            "end": start + len(values),
            "value": total,
            "average": divide_half_up(total, len(values)),
        },
        **said,
    }


def stretches(values: Sequence[int], start: int, minutes: int) -> Values:
    """Return the sums of whole hours, and the running ones; of days where there are many hours."""
    step = HOUR if minutes <= MANY_HOURS * HOUR else DAY
    sums = [sum(values[i : i + step]) for i in range(0, len(values) - step + 1, step)]
    return {"start": start, "step": step, "values": sums, "sums": list(accumulate(sums))}


def shares(document: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the part of the whole by key; None where it has none."""
    total = document["total"]
    return {
        row["key"]: ratio(row["value"], total, Unit.RATE)
        if total > 0 and row["value"] >= 0
        else None
        for row in document["rows"]
    }


def _ranked(roles: Roles) -> Values:
    return {"shares": shares(roles["ranking"])}


def _gender(roles: Roles) -> Values:
    """Return the shares, and the last complete step of the volume over all keys."""
    volume = roles["volume"]
    ends = [values[-1] for values in volume["values"].values() if values]
    start = volume["start"] + (volume["complete"] - 1) * volume["step"]
    return {
        "shares": shares(roles["share"]),
        "step": {"start": start, "value": sum(ends)} if ends else None,
    }


_RULES: Mapping[str, Callable[[Roles], Values]] = {
    ids.HERO: _hero,
    ids.FLOW: _flow,
    ids.REGIONS: _ranked,
    ids.CATEGORIES: _ranked,
    ids.GENDER: _gender,
}
