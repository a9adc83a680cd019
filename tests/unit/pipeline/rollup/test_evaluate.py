"""Every metric of a window equals what counting the events one by one gives."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import BucketKind, Measure
from pipeline.rollup.evaluate import evaluate
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.table import CellTable

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows)
DAY = date(2026, 11, 11)
WHOLE = TIME.bounds("28H", DAY)
FIELDS = {"warehouse": "warehouse_id"}


@dataclass(frozen=True)
class Line:
    minute: int
    kind: str
    line_no: int
    quantity: int
    amount: int
    user: str
    keys: Mapping[str, str]

    def key(self, dimension: str) -> str:
        if dimension == "guest":
            return "user" if self.user else "guest"
        return self.keys[dimension]


@dataclass(frozen=True)
class Row:
    key: str
    measures: tuple[int, ...]
    label: str | None


@dataclass(frozen=True)
class Users:
    rows: Sequence[Row]
    proven: bool = True


def keys_of(dimension: str) -> st.SearchStrategy[str]:
    known = list(CATALOGUE.dimensions[dimension].members)
    return st.sampled_from([*known[:4], known[-1], "never heard of"])


lines = st.builds(
    Line,
    minute=st.integers(WHOLE.start - 30, WHOLE.start + 320),
    kind=st.sampled_from(["sale", "sale", "sale", "refund"]),
    line_no=st.integers(1, 2),
    quantity=st.integers(1, 5),
    amount=st.integers(0, 9_999),
    user=st.sampled_from(["", "u1", "u2", "u3", "u4"]),
    keys=st.fixed_dictionaries(
        {d: keys_of(d) for d in ("category", "brand", "gender", "province", "warehouse")}
    ),
)
days = st.lists(lines, max_size=60)
moments = st.integers(WHOLE.start - 5, WHOLE.end + 5)


def adds(measure: Measure, line: Line) -> int:
    if measure.kind not in ("any", line.kind) or (measure.first_line_only and line.line_no != 1):
        return 0
    if measure.priced and line.amount == 0:
        return 0
    return {"amount_cents": line.amount, "quantity": line.quantity}.get(measure.of, 1)


def table_of(events: Sequence[Line], window: str) -> CellTable:
    table = CellTable(CATALOGUE)
    for cube in CATALOGUE.minute_cubes():
        cells: dict[tuple[int, str], list[int]] = {}
        for line in events:
            cell = cells.setdefault(
                (line.minute, line.key(cube.dimension)), [0] * (1 + len(cube.measures))
            )
            cell[0] += 1
            for place, name in enumerate(cube.measures, start=1):
                cell[place] += adds(CATALOGUE.measures[name], line)
        for (minute, key), (n, *sums) in cells.items():
            table.put(CellRow(cube.name, minute, key, CellValue(n, tuple(sums))))
    for user in buyers(events, window):  # a hash that puts two users into one bucket
        key = "0" if user < "u3" else "1"
        held = table.bucket(f"buyers_{window}", epoch_day(DAY)).get(key)
        n = 1 + (held.n if held else 0)
        table.put(CellRow(f"buyers_{window}", epoch_day(DAY), key, CellValue(n, (n,))))
    return table


def buyers(events: Sequence[Line], window: str) -> set[str]:
    bounds = TIME.bounds(window, DAY)
    return {e.user for e in events if e.user and e.kind == "sale" and e.minute in bounds}


def run(events: Sequence[Line], window: str, until: int | None, users: Users | None = None) -> Any:
    return evaluate(
        CATALOGUE,
        table_of(events, window),
        {"users": users} if users else {},
        TIME.bounds(window, DAY),
        TIME.segments(window, DAY),
        epoch_day(DAY),
        until,
    )


def paid(events: Sequence[Line]) -> int:
    return sum(e.amount for e in events if e.kind == "sale")


def units(events: Sequence[Line]) -> int:
    return sum(e.quantity for e in events if e.kind == "sale")


def refunded(events: Sequence[Line]) -> int:
    return sum(e.amount for e in events if e.kind == "refund")


def orders(events: Sequence[Line]) -> int:
    return sum(e.kind == "sale" and e.line_no == 1 for e in events)


def ranked(
    events: Sequence[Line], key: Callable[[Line], str], value: Callable[[Sequence[Line]], int]
) -> list[tuple[str, int]]:
    names = {key(e) for e in events}
    sums = [(name, value([e for e in events if key(e) == name])) for name in names]
    return sorted(sums, key=lambda item: (-item[1], item[0]))


def half_up(numerator: int, denominator: int) -> int | None:
    if denominator == 0:
        return None
    return int(Fraction(numerator, denominator) + Fraction(1, 2))


windows = st.sampled_from(list(CATALOGUE.windows))


@given(days, windows, moments)
@settings(max_examples=25, deadline=None)
def test_totals_and_ratios_are_those_of_the_events(
    events: list[Line], window: str, until: int
) -> None:
    found = run(events, window, until)
    inside = [e for e in events if e.minute in TIME.bounds(window, DAY)]
    totals = {
        "gross_sales": paid(inside),
        "refund_amount": refunded(inside),
        "net_sales": paid(inside) - refunded(inside),
        "paid_units": units(inside),
        "orders": orders(inside),
        "buyers": len(buyers(events, window)),
        "average_order": half_up(paid(inside), orders(inside)),
        "refund_rate": half_up(refunded(inside) * 1_000_000, paid(inside)),
    }
    assert {name: found[name]["value"] for name in totals} == totals
    json.dumps(found)  # plain integers only


@given(days, windows, moments)
@settings(max_examples=25, deadline=None)
def test_series_hold_complete_buckets_and_the_running_one(
    events: list[Line], window: str, until: int
) -> None:
    found, bounds = run(events, window, until), TIME.bounds(window, DAY)
    line, volume = found["sales_per_minute"], found["gender_volume"]
    reached = min(max(until, bounds.start), bounds.end)
    wanted = [paid([e for e in events if e.minute == m]) for m in range(bounds.start, reached)]
    assert (line["start"], line["complete"], line["values"]) == (bounds.start, len(wanted), wanted)
    over = until >= bounds.end
    assert line["running"] == (None if over else paid([e for e in events if e.minute == reached]))
    assert volume["complete"] == (reached - bounds.start) // 10
    genders = {e.keys["gender"] for e in events if e.minute in bounds}
    assert set(volume["values"]) == genders
    for gender in genders:
        own = [e for e in events if e.keys["gender"] == gender]
        buckets = [
            units([e for e in own if (e.minute - bounds.start) // 10 == bucket])
            for bucket in range(volume["complete"] + 1)
        ]
        assert volume["values"][gender] == buckets[:-1]
        assert over or volume["running"][gender] == buckets[-1]


@given(days, windows, moments)
@settings(max_examples=25, deadline=None)
def test_rankings_are_by_value_then_key_and_unknown_keys_are_in_them(
    events: list[Line], window: str, until: int
) -> None:
    found = run(events, window, until)
    inside = [e for e in events if e.minute in TIME.bounds(window, DAY)]
    brands = ranked(inside, lambda e: e.keys["brand"], units)
    rows = found["brand_by_units"]
    assert [(r["key"], r["value"]) for r in rows["rows"]] == brands[:10]
    assert [r["rank"] for r in rows["rows"]] == list(range(1, len(rows["rows"]) + 1))
    assert (rows["total"], rows["count"]) == (units(inside), len(brands))
    shares = Counter({r["key"]: r["value"] for r in found["gender_share"]["rows"]})
    assert shares == dict(ranked(inside, lambda e: e.keys["gender"], paid))
    assert found["gender_share"]["total"] == paid(inside)


def region(line: Line) -> str:
    member = CATALOGUE.dimensions["warehouse"].members.get(line.keys["warehouse"])
    return member.parent if member and member.parent else "unknown"


@given(days, windows)
@settings(max_examples=25, deadline=None)
def test_regions_are_their_warehouses_and_lose_nothing(events: list[Line], window: str) -> None:
    inside = [e for e in events if e.minute in TIME.bounds(window, DAY)]
    rows = run(events, window, None)["region_ranking"]["rows"]
    assert [(r["key"], r["value"]) for r in rows] == ranked(inside, region, paid)
    for row in rows:
        own = [e for e in inside if region(e) == row["key"]]
        children = [(c["key"], c["value"]) for c in row["children"]]
        assert children == ranked(own, lambda e: e.keys["warehouse"], paid)
        assert sum(value for _, value in children) == row["value"]


@given(days, windows, st.integers(WHOLE.start - 1, WHOLE.start + 5))
@settings(max_examples=25, deadline=None)
def test_the_minute_ranking_is_of_the_last_complete_minute_with_moves(
    events: list[Line], window: str, until: int
) -> None:
    bounds = TIME.bounds(window, DAY)
    events = [replace(e, minute=WHOLE.start + e.minute % 4) for e in events]  # dense
    found = run(events, window, until)["category_minute"]
    last = min(until, bounds.end) - 1
    if last < bounds.start:
        assert (found["minute"], found["rows"]) == (None, [])
        return
    now = ranked([e for e in events if e.minute == last], lambda e: e.keys["category"], paid)
    earlier = [e for e in events if e.minute == last - 1 and e.minute in bounds]
    before = [key for key, _ in ranked(earlier, lambda e: e.keys["category"], paid)]
    moves = [before.index(k) - i if k in before else None for i, (k, _) in enumerate(now)]
    assert found["minute"] == last
    assert [(r["key"], r["value"]) for r in found["rows"]] == now[:10]
    assert [r["move"] for r in found["rows"]] == moves[:10]


def test_the_one_that_rose_moves_up_and_the_other_down() -> None:
    def sold(minute: int, category: str, amount: int) -> Line:
        keys = dict.fromkeys(("brand", "gender", "province", "warehouse"), "unknown")
        return Line(WHOLE.start + minute, "sale", 1, 1, amount, "", {"category": category, **keys})

    events = [
        *(sold(0, "phones", 300), sold(0, "books", 200), sold(0, "toys", 100)),
        *(sold(1, "phones", 200), sold(1, "books", 300), sold(1, "toys", 100)),
        sold(1, "shoes", 50),
    ]
    rows = run(events, "28H", WHOLE.start + 2)["category_minute"]["rows"]
    assert [(r["key"], r["rank"], r["move"]) for r in rows] == [
        ("books", 1, 1),
        ("phones", 2, -1),
        ("toys", 3, 0),
        ("shoes", 4, None),
    ]


def test_users_come_from_the_ranking_with_their_orders_and_province() -> None:
    users = Users([Row("u2", (50, 1), "hunan"), Row("u1", (50, 2), None)], proven=False)
    found = run([], "28H", None, users)["top_users"]
    assert [(r["key"], r["value"], r["beside"], r["label"]) for r in found["rows"]] == [
        ("u1", 50, {"orders": 2}, None),
        ("u2", 50, {"orders": 1}, "hunan"),
    ]
    assert found["proven"] is False


def test_nothing_at_all_gives_zero_totals_and_no_ratio() -> None:
    found = run([], "24H", None)
    assert found["gross_sales"]["value"] == 0
    assert found["average_order"]["value"] is None
    assert found["sales_per_minute"]["values"] == []
    assert set(found) == set(CATALOGUE.metrics)


def test_instants_and_minutes_agree() -> None:
    assert TIME.zone.local_minute(WHOLE.start * MINUTE_MS) % 1440 == 1200
    assert CATALOGUE.cubes["users"].bucket is BucketKind.SEGMENT


@pytest.mark.parametrize("window", list(CATALOGUE.windows))
def test_each_window_counts_its_own_buyers(window: str) -> None:
    table = CellTable(CATALOGUE)
    for number, name in enumerate(CATALOGUE.windows, start=1):
        table.put(CellRow(f"buyers_{name}", epoch_day(DAY), "0", CellValue(9, (number,))))
    bounds, segments = TIME.bounds(window, DAY), TIME.segments(window, DAY)
    found = evaluate(CATALOGUE, table, {}, bounds, segments, epoch_day(DAY), None)
    assert found["buyers"]["value"] == list(CATALOGUE.windows).index(window) + 1
