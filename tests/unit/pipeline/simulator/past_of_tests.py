"""A shop with a past, as the demo would have it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.load import load_catalogue
from pipeline.simulator.market import Market
from pipeline.simulator.past import PastShop
from pipeline.simulator.past_rates import PastRates, standings
from pipeline.simulator.rates import Rates
from pipeline.simulator.run_plan import RunPlan
from pipeline.simulator.shape import intensity
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import epoch_day
from pipeline.trading.zone import Zone

ZONE = Zone("Asia/Shanghai")
LIVE = date(2026, 11, 11)
MIDNIGHT = ZONE.instant_of_local_minute(epoch_day(LIVE) * 1440) // 60_000
LAST_YEAR = epoch_day(date(2025, 11, 11))


def plan(lines: int, seed: int = 1111) -> RunPlan:
    """The default demo's run: from 20:00 of the eve, `lines` until 16:48."""
    first, start_ms = MIDNIGHT - 240, (MIDNIGHT + 1008) * 60_000
    return RunPlan("simulated", "t", seed, lines, MIDNIGHT, first, start_ms, Rates())


def past_of(
    lines: int = 20_000, seed: int = 1111, zone: Zone = ZONE, rates: Rates | None = None
) -> PastShop:
    run = plan(lines, seed)
    busy = PastRates(
        seed,
        epoch_day(LIVE),
        run.expected_lines(MIDNIGHT) / intensity(0),
        standings(load_promotions(), epoch_day(LIVE), {}),
    )
    return PastShop(Market(load_catalogue(None), seed), rates or Rates(), busy, zone, "A")


def rows(columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Every column as a list."""
    return {name: values.tolist() for name, values in columns.items()}


def numbers(values: object) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
