"""`snapshot`: the wall as a picture, with the frame it was drawn from and a hash of both."""

import os
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import click

from pipeline.clock import SystemClock
from pipeline.errors import ConfigurationError, DapingError
from pipeline.settings import Settings
from pipeline.snapshot.chromium import Chromium, running_chromium
from pipeline.snapshot.keeping import forget_old, keep
from pipeline.snapshot.taking import take

SIZES = (320, 8192)  # px; Chromium draws nothing beyond
SECONDS = {"s": 1, "m": 60, "h": 3600}


class Size(click.ParamType[tuple[int, int]]):
    """Gives (width, height) for 1920x1080."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", str(value))
        if found is None or not all(SIZES[0] <= int(side) <= SIZES[1] for side in found.groups()):
            self.fail(f"{value!r} is not like 1920x1080, {SIZES[0]} to {SIZES[1]} a side")
        return int(found[1]), int(found[2])


class Span(click.ParamType[int]):
    """Gives seconds for 30s, 10m, 1h."""

    name = "SPAN"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        found = re.fullmatch(r"(\d{1,5})([smh])", str(value))
        if found is None or int(found[1]) == 0:
            self.fail(f"{value!r} is not like 30s, 10m or 1h")
        return int(found[1]) * SECONDS[found[2]]


@click.command()
@click.option("--url", help="The screen's address (default: the one that runs here).")
@click.option("--out", type=click.Path(path_type=Path), help="Folder (DAPING_HOME/snapshots).")
@click.option("--size", type=Size(), default="1920x1080", show_default=True)
@click.option("--query", default="", help="What to look at: 'lang=zh&window=28H&theme=light'.")
@click.option("--every", type=Span(), help="Go on for ever, one each 30s, 10m, 1h.")
@click.option("--kept", type=click.IntRange(1), help="Delete all but so many of the newest.")
@click.option("--timeout", type=click.FloatRange(1), default=30.0, show_default=True)
def command(  # noqa: PLR0913 - options
    url: str | None,
    out: Path | None,
    size: tuple[int, int],
    query: str,
    every: int | None,
    kept: int | None,
    timeout: float,
) -> None:
    """Write the picture of the wall (PNG), its frame (JSON) and a manifest with their SHA-256.

    It is taken when the page says that words, fonts and figures stand, and every number on it is
    held to the frame. DAPING_VIEW_TOKEN is sent to a screen that wants one.
    """
    settings = Settings()
    base = screen_address(url or settings.run.get("screen"), settings)
    address = f"{base}?{query.lstrip('?')}" if query else base
    folder = out or settings.home / "snapshots"
    asked = {"url": base, "query": query.lstrip("?"), "size": f"{size[0]}x{size[1]}"}

    def once() -> None:
        with running_chromium(size) as chromium:
            send_token(chromium)
            snapshot = take(chromium, address, timeout)
        path = keep(snapshot, folder, SystemClock().now_ms(), asked)
        click.echo(f"{path.with_suffix('.png')}: {snapshot.numbers} numbers, all in its frame")
        if kept is not None:
            forget_old(folder, kept)

    if every is None:
        once()
        return
    while True:
        began = time.monotonic()
        try:
            once()
        except ConfigurationError:
            raise
        except DapingError as fault:  # the next one may do better
            click.echo(f"error: {fault}", err=True)
        time.sleep(max(0.0, every - (time.monotonic() - began)))


def screen_address(given: object, settings: Settings) -> str:
    """Return the screen's address, ending in /; raises ConfigurationError."""
    url = str(given or f"http://{settings.host}:{settings.port}/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ConfigurationError(
            f"{url} is not the address of a screen: give one like http://127.0.0.1:8050/, and "
            "what to look at with --query"
        )
    return url.rstrip("/") + "/"


def send_token(chromium: Chromium) -> None:
    """Let the browser show who may look, where the screen wants to know."""
    token = os.environ.get("DAPING_VIEW_TOKEN")
    if token:
        headers = {"Authorization": f"Bearer {token}"}
        chromium.call("Network.enable")
        chromium.call("Network.setExtraHTTPHeaders", headers=headers)
