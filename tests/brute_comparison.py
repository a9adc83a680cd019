"""A comparison counted from plain order lines, one by one: it imports nothing of the project.

The rules are those of docs/design.md §12, written down a second time. Minutes are epoch minutes
UTC, amounts cents, ratios parts per million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

WINDOWS = {"4H": (-4, 0), "24H": (0, 24), "28H": (-4, 24)}  # hours from 00:00 of the date
# (alias, month, day) of the packaged calendar, 2024 to 2026
PROMOTIONS = {(6, 18): ("6.18", "618"), (11, 11): ("11.11", "双11"), (12, 12): ("12.12", "双12")}
PROMOTION_YEARS = (2024, 2025, 2026)
DIMENSIONS = ("category", "brand", "gender", "province", "warehouse")
Document = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """An order line; a text that was not given is ""."""

    event_id: str
    ms: int
    kind: str
    line_no: int
    quantity: int
    amount: int
    user: str
    keys: Mapping[str, str]

    @property
    def minute(self) -> int:
        return self.ms // 60_000

    def key(self, dimension: str) -> str:
        if dimension == "guests":
            return "user" if self.user else "guest"
        return self.keys[dimension] or "unknown"


@dataclass(frozen=True)
class Case:
    """Compare a window of a day with its baseline, after so many minutes of it."""

    day: date
    window: str
    kind: str
    elapsed: int


@dataclass(frozen=True)
class Shop:
    """`regions`: warehouse -> region."""

    zone: str
    regions: Mapping[str, str]


def compare(lines: Sequence[Line], shop: Shop, case: Case) -> Document:
    """Return the comparison of §12 without `source`; {"reason"} where there is no baseline."""
    other = baseline_day(case.day, case.kind)
    if other is None:
        return {"reason": "no_promotion_before"}
    own_start, own_end = stretch(shop.zone, case.window, case.day)
    start, end = stretch(shop.zone, case.window, other)
    elapsed = min(case.elapsed, own_end - own_start)
    own_until, until = own_start + elapsed, min(start + elapsed, end)
    own = [line for line in lines if own_start <= line.minute < own_until]
    base = [line for line in lines if start <= line.minute < until]
    whole = [line for line in lines if start <= line.minute < end]
    flow = [0] * (end - start)
    for line in sales(whole):
        flow[line.minute - start] += line.amount
    edges = {start} | {m for m in range(start, end) if local(shop.zone, m).time() == time(0)}
    around = neighbours(start, end, edges, start + elapsed - 1)
    return {
        "kind": case.kind,
        "state": "ready",
        "reason": None,
        "params": {},
        "date": other.isoformat(),
        "name": promotion_name(other),
        "start": start,
        "end": end,
        "until": until,
        "elapsed": elapsed,
        "metrics": {
            name: versus(rule(own), rule(base)) | {"until": own_until}
            for name, rule in METRICS.items()
        },
        "cubes": {d: by_key(base, d) for d in (*DIMENSIONS, "guests")},
        "flow": {"start": start, "step": 1, "values": flow},
        "stretches": hours(start, flow),
        "minute": last_minute(at(own, own_until - 1), whole, around, own_until - 1),
        "lead": lead(own_start, paid(own), elapsed, flow),
        "categories": categories(at(own, own_until - 1), whole, around),
        "regions": regions(own, base, shop.regions),
    }


def hours(start: int, flow: list[int]) -> Document:
    """Every whole hour of the flow, and all hours up to and with it."""
    whole = [sum(flow[h * 60 : h * 60 + 60]) for h in range(len(flow) // 60)]
    sums = [sum(whole[: h + 1]) for h in range(len(whole))]
    return {"start": start, "step": 60, "values": whole, "sums": sums}


def local(zone: str, minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, ZoneInfo(zone))


def stretch(zone: str, window: str, day: date) -> tuple[int, int]:
    """The first epoch minute of a window and the one after its last."""

    def minute(hours: int) -> int:
        days, hour = divmod(hours, 24)
        moment = datetime.combine(day + timedelta(days=days), time(hour), ZoneInfo(zone))
        return int(moment.timestamp()) // 60

    return minute(WINDOWS[window][0]), minute(WINDOWS[window][1])


def baseline_day(day: date, kind: str) -> date | None:
    """Last year's same promotion or date; the promotion before or last month's same day."""
    if promotion_name(day):
        if kind == "yoy":
            return day.replace(year=day.year - 1) if day.year - 1 in PROMOTION_YEARS else None
        known = [date(y, *when) for y in PROMOTION_YEARS for when in PROMOTIONS]
        return max((other for other in known if other < day), default=None)
    if kind == "yoy":
        month = day.replace(day=1).replace(year=day.year - 1)
    else:
        month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    candidates = (month + timedelta(days=n) for n in range(day.day))
    return max(d for d in candidates if d.month == month.month)


def promotion_name(day: date) -> dict[str, str] | None:
    if day.year not in PROMOTION_YEARS or (day.month, day.day) not in PROMOTIONS:
        return None
    en, zh = PROMOTIONS[(day.month, day.day)]
    return {"zh": f"{zh} {day.year}", "en": f"{en} {day.year}"}


def at(lines: Iterable[Line], minute: int) -> list[Line]:
    return [line for line in lines if line.minute == minute]


# ---- sums --------------------------------------------------------------------------------------


def sales(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.kind == "sale"]


def refunds(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.kind == "refund"]


def paid(lines: Iterable[Line]) -> int:
    return sum(line.amount for line in sales(lines))


def refunded(lines: Iterable[Line]) -> int:
    return sum(line.amount for line in refunds(lines))


def orders(lines: Iterable[Line]) -> int:
    return sum(line.line_no == 1 for line in sales(lines))


METRICS: Mapping[str, Callable[[Sequence[Line]], int | None]] = {
    "gross_sales": paid,
    "net_sales": lambda lines: paid(lines) - refunded(lines),
    "paid_units": lambda lines: sum(line.quantity for line in sales(lines)),
    "orders": orders,
    "buyers": lambda lines: len({line.user for line in sales(lines) if line.user}),
    "average_order": lambda lines: part(paid(lines), orders(lines)),
    "refund_amount": refunded,
    "refund_rate": lambda lines: part(1_000_000 * refunded(lines), paid(lines)),
}


def measures(lines: Sequence[Line]) -> dict[str, int]:
    return {
        "paid_amount": paid(lines),
        "refund_amount": refunded(lines),
        "paid_quantity": sum(line.quantity for line in sales(lines)),
        "refund_quantity": sum(line.quantity for line in refunds(lines) if line.amount),
        "orders": orders(lines),
        "lines": len(sales(lines)),
        "refund_lines": len(refunds(lines)),
    }


def by_key(lines: Sequence[Line], dimension: str) -> dict[str, dict[str, int]]:
    keys = {line.key(dimension) for line in lines}
    return {key: measures([li for li in lines if li.key(dimension) == key]) for key in keys}


def rounded(value: Fraction) -> int:
    """To the nearest whole number, halves away from zero."""
    size = abs(value) + Fraction(1, 2)
    return int(size) if value >= 0 else -int(size)


def part(above: int, below: int) -> int | None:
    return rounded(Fraction(above, below)) if below else None


def ppm(value: int, base: int | None) -> int | None:
    return rounded(Fraction(1_000_000 * value, base)) if base is not None and base > 0 else None


def versus(own: int | None, value: int | None) -> Document:
    known = own is not None and value is not None
    return {
        "own": own,
        "value": value,
        "change": ppm((own or 0) - (value or 0), value) if known else None,
        "difference": (own or 0) - (value or 0) if known else None,
    }


# ---- minutes -----------------------------------------------------------------------------------


def neighbours(start: int, end: int, edges: set[int], minute: int) -> list[int]:
    """The minutes up to 7 away that no edge and no end parts from this one; none outside."""
    if not start <= minute < end:
        return []
    found = [minute]
    while len(found) < 8 and found[0] not in edges:
        found.insert(0, found[0] - 1)
    for after in range(minute + 1, min(minute + 8, end)):
        if after in edges:
            break
        found.append(after)
    return found


def mean(lines: Sequence[Line], minutes: Sequence[int]) -> int:
    return rounded(Fraction(sum(paid(at(lines, m)) for m in minutes), len(minutes)))


def last_minute(
    now: Sequence[Line], whole: Sequence[Line], around: Sequence[int], minute: int
) -> Document | None:
    if not around:
        return None
    expected = mean(whole, around)
    ratio = ppm(paid(now), expected)
    in_band = None if ratio is None else 600_000 <= ratio <= 1_600_000
    return {
        "minute": minute,
        "value": paid(now),
        "expected": expected,
        "ratio": ratio,
        "in_band": in_band,
    }


def categories(now: Sequence[Line], whole: Sequence[Line], around: Sequence[int]) -> Document:
    if not around:
        return {}
    found: Document = {}
    for key in {line.key("category") for line in [*now, *whole]}:
        value = paid([line for line in now if line.key("category") == key])
        expected = mean([line for line in whole if line.key("category") == key], around)
        if value or expected:
            found[key] = {"expected": expected, "ratio": ppm(value, expected)}
    return found


def lead(start: int, total: int, elapsed: int, flow: Sequence[int]) -> Document | None:
    if elapsed == 0 or total == 0:
        return None
    running = 0
    for count, value in enumerate(flow, start=1):
        running += value
        if running >= total:
            direction = "ahead" if count > elapsed else "behind" if count < elapsed else "even"
            return {
                "minutes": abs(count - elapsed),
                "direction": direction,
                "reaches": start + count,
                "beyond": False,
            }
    return {"minutes": None, "direction": "ahead", "reaches": None, "beyond": True}


def regions(own: Sequence[Line], base: Sequence[Line], of: Mapping[str, str]) -> Document:
    """By warehouse, then by region; a region goes before a warehouse of the same key."""
    found: Document = {}
    warehouse: Callable[[Line], str] = lambda line: line.key("warehouse")  # noqa: E731
    region: Callable[[Line], str] = lambda line: of.get(line.key("warehouse"), "unknown")  # noqa: E731
    for level in (warehouse, region):
        for key in {level(line) for line in [*own, *base]}:
            sums = [paid([line for line in side if level(line) == key]) for side in (own, base)]
            found[key] = {
                "own": sums[0],
                "value": sums[1],
                "change": ppm(sums[0] - sums[1], sums[1]),
            }
    return found
