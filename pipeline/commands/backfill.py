"""`backfill`: a past for the simulated shop, the days that it is compared with first."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import click

from pipeline import logs
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.commands.backfill_progress import BackfillProgress
from pipeline.errors import ConfigurationError, Refused, ServiceUnavailable
from pipeline.history.backfill import Backfill
from pipeline.history.backfill_days import PastDays, past_days
from pipeline.history.backfill_shop import LiveRun, live_run, past_shop
from pipeline.history.closing import Closing
from pipeline.jobs.waiting import wait_until_level
from pipeline.jobs.wiring import plant_and_recipe
from pipeline.local.niceness import step_back
from pipeline.settings import Settings
from pipeline.simulator.options import Asked
from pipeline.stores.history import ClickHouseHistory
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, date_of, epoch_day
from pipeline.trading.zone import Zone

NICENESS = 15
BEHIND_LIVE_S = 120.0
MONTHS = 13
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("backfill")
@click.option(
    "--months",
    type=click.IntRange(0, 60),
    default=MONTHS,
    show_default=True,
    help="Months of past before the live run's date; 0: only the days it is compared with.",
)
@click.option("--until", type=_DAY, help="Last local date (default: the day before the run).")
@click.option("--first", type=_DAY, multiple=True, help="Dates to make first, in this order.")
@click.option("--seed", type=int, help="Seed of shoppers, goods and orders (default: the run's).")
@click.option("--lines", type=click.IntRange(min=0), help="Order lines, as given to `simulate`.")
@click.option("--now", "real_clock", is_flag=True, help="The past of a run on the real clock.")
@click.option("--run", "run_name", help="Name of the run (default simulated, or now).")
@click.option("--link", help="The link to fill (default: the setting's).")
@click.option(
    "--behind-live",
    is_flag=True,
    help="After the days that the run is compared with, leave the cores to a live job catching up.",
)
def command(**options: Any) -> None:
    """Give the simulated shop a past: order lines, facts and closed days, newest first.

    Days that are closed already are left alone, so that a second start costs nothing.
    """
    settings = Settings() if options["link"] is None else Settings(link=options["link"])
    logs.start("backfill", settings)
    catalogue = load_catalogue(settings.shop_folder)
    promotions = load_promotions(settings.shop_folder)
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, promotions)
    asked = asked_for(options, settings)
    folder = settings.home.resolve() / "ledger" / asked.run
    run = live_run(asked, folder, catalogue, SystemClock())
    days = days_for(options, run, trading)
    url = settings.endpoint("clickhouse_url")
    store = ClickHouseHistory(url, settings.history_database, catalogue, trading)
    store.migrate()
    # What `close` found first it may have found without the evening before.
    closed = {r.day for r in store.days(settings.link) if r.cause != "close"}
    left = days.left(closed)
    progress = BackfillProgress(len(days), len(days) - len(left))
    topic = settings.orders_topic
    closing = Closing(store, catalogue, trading, settings.link, topic, SystemClock())
    backfill = Backfill(
        shop=past_shop(run, catalogue, trading, settings.link),
        trading=trading,
        store=store,
        close=lambda day: closing.close(day, "backfill").record.lines,
        report=progress.closed,
        begun=days.begun,
    )
    backfill.resume(closed)
    wait = partial(wait_for_live, settings)
    fill(backfill, left, run, progress, wait if options["behind_live"] else lambda: None)


def wait_for_live(settings: Settings) -> None:
    """Return once a live job has all but caught up, or after `BEHIND_LIVE_S`: it may never do."""
    plant, recipe = plant_and_recipe(settings, lambda spec: "", parallelism=1)
    with contextlib.suppress(ServiceUnavailable, Refused):
        wait_until_level(plant, recipe, BEHIND_LIVE_S)


def fill(
    backfill: Backfill,
    days: PastDays,
    run: LiveRun,
    progress: BackfillProgress,
    wait: Callable[[], None],
) -> None:
    """Do what is left; in the background of everything else once the first days are there."""
    with progress:
        backfill.make(days.first, gently=False)
        progress.first_ready()
        wait()
        step_back(NICENESS)
        if days.partly:
            backfill.begin_day(run.plan.first)
        backfill.make(days.rest, gently=True)
    progress.end()


def asked_for(options: dict[str, Any], settings: Settings) -> Asked:
    """Return the options as what `simulate` would have been asked for."""
    return Asked(
        run=options["run_name"] or ("now" if options["real_clock"] else "simulated"),
        topic=settings.orders_topic,
        rates={},
        seed=options["seed"],
        lines=options["lines"],
        real_clock=options["real_clock"],
    )


def days_for(options: dict[str, Any], run: LiveRun, trading: TradingTime) -> PastDays:
    """Return the days to make, as the options narrow them."""
    days = past_days(trading, run.date, run.plan.first, options["months"])
    if options["first"]:
        chosen = tuple(dict.fromkeys(epoch_day(moment.date()) for moment in options["first"]))
        if max(chosen) >= days.begun:
            raise ConfigurationError(
                f"--first {date_of(max(chosen))}: the run itself begins on {date_of(days.begun)}; "
                "give a date before that"
            )
        whole = [day for day in (*days.first, *days.rest) if day not in chosen]
        rest = tuple(sorted(whole, reverse=True)) if options["months"] else ()
        days = replace(days, first=chosen, rest=rest)
    if options["until"] is None:
        return days
    last = epoch_day(options["until"].date())
    rest = tuple(day for day in days.rest if day <= last)
    return replace(days, rest=rest, partly=False)
