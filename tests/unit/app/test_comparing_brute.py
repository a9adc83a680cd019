"""Random comparisons equal those counted from plain order lines by code that shares nothing."""

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.stores.history_memory import MemoryHistory
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from tests.kept_history import ZONES, check_random_comparisons

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("zone", ZONES)
def test_a_hundred_comparisons_of_a_history_equal_those_counted_line_by_line(zone: str) -> None:
    trading = TradingTime(Zone(zone), CATALOGUE.windows, load_promotions())
    history = MemoryHistory(CATALOGUE, trading)
    check_random_comparisons(CATALOGUE, trading, history, count=100)
