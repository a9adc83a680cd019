"""The million real orders, and the mark of the tests that read them."""

from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail_2009_2011.parquet"

needs_real_orders = (
    pytest.mark.real_orders,
    pytest.mark.skipif(
        not FILE.exists(),
        reason=f"the real orders are not at {FILE}: Online Retail II, see the README's Real orders",
    ),
)
