"""The one wiring place of `submit` and `watch`: from settings to services and what is to run."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.jobs.archive_starting import ArchivePlant
from pipeline.jobs.book import Book
from pipeline.jobs.flink_rest import FlinkRest
from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.specification import ArchiveSpec, ArchiveTarget, LiveSpec
from pipeline.settings import Settings
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone

FIRST_YEAR, LAST_YEAR = 2000, 2040


def client_environment(client: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a submitting process; `client` names the folders of Flink."""
    checkout = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, [str(checkout), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **client, "PYTHONPATH": path}


def plant_and_recipe(
    settings: Settings, submit: Callable[[LiveSpec], str], parallelism: int
) -> tuple[Plant, Recipe]:
    """Return the services and the recipe of the settings' link; nothing connects yet.

    Raises Faults, ConfigurationError.
    """
    catalogue = load_catalogue(settings.shop_folder)
    redis_url = settings.endpoint("redis_url")
    kafka = settings.endpoint("kafka")
    plant = Plant(
        snapshots=RedisSnapshots(redis_url, catalogue),
        topics=Topics(kafka),
        flink=FlinkRest(settings.endpoint("flink_rest")),
        book=Book(settings.home),
        clock=SystemClock(),
        submit=submit,
        redis_url=redis_url,
        kafka_for_flink=kafka,
    )
    transitions = Zone(catalogue.shop.zone).transitions(FIRST_YEAR, LAST_YEAR)
    return plant, Recipe(settings.link, settings.orders_topic, catalogue, transitions, parallelism)


def archive_plant(settings: Settings, submit: Callable[[ArchiveSpec], str]) -> ArchivePlant:
    """Return the services of the link's archive job; nothing connects yet.

    Raises Faults, ConfigurationError (no ClickHouse is named).
    """
    from pipeline.stores.history import ClickHouseHistory  # the way of the first number is without

    target = archive_target(settings)
    kafka = settings.endpoint("kafka")
    return ArchivePlant(
        link=settings.link,
        topic=settings.orders_topic,
        topics=Topics(kafka),
        flink=FlinkRest(settings.endpoint("flink_rest")),
        book=Book(settings.home),
        clock=SystemClock(),
        history=ClickHouseHistory(target.url, target.database, target.catalogue, target.trading),
        target=target,
        submit=submit,
        kafka_for_flink=kafka,
    )


def archive_target(settings: Settings) -> ArchiveTarget:
    """Return where the settings' history is kept."""
    catalogue = load_catalogue(settings.shop_folder)
    promotions = load_promotions(settings.shop_folder)
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, promotions)
    url = settings.endpoint("clickhouse_url")
    return ArchiveTarget(url, settings.history_database, catalogue, trading)
