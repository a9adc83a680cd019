"""`simulate`: the orders of a promotion day, from its opening to now, then on."""

import signal
import threading
from dataclasses import fields
from typing import Any

import click
import structlog

from pipeline import logs
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings
from pipeline.simulator.heartbeat import Heartbeat
from pipeline.simulator.options import Asked, instant_of
from pipeline.simulator.rates import Rates
from pipeline.simulator.starting import opened
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics

SAY_EVERY = 50_000
LOG = structlog.get_logger()


def rate_options(function: Any) -> Any:
    """Add one option for each rate, `--too-late 0.0005` and so on."""
    for rate in reversed(fields(Rates)):
        option = click.option(
            f"--{rate.name.replace('_', '-')}",
            type=float,
            help=f"Share of {rate.name.replace('_', ' ')} (default {rate.default}).",
        )
        function = option(function)
    return function


@click.command()
@click.option("--speed", type=float, help="How fast the clock of the orders runs (default 1).")
@click.option("--seed", type=int, help="Seed of shoppers, goods and orders (default 1111).")
@click.option("--lines", type=int, help="Order lines until the start (default 200000).")
@click.option("--now", "real_clock", is_flag=True, help="Follow the real clock.")
@click.option("--start", help='Where the clock starts (default "2026-11-11 16:48", local).')
@click.option("--until", help="Stop when the clock reaches this local time.")
@click.option("--hold", is_flag=True, help="Let the clock stand a minute before the day closes.")
@click.option("--topic", help="Topic (default DAPING_TOPIC or orders.demo).")
@click.option("--run", "run_name", help="Name of the run (default simulated, or now).")
@click.option("--no-prefill", is_flag=True, help="Start with an empty day.")
@rate_options
def command(**options: Any) -> None:
    """Send the orders of a simulated promotion day; a run that was stopped goes on."""
    settings = Settings()
    logs.start("simulate", settings)
    catalogue = load_catalogue(settings.config)
    if options["speed"] is not None and not options["speed"] > 0:
        raise ConfigurationError("--speed must be above 0")
    asked = asked_for(options, settings)
    if options["until"] and options["hold"]:
        raise ConfigurationError("--until and --hold exclude each other")
    until_ms = options["until"] and instant_of(options["until"], catalogue.shop.zone)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    folder = settings.home.resolve() / "ledger" / asked.run
    topics = Topics(settings.endpoint("kafka"))
    run = opened(asked, folder, catalogue, topics)
    store = RedisSnapshots(settings.endpoint("redis_url"), catalogue)
    LOG.info("sending", run=asked.run, topic=asked.topic, ledger=str(folder))

    def progress(count: int) -> None:
        if count % SAY_EVERY == 0:
            LOG.info("sent", messages=count)

    # Whose clock the screen follows is known long before a run that goes on has caught up.
    with Heartbeat(store.put_source, run.state) as heartbeat:
        simulator = run.caught_up(topics, ended)
        heartbeat.speak_for(simulator.state)
        if options["hold"]:
            until_ms = simulator.last_minute_ms
        simulator.run(until_ms, progress, hold=options["hold"])
    LOG.info("ended", messages=simulator.state().sent)


def asked_for(options: dict[str, Any], settings: Settings) -> Asked:
    """Return the options as a request; Rates says what a rate must be."""
    rates = {r.name: options[r.name] for r in fields(Rates) if options[r.name] is not None}
    Rates(**rates)
    return Asked(
        run=options["run_name"] or ("now" if options["real_clock"] else "simulated"),
        topic=options["topic"] or settings.topic or "orders.demo",
        rates=rates,
        speed=options["speed"],
        seed=options["seed"],
        lines=options["lines"],
        start=options["start"],
        real_clock=options["real_clock"],
        prefill=not options["no_prefill"],
    )
