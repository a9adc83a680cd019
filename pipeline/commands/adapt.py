"""`adapt`: map the messages of a foreign topic and write them as events."""

import signal
import threading

import click
import structlog

from pipeline import logs
from pipeline.adapter.counts import Counts
from pipeline.adapter.service import AdapterService
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.mapping.load import FILE, load_feed
from pipeline.settings import Settings
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.values.streams import AdapterState, PartitionAdapted, SourceState

log = structlog.get_logger()


@click.command()
@click.option("--from-topic", "foreign", help="The foreign topic (default: [feed] topic).")
@click.option(
    "--partition", "partitions", type=int, multiple=True, help="Only this one, and so on."
)
@click.option("--from-beginning", "again", is_flag=True, help="Read all again: what counts already "
              "is a duplicate, what a corrected mapping now takes is counted.")  # fmt: skip
@click.option("--drain", is_flag=True, help="End where the topic ends now.")
def command(foreign: str | None, partitions: tuple[int, ...], again: bool, drain: bool) -> None:
    """Map the messages of a foreign topic by mapping.toml and write them to DAPING_TOPIC.

    Goes on where it ended; refused lines go to <topic>.rejected; runs until Ctrl-C.
    """
    settings = Settings()
    logs.start("adapt", settings)
    folder = settings.shop_folder
    if folder is None or not (folder / FILE).is_file():
        raise ConfigurationError(
            f"no {FILE}: set DAPING_CONFIG to a shop's folder that has one "
            "(python -m pipeline init FOLDER makes one to begin with)"
        )
    catalogue = load_catalogue(folder)
    mapping = load_feed(folder / FILE, catalogue.shop)
    topic = foreign or mapping.feed.topic
    if topic is None or topic == settings.orders_topic:
        raise ConfigurationError("name the foreign topic: --from-topic, or topic under [feed]")
    teller = Teller(settings, RedisSnapshots(settings.endpoint("redis_url"), catalogue), topic)
    service = AdapterService(
        topics=Topics(settings.endpoint("kafka")),
        foreign=topic,
        orders=settings.orders_topic,
        mapping=mapping,
        tell=teller.tell,
        partitions=partitions or None,
        again=again,
        drain=drain,
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    service.run(stop)
    click.echo(teller.line)


class Teller:
    """Tells Redis where the adapter is; that the source lives; and a person, at the end."""

    def __init__(self, settings: Settings, snapshots: RedisSnapshots, topic: str) -> None:
        self._link, self._orders, self._topic = settings.link, settings.orders_topic, topic
        self._snapshots = snapshots
        self.line = f"{topic}: nothing read"

    def tell(self, counts: dict[int, Counts], ends: dict[int, int]) -> None:
        now = SystemClock().now_ms()
        parts = tuple(
            PartitionAdapted(**vars(one), end=ends.get(number, 0)) for number, one in counts.items()
        )
        state = AdapterState(self._orders, self._topic, now, parts)
        sums = {
            n: sum(getattr(p, n) for p in parts) for n in ("lines", "events", "refused", "skipped")
        }
        said = ", ".join(f"{number} {name}" for name, number in sums.items())
        self.line = f"{self._topic} → {self._orders}: {said}"
        try:
            self._snapshots.put_adapter(self._link, state)
            self._snapshots.put_source(SourceState("live", self._topic, now, now, 1.0, now))
        except ServiceUnavailable as fault:  # the orders do not wait for Redis
            log.warning("state not told", cause=str(fault))
