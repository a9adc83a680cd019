"""Random comparisons equal those counted from plain order lines by code that shares nothing."""

from functools import cache

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from tests.brute_comparison import DIMENSIONS, Shop, compare
from tests.comparison_cases import random_cases, random_lines
from tests.past_lines import compared, past_of

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London"])
def test_a_hundred_comparisons_equal_those_counted_line_by_line(zone: str) -> None:
    trading = TradingTime(Zone(zone), CATALOGUE.windows, load_promotions())
    cases = random_cases(seed=11, count=100)
    keys = {d: ["", *list(CATALOGUE.dimensions[d].members)[:5], "new"] for d in DIMENSIONS}
    lines = random_lines(12, zone, cases, keys)
    warehouses = CATALOGUE.dimensions["warehouse"].members.values()
    shop = Shop(zone, {w.key: w.parent or "unknown" for w in warehouses})
    read = cache(lambda stretch: past_of(CATALOGUE, lines, stretch))
    for case in cases:
        found = compared(CATALOGUE, trading, read, case)
        assert found == compare(lines, shop, case), case
