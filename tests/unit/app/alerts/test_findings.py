"""What a rule finds: sums against what is expected of the same minutes, with a floor."""

from collections.abc import Mapping

import pytest

from app.alerts.findings import Finding, findings
from app.alerts.stretches import Today
from pipeline.catalogue.alert_rule import AlertRule
from pipeline.rollup.baseline import Base
from pipeline.rollup.protocol import Cells, Minutes
from pipeline.values.cells import CellValue
from pipeline.values.minute_cube import MinuteBlock
from tests.unit.app.alerts.days import CATALOGUE, TODAY, Sold, base, rule, table

EVEN: Sold = {"harbin": [20] * 400, "changchun": [100] * 400, "shanghai": [200] * 400}


def found(
    sold: Sold, one: AlertRule, then: Base | None, end: int = 100, first: int = 0
) -> dict[str | None, Finding]:
    today = Today(table(sold, TODAY.start), TODAY, TODAY.start + first)
    metric = CATALOGUE.metrics[str(one.metric)]
    return {f.key: f for f in findings(one, metric, today, then, TODAY.start + end)}


def fallen(key: str, to: int, minutes: int = 5) -> Sold:
    return {**EVEN, key: EVEN[key][: 100 - minutes] + [to] * minutes}


def test_a_warehouse_under_its_edge_is_out_with_the_numbers_of_its_minutes() -> None:
    one = found(fallen("harbin", 11), rule(), base(EVEN))["harbin"]

    assert (one.out, one.value, one.expected, one.ratio, one.limit) == (
        True,
        55,
        100,
        550_000,
        600_000,
    )


def test_at_its_edge_it_is_not_out_and_the_others_are_not() -> None:
    result = found(fallen("harbin", 12), rule(), base(EVEN))

    assert not any(one.out for one in result.values())


def test_a_warehouse_without_an_order_today_counts_as_nothing_sold() -> None:
    sold = {key: minutes for key, minutes in EVEN.items() if key != "harbin"}

    one = found(sold, rule(), base(EVEN))["harbin"]

    assert (one.out, one.value, one.ratio) == (True, 0, 0)


@pytest.mark.parametrize(("floor", "out"), [(100, True), (101, False)])
def test_under_the_floor_nothing_is_judged(floor: int, out: bool) -> None:
    one = found(fallen("harbin", 0), rule(floor=floor), base(EVEN))["harbin"]

    assert (one.out, one.weighed) == (out, out)


def test_a_fallen_whole_is_not_told_again_of_each_part() -> None:
    sold = {key: [value // 4 for value in minutes] for key, minutes in EVEN.items()}

    assert not any(one.out for one in found(sold, rule(), base(EVEN)).values())
    whole = found(sold, rule(dimension=None), base(EVEN))[None]
    assert (whole.out, whole.ratio) == (True, 250_000)


def test_each_minute_must_be_out_where_the_rule_says_so() -> None:
    one_good = {**EVEN, "harbin": [*EVEN["harbin"][:95], 0, 0, 20, 0, 0]}

    assert found(one_good, rule(), base(EVEN))["harbin"].out
    assert not found(one_good, rule(over="each"), base(EVEN))["harbin"].out
    assert found(fallen("harbin", 3), rule(over="each"), base(EVEN))["harbin"].out


def test_too_much_is_out_as_well() -> None:
    both = rule(high=1_600_000, clear_high=1_500_000)

    one = found(fallen("harbin", 40), both, base(EVEN))["harbin"]

    assert (one.out, one.limit) == (True, 1_600_000)


@pytest.mark.parametrize(
    ("then", "end", "first"),
    [
        (None, 100, 0),  # no baseline
        (base(EVEN, known=99), 100, 0),  # the baseline ends before
        (base(EVEN), 100, 96),  # today's cells begin inside the minutes
        (base(EVEN), 4, 0),  # the window has just begun
        (base(EVEN), 401, 0),  # it is over
    ],
)
def test_a_gap_of_data_finds_nothing(then: Base | None, end: int, first: int) -> None:
    assert found(fallen("harbin", 0), rule(), then, end, first) == {}


def test_back_is_inside_the_tighter_edges() -> None:
    assert not found(fallen("harbin", 13), rule(), base(EVEN))["harbin"].back
    assert found(fallen("harbin", 14), rule(), base(EVEN))["harbin"].back


def test_where_hardly_anything_is_expected_an_alert_ends() -> None:
    one = found(fallen("harbin", 0), rule(floor=202), base(EVEN))["harbin"]

    assert one.back


def test_a_limit_is_of_a_ratio_of_sums() -> None:
    names = {"cube": "guests", "dimension": None, "metric": "average_order", "low": None}
    one = rule(kind="limit", high=50, clear_high=40, clear_low=None, **names)
    held = table({"user": [10] * 100}, TODAY.start, "guests")
    paid = table({"user": [600] * 100}, TODAY.start, "guests", "paid_amount")
    both = Both(held, paid)

    (found_one,) = findings(
        one, CATALOGUE.metrics["average_order"], Today(both, TODAY, 0), None, TODAY.start + 90
    )

    assert (found_one.value, found_one.limit, found_one.out) == (60, 50, True)
    assert found_one.expected is None


class Both:
    """The cells of two tables added, so that a cube has two measures."""

    def __init__(self, *tables: Cells) -> None:
        self._tables = tables

    def block(self, cube: str, start: int, end: int) -> Minutes:
        blocks = [t.block(cube, start, end) for t in self._tables]
        values = blocks[0].values + blocks[1].values
        return MinuteBlock(blocks[0].keys, blocks[0].measures, values, blocks[0].lines)

    def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
        return self._tables[0].bucket(cube, bucket)
