"""verify must be honest: one cent wrong in any source is seen and named."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.rollup.arithmetic import ratio
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.verify.accounted import compare_accounting
from pipeline.verify.comparison import Report, compare, decided
from pipeline.verify.framed import compare_frame, value_of
from pipeline.verify.judge import Line
from pipeline.verify.oracle import Count
from pipeline.verify.ranked import Ranked
from pipeline.verify.sources import TOP, Figures, Plan, figures_of

CATALOGUE = load_catalogue()
TRADING = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows)
DAY = date(2026, 11, 11)
PLAN = Plan.of(CATALOGUE, TRADING, DAY, ("28H",))
WINDOW = PLAN.windows[0]
MINUTE = WINDOW.start + 10
ELAPSED = 13


def lines() -> list[Line]:
    def line(n: int, kind: str, minute: int, user: str, cents: int) -> Line:
        at = minute * 60_000 + n
        return Line(
            f"e{n}",
            kind,
            f"o{n}",
            1,
            at,
            user,
            "F",
            "phones",
            "orbit",
            "suzhou",
            "jiangsu",
            2,
            cents,
        )

    return [
        line(1, "sale", MINUTE, "u_1", 10_001),
        line(2, "sale", MINUTE, "u_2", 5_000),
        line(3, "sale", MINUTE + 1, "", 700),
        line(4, "refund", MINUTE + 2, "u_1", 300),
        line(5, "sale", WINDOW.start - 1, "u_3", 999),
    ]


def figures() -> Figures:
    count = Count(PLAN.cubes(), PLAN.windows)
    for line in lines():
        count.add("counted", line)
    found = figures_of(count)
    found.partitions = {0: dict(found.classes)}
    return found


def frame() -> dict[str, Any]:
    """The frame these lines make, written by hand where it matters."""
    sums = {"paid_amount": 15_701, "refund_amount": 300, "paid_quantity": 6, "refund_quantity": 2}
    sums |= {"orders": 3, "lines": 3, "refund_lines": 1}
    keys = {"category": "phones", "brand": "orbit", "gender": "F", "province": "jiangsu"}
    cubes: dict[str, Any] = {cube: {key: dict(sums)} for cube, key in keys.items()}
    cubes["warehouse"] = {"suzhou": dict(sums)}
    guest = {
        **dict.fromkeys(sums, 0),
        "paid_amount": 700,
        "paid_quantity": 2,
        "orders": 1,
        "lines": 1,
    }
    cubes["guests"] = {"guest": guest, "user": {n: sums[n] - guest[n] for n in sums}}
    metrics: dict[str, Any] = {}
    for metric in CATALOGUE.metrics.values():
        if metric.shape == "total":
            metrics[metric.name] = {"value": value_of(metric, {**sums, "buyers": 2})}
        elif metric.shape == "series":
            complete = ELAPSED // metric.step
            metrics[metric.name] = {"start": WINDOW.start, "step": metric.step}
            values = [0] * complete
            metrics[metric.name] |= {
                "complete": complete,
                "values": {} if complete == 1 else values,
            }
        elif metric.name != "top_users":
            (key,) = cubes[metric.cube]
            value = value_of(metric, sums)
            row: dict[str, Any] = {"key": key, "value": value, "rank": 1, "move": None}
            metrics[metric.name] = {"rows": [row], "total": value, "count": 1, "minute": None}
    metrics["sales_per_minute"]["values"][10:12] = [15_001, 700]
    metrics["units_per_minute"]["values"][10:12] = [4, 2]
    metrics["orders_per_minute"]["values"][10:12] = [2, 1]
    metrics["gender_volume"]["values"] = {"F": [0]}
    metrics["top_users"] = {
        "rows": [
            {"value": 10_001, "beside": {"orders": 1}},
            {"value": 5_000, "beside": {"orders": 1}},
        ]
    }
    said = {"minute": MINUTE + 2, "total": 0}  # a minute with a refund alone
    metrics["category_minute"] |= said
    metrics["category_minute"]["rows"][0] |= {"value": 0, "move": 0}
    children = [{"key": "suzhou", "value": 15_701}]
    metrics["region_ranking"]["rows"][0] |= {"key": "east", "children": children}
    document = {"start": WINDOW.start, "end": WINDOW.end, "cubes": cubes, "metrics": metrics}
    document["complete"] = {"until": WINDOW.start + ELAPSED, "elapsed": ELAPSED}
    document["checks"] = {"rollup": {"equal": True}}
    whole = {"counted": 5, "duplicate": 0, "rejected": {}, "pending": 0}
    accounting = {**whole, "partitions": [{"partition": 0, **whole}], "auditor": dict(whole)}
    return {"windows": {"28H": document}, "accounting": accounting}


def proof(sources: dict[str, Figures], seen: dict[str, Any]) -> Report:
    report = compare(PLAN, sources)
    compare_frame(report, PLAN, seen, next(iter(sources.items())))
    compare_accounting(report, seen, sources)
    return report


def three() -> dict[str, Figures]:
    return {"ledger": figures(), "kafka": figures(), "redis": figures()}


def test_equal_sources_are_equal() -> None:
    report = proof(three(), frame())
    assert report.named == []
    assert report.differences == 0


@pytest.mark.parametrize("source", ["ledger", "kafka", "redis"])
def test_one_cent_in_one_cell_is_seen_and_named(source: str) -> None:
    sources = three()
    cells = sources[source].cells["brand"]
    n, amount, *rest = cells[MINUTE, "orbit"]
    cells[MINUTE, "orbit"] = (n, amount + 1, *rest)

    report = proof(sources, frame())

    assert report.differences
    assert f"cube brand, minute {MINUTE}, key orbit" in report.named[0]
    assert "paid_amount=15002" in report.named[0]


@pytest.mark.parametrize("source", ["ledger", "kafka", "redis"])
def test_a_missing_cell_and_one_too_many_are_seen(source: str) -> None:
    missing, extra = three(), three()
    del missing[source].cells["gender"][MINUTE, "F"]
    extra[source].cells["gender"][MINUTE, "M"] = (0,) * 8
    assert proof(missing, frame()).differences
    assert proof(extra, frame()).differences


def change(path: str, by: int = 1) -> Callable[[dict[str, Any]], None]:
    def apply(seen: dict[str, Any]) -> None:
        *way, last = path.split("/")
        place: Any = seen["windows"]["28H"]
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        key = int(last) if isinstance(place, list) else last
        place[key] += by

    return apply


@pytest.mark.parametrize(
    "path",
    [
        "cubes/category/phones/paid_amount",
        "cubes/guests/guest/orders",
        "metrics/gross_sales/value",
        "metrics/average_order/value",
        "metrics/buyers/value",
        "metrics/sales_per_minute/values/10",
        "metrics/sales_per_minute/values/12",
        "metrics/top_users/rows/1/value",
        "metrics/top_users/rows/0/beside/orders",
        "metrics/region_ranking/total",
        "metrics/region_ranking/rows/0/value",
        "metrics/region_ranking/rows/0/children/0/value",
        "metrics/gender_share/total",
        "metrics/brand_by_amount/count",
        "metrics/brand_by_units/rows/0/rank",
        "metrics/category_minute/minute",
        "metrics/category_minute/rows/0/value",
        "metrics/category_minute/rows/0/move",
        "metrics/units_per_minute/complete",
        "end",
    ],
)
def test_one_cent_in_the_frame_is_seen_and_named(path: str) -> None:
    seen = frame()
    change(path)(seen)
    report = proof(three(), seen)
    assert report.differences
    assert "frame" in report.named[0]


@pytest.mark.parametrize(
    "metric", ["top_users", "brand_by_amount", "gender_share", "category_minute", "region_ranking"]
)
def test_a_row_the_frame_lost_is_seen(metric: str) -> None:
    seen = frame()
    seen["windows"]["28H"]["metrics"][metric]["rows"].pop()
    assert proof(three(), seen).differences


def test_rows_in_another_order_are_seen() -> None:
    report = Report()
    rows = [{"key": "zest", "value": 1, "rank": 1}, {"key": "orbit", "value": 15_701, "rank": 2}]
    said = {"rows": rows, "total": 15_702, "count": 2}
    values = {"orbit": 15_701, "zest": 1}
    ranked = Ranked(CATALOGUE.metrics["brand_by_amount"], values, values)
    ranked.compare(lambda item, a, b: report.add("28H", item, {"kafka": a, "frame": b}), said)
    assert [row.item for row in report.rows if not row.equal] == ["metric brand_by_amount order"]


@pytest.mark.parametrize("source", ["ledger", "kafka", "redis"])
def test_a_wrong_buyer_or_user_is_seen(source: str) -> None:
    buyers, users = three(), three()
    buyers[source].buyers["28H"] += 1
    users[source].users["28H"][0] = ("u_1", 10_002, 1)
    assert proof(buyers, frame()).differences
    assert proof(users, frame()).differences


def test_a_class_that_one_voice_counts_otherwise_is_seen() -> None:
    for who in ("ledger", "kafka"):
        sources = three()
        sources[who].classes = {"counted": 4, "duplicate": 1}
        assert proof(sources, frame()).differences
    for place in ("partitions", "auditor", "whole"):
        seen = copy.deepcopy(frame())
        accounting = seen["accounting"]
        part = {"partitions": accounting["partitions"][0], "whole": accounting}.get(place)
        (part or accounting["auditor"])["rejected"] = {"too_late": 1}
        assert proof(three(), seen).differences, place


def test_which_of_two_partitions_had_an_event_first_is_open() -> None:
    sources, seen = three(), frame()
    parts = {0: {"counted": 3}, 1: {"counted": 2, "duplicate": 1}}
    sources["kafka"].partitions = parts
    for source in ("ledger", "kafka"):
        sources[source].classes = {"counted": 5, "duplicate": 1}
    whole = {"counted": 5, "duplicate": 1, "rejected": {}, "pending": 0}
    first = {"partition": 0, **whole, "counted": 2, "duplicate": 1}
    second = {"partition": 1, **whole, "counted": 3, "duplicate": 0}
    seen["accounting"] = {**whole, "partitions": [first, second], "auditor": whole}
    assert proof(sources, seen).named == []
    second["rejected"] = {"future": 1}
    assert proof(sources, seen).differences


@pytest.mark.parametrize(
    ("paid", "orders", "average"), [(5, 2, 3), (4, 3, 1), (-5, 2, -3), (-4, 3, -1), (1, 0, None)]
)
def test_half_a_cent_is_rounded_up_by_its_size(paid: int, orders: int, average: int | None) -> None:
    metric = CATALOGUE.metrics["average_order"]
    assert value_of(metric, {"paid_amount": paid, "orders": orders}) == average
    assert ratio(paid, orders, metric.unit) == average


def test_who_of_the_users_that_share_the_last_amount_is_listed_is_open() -> None:
    best = [(f"u_{n}", 100 - n, 1) for n in range(TOP - 1)]
    one, other = [*best, ("u_a", 5, 1)], [*best, ("u_b", 5, 2)]
    assert decided(one) == decided(other) == [*best, ("", 5, 0)]
    assert decided(best) == best
    assert decided(one) != decided([*best, ("u_a", 6, 1)])
