"""A list of a comparison is proved key by key: another number, key or expectation is seen."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.verify.archived import compare_dates
from pipeline.verify.comparison import Report
from pipeline.verify.judge import Line
from pipeline.verify.lists import compare_minute, compare_regions
from pipeline.verify.sides import Counted, Side
from pipeline.verify.sources import Plan

CATALOGUE = load_catalogue()
TRADING = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
PLAN = Plan.of(CATALOGUE, TRADING, date(2026, 11, 11), ("28H",))
BY_MINUTE = CATALOGUE.metrics["category_minute"]
BY_REGION = CATALOGUE.metrics["region_ranking"]
OWN, BASE, LENGTH = 30_000_000, 29_000_000, 100
WAREHOUSES = [key for key in CATALOGUE.dimensions["warehouse"].members if key != "unknown"][:3]


def line(number: int, minute: int, category: str, warehouse: str, cents: int) -> Line:
    made = dict.fromkeys(Line._fields, "") | {
        "event_id": str(number), "order_id": str(number), "kind": "sale", "line_no": 1,
        "event_time": minute * 60_000, "category": category, "warehouse_id": warehouse,
        "quantity": 1, "amount_cents": cents,
    }  # fmt: skip
    return Line(**made)  # type: ignore[arg-type]


def side(start: int, lines: list[Line], until: int) -> Side:
    return Side.of(Counted.of(PLAN, lines), (start, start + LENGTH), until)


ONE, TWO, THREE = WAREHOUSES
OWN_LINES = [line(1, OWN + 9, "phones", ONE, 700), line(2, OWN + 3, "toys", TWO, 5)]
BASE_LINES = [line(3, BASE + 4, "phones", ONE, 1500), line(4, BASE + 40, "toys", THREE, 9)]
SIDES = (side(OWN, OWN_LINES, OWN + 10), side(BASE, BASE_LINES, BASE + 10))


def said() -> dict[str, Any]:
    """What the screen must say ten minutes after both openings."""
    parents = [CATALOGUE.dimensions["warehouse"].members[key].parent for key in WAREHOUSES[:2]]
    regions: dict[Any, dict[str, Any]] = {}
    counted = ((parents[0], 700, 1500), (ONE, 700, 1500), (parents[1], 5, 0), (TWO, 5, 0))
    for key, own, base in counted:
        sums = regions.setdefault(key, {"own": 0, "value": 0, "change": None})
        sums["own"] += own
        sums["value"] += base
    for sums in regions.values():
        if sums["value"]:
            sums["change"] = round((sums["own"] - sums["value"]) * 1_000_000 / sums["value"])
    # The ninth minute's mean is that of the minutes 2 to 16: 1500 / 15.
    categories = {"phones": {"expected": 100, "ratio": 7_000_000}}
    return {"elapsed": 10, "until": BASE + 10, "regions": regions, "categories": categories}


def wrong(document: dict[str, Any]) -> list[str]:
    items = [
        *compare_regions(PLAN, BY_REGION, document, SIDES),
        *compare_minute(PLAN, BY_MINUTE, document, SIDES, [0]),
    ]
    return [item for item, wanted, found in items if wanted != found]


def test_what_the_lines_make_is_equal() -> None:
    assert wrong(said()) == []


@pytest.mark.parametrize("name", ["own", "value", "change"])
def test_one_cent_of_a_region_is_seen(name: str) -> None:
    document = said()
    region = next(key for key, sums in document["regions"].items() if sums["value"])
    document["regions"][region][name] += 1
    assert wrong(document) == [f"{BY_REGION.name} {region}"]


def test_a_missing_and_an_invented_key_are_seen() -> None:
    document = said()
    region = next(iter(document["regions"]))
    document["regions"]["nowhere"] = document["regions"].pop(region)
    document["categories"] = {"toys": {"expected": 0, "ratio": None}}
    assert sorted(wrong(document)) == sorted(
        [
            f"{BY_REGION.name} {region}",
            f"{BY_REGION.name} nowhere",
            f"{BY_MINUTE.name} phones expected",
            f"{BY_MINUTE.name} toys expected",
        ]
    )


@pytest.mark.parametrize("name", ["expected", "ratio"])
def test_another_expectation_is_seen(name: str) -> None:
    document = deepcopy(said())
    document["categories"]["phones"][name] += 1
    assert wrong(document) == [f"{BY_MINUTE.name} phones expected"]


@pytest.mark.parametrize(
    ("said", "equal"),
    [
        ({"state": "ready", "day": date(2025, 11, 11)}, True),
        ({"state": "ready", "day": date(2025, 11, 10)}, False),
        ({"state": "missing", "reason": "no_promotion_before"}, False),
        ({"state": "loading", "reason": "reading"}, None),
    ],
)
def test_the_stretch_is_that_of_the_calendar(said: dict[str, Any], equal: bool | None) -> None:
    if "day" in said:
        bounds = TRADING.bounds("28H", said["day"])
        said = {"state": "ready", "start": bounds.start, "end": bounds.end}
    report = Report()
    compare_dates(report, PLAN, ("28H", "yoy"), said)
    assert [row.equal for row in report.rows] == ([] if equal is None else [equal])
