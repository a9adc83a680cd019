"""The same random comparisons, read from a real ClickHouse."""

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.stores.history import ClickHouseHistory
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from tests.kept_history import ZONES, check_random_comparisons

CATALOGUE = load_catalogue()

pytestmark = pytest.mark.services


@pytest.mark.parametrize("zone", ZONES)
def test_a_hundred_comparisons_of_clickhouse_equal_those_counted_line_by_line(
    clickhouse_url: str, zone: str
) -> None:
    trading = TradingTime(Zone(zone), CATALOGUE.windows, load_promotions())
    database = f"comparisons_{ZONES.index(zone)}"
    history = ClickHouseHistory(clickhouse_url, database, CATALOGUE, trading)
    check_random_comparisons(CATALOGUE, trading, history, count=100)
