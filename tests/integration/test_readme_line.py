"""The README's line for a screen of one's own: as it stands there, it serves a frame that moves."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.local.ports import next_free_port
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from tests.e2e.conftest import wait_until
from tests.e2e.orders import Sums, fill, make_cells, make_lines, tell_states

pytestmark = pytest.mark.services

CHECKOUT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^ *(\.venv/bin/gunicorn .*)$", re.MULTILINE)
DAY = date(2026, 11, 11)


@pytest.fixture
def screen(redis_url: str, tmp_path: Path) -> Iterator[str]:
    """The line, started from the checkout; only where it binds to is told beside it."""
    found = LINE.findall((CHECKOUT / "README.md").read_text())
    assert len(found) == 1
    port = next_free_port(18500)
    environment = {**os.environ, "DAPING_HOME": str(tmp_path), "DAPING_REDIS_URL": redis_url}
    environment["GUNICORN_CMD_ARGS"] = f"-b 127.0.0.1:{port}"
    process = subprocess.Popen(shlex.split(found[0]), cwd=CHECKOUT, env=environment)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def frame(url: str) -> Any:
    try:
        answer = httpx.get(f"{url}/frame.json", timeout=30)
    except httpx.HTTPError:
        return None
    return answer.json() if answer.status_code == 200 else None


def test_the_frame_moves(screen: str, redis_url: str) -> None:
    catalogue = load_catalogue()
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, load_promotions())
    store = RedisSnapshots(redis_url, catalogue, timeout_s=30)
    bounds = trading.bounds("28H", DAY)
    start = bounds.start * MINUTE_MS

    def gross() -> Any:
        said = frame(screen)
        return said and said["windows"]["28H"]["metrics"]["gross_sales"]["value"]

    for minutes in (5, 6, 7):
        lines = make_lines(catalogue, start, minutes, 3)
        fill(store, make_cells(catalogue, trading, lines))
        tell_states(store, lines, SystemClock().now_ms(), start + minutes * MINUTE_MS)
        paid = Sums.of(lines, bounds.start, bounds.end).paid
        wait_until(lambda paid=paid: gross() == paid, 60)
