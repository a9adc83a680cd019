"""`audit`: classify every offset of the orders topic and write the rejected ones."""

import signal
import threading

import click

from pipeline import logs
from pipeline.auditor.service import AuditorService
from pipeline.catalogue.load import load_catalogue
from pipeline.events import Reader
from pipeline.settings import Settings
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics

# A dead broker must not hold up the next word about Redis for long.
_KAFKA_TIMEOUT_S = 3.0


@click.command()
@click.option("--topic", help="Topic of the orders (default: the one of the running source).")
def command(topic: str | None) -> None:
    """Classify every offset and write the rejected topic; runs until Ctrl-C."""
    settings = Settings()
    logs.start("audit", settings)
    catalogue = load_catalogue(settings.shop_folder)
    service = AuditorService(
        topics=Topics(settings.endpoint("kafka"), _KAFKA_TIMEOUT_S),
        snapshots=RedisSnapshots(settings.endpoint("redis_url"), catalogue),
        topic=topic or settings.orders_topic,
        link=settings.link,
        reader=Reader(catalogue.shop.currency),
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    service.run(stop)
