"""Comparisons given beforehand are read from promotions.toml, or refused with all their faults."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import Faults
from pipeline.trading.promotions import PromotionCalendar, load_promotions
from pipeline.trading.ranges import LocalRange, Ranges

PROMOTION = """
[[promotion]]
alias = "11.11"
zh = "双11"
en = "11.11"
opens = "20:00"
dates = [2026-11-11]
"""


def read(folder: Path, text: str) -> PromotionCalendar:
    (folder / "promotions.toml").write_text(PROMOTION + text, encoding="utf-8")
    return load_promotions(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(Faults) as refused:
        read(folder, text)
    return [fault.split("; ")[0] for fault in refused.value.faults]


def test_the_three_ranges_of_a_date_are_read_by_the_shops_clock(tmp_path: Path) -> None:
    text = """
        [[comparison]]
        date = 1970-01-03
        display = "special 24h"
        current = [1970-01-02T20:00:00, 1970-01-03T20:00:00]
        yoy = [1970-01-01T00:00:00, 1970-01-01T00:01:00]
    """
    calendar = read(tmp_path, text)
    day = date(1970, 1, 3)
    expected = Ranges(day, "special 24h", LocalRange(2640, 4080), LocalRange(0, 1), None)
    assert calendar.ranges == (expected,)
    assert calendar.ranges_of(day, "special 24h") == expected
    assert calendar.ranges_of(day, "28H") is None
    assert [p.alias for p in calendar.promotions] == ["11.11"]


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    text = """
        [[comparison]]
        date = 2026-11-11
        display = "29H"
        current = [2026-11-12T20:00:00, 2026-11-11T20:00:00]
        yoy = [2026-11-11T20:00:00]
        mom = [2026-11-11T20:00:00Z, 2026-11-12T20:00:00Z]
        colour = "red"

        [[comparison]]
        date = 2026-11-11
        display = "28H"
        yoy = [2025-11-10T20:00:30, 2025-11-12T00:00:00]

        [[comparison]]
        date = 2026-11-11
        display = "4H"

        [[comparison]]
        date = 2026-11-11
        display = "4H"
    """
    said = faults(tmp_path, text)
    wanted = [
        "[comparison 1]: display: ",
        "[comparison 1]: current: Value error, ends before it starts",
        "[comparison 1]: yoy: ",
        "[comparison 1]: mom.0: ",
        "[comparison 1]: mom.1: ",
        "[comparison 1]: colour: ",
        "[comparison 2]: yoy: Value error, is not whole minutes",
        "[comparison 4]: 2026-11-11 has a 4H comparison already",
    ]
    assert len(said) == len(wanted)
    for fault, part in zip(said, wanted, strict=True):
        assert part in fault


def test_one_table_instead_of_several_is_said(tmp_path: Path) -> None:
    said = faults(tmp_path, '[comparison]\ndate = 2026-11-11\ndisplay = "4H"\n')
    assert said == ["promotions.toml [comparison]: is one table"]
