"""`verify`: the same numbers by five ways, to the cent."""

import gc
import signal
import sys
from pathlib import Path

import click
import orjson
from rich.console import Console

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.errors import ConfigurationError, Mismatch
from pipeline.settings import Settings
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.verify.proof import Proof
from pipeline.verify.report import document_of, table_of


@click.command()
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write everything here.")
@click.option("--timeout", default=120.0, help="Seconds to wait for everyone to be at rest.")
@click.option("--window", "windows", multiple=True, help="Only this window (default all).")
@click.option("--no-pause", is_flag=True, help="Do not pause the simulator.")
def command(file: Path | None, timeout: float, windows: tuple[str, ...], no_pause: bool) -> None:
    """Compare ledger, Kafka, Redis, ClickHouse and the frame.

    Exit 1 on any difference, 3 if it never rests.
    """
    settings = Settings()
    catalogue = load_catalogue(settings.shop_folder)
    unknown = [name for name in windows if name not in catalogue.windows]
    if unknown:
        raise ConfigurationError(
            f"no window {', '.join(unknown)}; there are {', '.join(catalogue.windows)}"
        )
    promotions = load_promotions(settings.shop_folder)
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, promotions)
    console = Console() if sys.stdout.isatty() else Console(width=180)
    archive = archive_of(settings, catalogue, trading)
    if archive is None:
        console.print("no ClickHouse is set or started: the archive is not compared")
    proof = Proof(
        catalogue=catalogue,
        trading=trading,
        topics=Topics(settings.endpoint("kafka")),
        store=RedisSnapshots(settings.endpoint("redis_url"), catalogue),
        home=settings.home.resolve(),
        link=settings.link,
        topic=settings.orders_topic,
        screen=str(settings.run.get("screen") or f"http://{settings.host}:{settings.port}/"),
        windows=windows,
        archive=archive,
    )
    # Ended from outside it must still let the simulator go on, so that it leaves by an exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with console.status("looking") as status:

        def say(text: str) -> None:
            if console.is_terminal:
                status.update(text)
            else:
                console.print(text, markup=False)

        gc.disable()  # millions of small lists without a circle among them: a third faster
        try:
            report = proof.run(timeout, not no_pause, say)
        finally:
            gc.enable()
    if file is not None:
        file.write_bytes(orjson.dumps(document_of(report), option=orjson.OPT_INDENT_2))
    console.print(table_of(report))
    if report.differences:
        named = "\n  ".join(report.named)
        raise Mismatch(f"{report.differences} differences\n  {named}")
    console.print(f"all equal: {len(report.rows)} items compared")


def archive_of(
    settings: Settings, catalogue: Catalogue, trading: TradingTime
) -> ClickHouseHistory | None:
    """Return the archive, or None where the wall runs without one."""
    if settings.clickhouse_url is None and settings.run.get("clickhouse_url") is None:
        return None
    url = settings.endpoint("clickhouse_url")
    return ClickHouseHistory(url, settings.history_database, catalogue, trading)
