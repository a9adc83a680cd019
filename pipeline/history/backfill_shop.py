"""The past of a simulated run: which shop it is the past of."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.history.backfill_days import baseline_dates
from pipeline.simulator.market import Market
from pipeline.simulator.options import Asked, begin
from pipeline.simulator.past import PastShop
from pipeline.simulator.past_rates import PastRates, standings
from pipeline.simulator.run_folder import load_run
from pipeline.simulator.run_plan import RunPlan
from pipeline.simulator.shape import intensity
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, date_of, epoch_day
from pipeline.trading.zone import MINUTE_MS, Zone

# How busy the days are that a run on the real clock is compared with; the run itself is 1.
STANDINGS = {"yoy": 1.0, "mom": 0.7}


@dataclass(frozen=True)
class LiveRun:
    """The run that the past leads to; `date`: the business date it shows."""

    plan: RunPlan
    date: date


def live_run(asked: Asked, folder: Path, catalogue: Catalogue, real: Clock) -> LiveRun:
    """Return the run that goes on in a folder, else the one that `simulate` would begin there."""
    saved = load_run(folder) or begin(asked, catalogue.shop, real)
    plan = saved.plan
    plan = replace(
        plan,
        seed=plan.seed if asked.seed is None else asked.seed,
        lines=plan.lines if asked.lines is None else asked.lines,
    )
    return LiveRun(plan, _date_of(plan, catalogue))


def past_shop(run: LiveRun, catalogue: Catalogue, trading: TradingTime, link: str) -> PastShop:
    """Return the shop whose next day is the run."""
    live_day = epoch_day(run.date)
    others = {day: STANDINGS[kind] for kind, day in baseline_dates(trading, run.date).items()}
    busy = PastRates(
        seed=run.plan.seed,
        live_day=live_day,
        scale=run.plan.expected_lines(run.plan.midnight) / intensity(0),
        busy=standings(trading.promotions, live_day, others),
    )
    market = Market(catalogue, run.plan.seed)
    return PastShop(market, run.plan.rates, busy, trading.zone, link)


def _date_of(plan: RunPlan, catalogue: Catalogue) -> date:
    zone = Zone(catalogue.shop.zone)
    return date_of(zone.local_minute(plan.midnight * MINUTE_MS) // MINUTES_OF_A_DAY)
