"""What the options of `backfill` choose, and whose past it is."""

from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock, ScaledClock
from pipeline.commands.backfill import asked_for, days_for
from pipeline.commands.backfill_progress import BackfillProgress
from pipeline.errors import ConfigurationError
from pipeline.history.backfill_shop import LiveRun, live_run, past_shop
from pipeline.settings import Settings
from pipeline.simulator.run_folder import SavedRun, save_run
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, date_of, epoch_day
from tests.unit.pipeline.simulator.past_of_tests import LIVE, MIDNIGHT, ZONE, plan

CATALOGUE = load_catalogue(None)
TRADING = TradingTime(ZONE, CATALOGUE.windows, load_promotions())
NOTHING: dict[str, object] = {
    **{"months": 13, "until": None, "first": (), "seed": None, "lines": None},
    **{"real_clock": False, "run_name": None},
}


def run_of(folder: Path, **options: object) -> LiveRun:
    asked = asked_for({**NOTHING, **options}, Settings(home=folder))
    return live_run(asked, folder, CATALOGUE, ManualClock((MIDNIGHT + 600) * 60_000))


def local(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local date


def test_without_a_run_it_is_the_past_of_the_run_the_demo_would_begin(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    assert run.date == LIVE
    assert (run.plan.seed, run.plan.lines, run.plan.first) == (1111, 200_000, MIDNIGHT - 240)
    assert run_of(tmp_path, seed=7, lines=20_000).plan.lines == 20_000


def test_a_run_that_goes_on_keeps_its_own_past(tmp_path: Path) -> None:
    save_run(tmp_path, SavedRun(plan(5_000, seed=3), ScaledClock(0, 0, 1.0), False))
    run = run_of(tmp_path)
    assert (run.plan.seed, run.plan.lines) == (3, 5_000)


def test_a_run_on_the_real_clock_is_a_promotion_of_its_own_with_busy_baselines(
    tmp_path: Path,
) -> None:
    today = ZONE.instant_of_local_minute(epoch_day(date(2026, 3, 31)) * 1440 + 700)
    asked = asked_for({**NOTHING, "real_clock": True}, Settings(home=tmp_path))
    run = live_run(asked, tmp_path, CATALOGUE, ManualClock(today))
    busy = past_shop(run, CATALOGUE, TRADING, "A").busy
    assert run.date == date(2026, 3, 31)
    last_year, last_month = epoch_day(date(2025, 3, 31)), epoch_day(date(2026, 2, 28))
    assert busy.of_day(last_year).sum() > 8 * busy.of_day(last_year + 7).sum()
    assert busy.of_day(last_month).sum() > 5 * busy.of_day(last_month - 7).sum()


def test_dates_asked_for_come_first_and_until_cuts_the_rest(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    chosen = (local(date(2026, 1, 5)), local(date(2025, 11, 11)))
    days = days_for({**NOTHING, "first": chosen}, run, TRADING)
    assert [date_of(day) for day in days.first] == [date(2026, 1, 5), date(2025, 11, 11)]
    assert epoch_day(date(2026, 6, 18)) in days.rest
    assert len(days) == len(days_for(NOTHING, run, TRADING))
    few = days_for({**NOTHING, "until": local(date(2025, 10, 20))}, run, TRADING)
    assert max(map(date_of, few.rest)) == date(2025, 10, 20)
    assert not few.partly


def test_a_date_that_is_not_past_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="begins on 2026-11-10"):
        days_for({**NOTHING, "first": (local(date(2026, 11, 10)),)}, run_of(tmp_path), TRADING)


def test_away_from_a_terminal_progress_is_a_few_lines() -> None:
    said = StringIO()
    progress = BackfillProgress(30, 10, Console(file=said, width=200))
    with progress:
        progress.first_ready()
        for day in range(20):
            progress.closed(day, 1_000)
    progress.end()
    first, last = said.getvalue().splitlines()
    assert first == "history: baseline days ready"
    assert last.startswith("history: all 30 days are there; 20,000 lines in ")
