"""Warehouses roll up, strangers go to `unknown`, and the check sees a gap."""

from datetime import date

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.rollup.arithmetic import divide_half_up
from pipeline.rollup.hierarchy import ancestor, rollup_check
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.table import CellTable

CATALOGUE = load_catalogue()
BOUNDS = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows).bounds("28H", date(2026, 11, 11))


def filled(warehouses: dict[str, tuple[int, int]], guests: tuple[int, int]) -> CellTable:
    """Put (lines, paid cents) by warehouse and for all users."""
    table = CellTable(CATALOGUE)
    rest = (0,) * (len(CATALOGUE.cubes["warehouse"].measures) - 1)
    for key, (n, amount) in warehouses.items():
        table.put(CellRow("warehouse", BOUNDS.start, key, CellValue(n, (amount, *rest))))
    table.put(CellRow("guests", BOUNDS.start, "user", CellValue(guests[0], (guests[1], *rest))))
    return table


@pytest.mark.parametrize(
    ("key", "level", "expected"),
    [
        ("harbin", "region", "northeast"),
        ("harbin", "nation", "china"),
        ("atlantis", "region", "unknown"),
        ("atlantis", "nation", "china"),
        ("unknown", "region", "unknown"),
    ],
)
def test_a_warehouse_belongs_to_a_region_of_the_nation(key: str, level: str, expected: str) -> None:
    assert ancestor(CATALOGUE.dimensions, "warehouse", key, level) == expected


def test_a_level_that_is_not_above_is_refused() -> None:
    with pytest.raises(KeyError):
        ancestor(CATALOGUE.dimensions, "region", "east", "brand")


def test_parts_that_make_the_whole_are_equal_and_strangers_are_parts() -> None:
    table = filled({"harbin": (1, 100), "wuhan": (2, 50), "atlantis": (1, 7)}, (4, 157))
    assert rollup_check(CATALOGUE, table, BOUNDS) == {
        "leaves": 3,
        "tops": 2,
        "sum": 157,
        "whole": 157,
        "comparable": True,
        "equal": True,
    }


def test_a_gap_is_seen() -> None:
    check = rollup_check(CATALOGUE, filled({"harbin": (4, 100)}, (4, 157)), BOUNDS)
    assert (check["comparable"], check["equal"]) == (True, False)


def test_cubes_with_other_line_counts_are_not_compared() -> None:
    check = rollup_check(CATALOGUE, filled({"harbin": (3, 100)}, (4, 157)), BOUNDS)
    assert check["comparable"] is False


def test_cubes_that_lack_as_many_lines_of_other_minutes_are_not_compared() -> None:
    table = filled({"harbin": (4, 100)}, (4, 157))
    rest = (0,) * (len(CATALOGUE.cubes["warehouse"].measures) - 1)
    for cube, key, minute in (("warehouse", "harbin", 1), ("guests", "user", 2)):
        table.put(CellRow(cube, BOUNDS.start + minute, key, CellValue(1, (9, *rest))))
    assert rollup_check(CATALOGUE, table, BOUNDS)["comparable"] is False


def test_cubes_that_lack_other_lines_of_a_minute_are_not_compared() -> None:
    table = filled({"harbin": (4, 100)}, (4, 157))
    measures = CATALOGUE.cubes["warehouse"].measures
    for cube, key, quantity in (("warehouse", "harbin", 1), ("guests", "user", 2)):
        values = tuple(quantity if name == "paid_quantity" else 9 for name in measures)
        table.put(CellRow(cube, BOUNDS.start + 1, key, CellValue(1, values)))
    assert rollup_check(CATALOGUE, table, BOUNDS)["comparable"] is False


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        (1, 2, 1),
        (-1, 2, -1),
        (1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (7, 0, None),
        (10**18 + 1, 2, 5 * 10**17 + 1),
    ],
)
def test_division_rounds_half_away_from_zero_without_floats(
    above: int, below: int, expected: int | None
) -> None:
    assert divide_half_up(above, below) == expected
