"""A comparison is proved only where both sides stand at the same elapsed time."""

from typing import Any

import pytest

from pipeline.verify.comparison import Report
from pipeline.verify.past import _compare_cuts, _Hold
from pipeline.verify.rules import lead
from pipeline.verify.sides import Side

OWN, BASE = Side((100, 200), 150, {}, {}), Side((0, 40), 40, {}, {})


def said(**more: Any) -> dict[str, Any]:
    metrics = {"gross_sales": {"until": 150}, "buyers": {"until": 140}}
    return {"elapsed": 50, "until": 40, "source": {"final": True}, "metrics": metrics, **more}


def differences(document: dict[str, Any]) -> list[str]:
    report = Report()
    _compare_cuts(_Hold(report, "28H yoy"), document, (OWN, BASE))
    return [row.item for row in report.rows if not row.equal]


def test_both_sides_at_the_same_time_are_equal_also_past_a_shorter_baseline() -> None:
    assert differences(said()) == []


@pytest.mark.parametrize(
    ("wrong", "item"),
    [
        ({"elapsed": 49}, "elapsed"),
        ({"elapsed": 51}, "elapsed at most"),
        ({"until": 39}, "baseline's cut"),
        ({"metrics": {"orders": {"until": 149}}}, "orders cut"),
        ({"metrics": {"buyers": {"until": 151}}}, "buyers cut at most"),
    ],
)
def test_another_cut_is_seen(wrong: dict[str, Any], item: str) -> None:
    assert item in differences(said(**wrong))


def test_a_baseline_that_is_being_filled_cuts_today_with_it() -> None:
    metrics = {"gross_sales": {"until": 120}}
    growing = said(elapsed=20, until=20, source={"final": False}, metrics=metrics)
    assert differences(growing) == []


def test_the_same_sum_after_the_same_time_is_even() -> None:
    assert lead(10, 3, [10, 0, 0, 5]) == (0, "even")
    assert lead(10, 3, [10, 1, 0, 5]) == (2, "behind")
    assert lead(10, 3, [0, 0, 0, 10]) == (1, "ahead")
    assert lead(10, 5, [10, 0, 0, 0]) == (0, "even")
