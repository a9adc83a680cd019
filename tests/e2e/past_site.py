"""The screen with a history, in one process: python -m tests.e2e.past_site PORT.

A wall at 02:00 on 11.11 2026 from cells in memory, and closed days in a history in memory; the
wall's clock stands and its parts are heard of every second.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.serving import make_server

from app.server import create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.stores.history_memory import MemoryHistory
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.past import PastStretch, Stretch
from tests.e2e.orders import Line, fill, make_cells, make_lines, tell_states
from tests.e2e.past_orders import filled

TODAY = date(2026, 11, 11)
RUNNING = 360  # minutes since the opening
CLOSED = {date(2025, 11, 11): 1, date(2026, 6, 18): 2, date(2026, 11, 10): 1}  # orders a minute
DAY = 1680
SLOW = date(2026, 11, 10)  # its longest window takes a while to be read
SLOW_SECONDS = 1.5


class SlowHistory:
    """A history of which one stretch takes its time."""

    def __init__(self, history: MemoryHistory, slow: MinuteRange) -> None:
        self._history = history
        self._slow = slow

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)

    def read(self, stretch: Stretch) -> PastStretch:
        if stretch.bounds == self._slow:
            time.sleep(SLOW_SECONDS)
        return self._history.read(stretch)


def lines_of(catalogue: Catalogue, trading: TradingTime, day: date, a_minute: int) -> list[Line]:
    """Return the lines of the longest window of a closed day."""
    start = trading.bounds("28H", day).start * MINUTE_MS
    return make_lines(catalogue, start, DAY, a_minute)


def past(catalogue: Catalogue, trading: TradingTime) -> dict[date, Sequence[Line]]:
    return {day: lines_of(catalogue, trading, day, n) for day, n in CLOSED.items()}


def trading_time(catalogue: Catalogue) -> TradingTime:
    return TradingTime(Zone(catalogue.shop.zone), catalogue.windows, load_promotions())


def serve(port: int) -> None:
    """Serve until killed."""
    catalogue = load_catalogue()
    trading = trading_time(catalogue)
    start = trading.bounds("28H", TODAY).start * MINUTE_MS
    lines = make_lines(catalogue, start, RUNNING, 6)
    store = MemorySnapshots(catalogue)
    fill(store, make_cells(catalogue, trading, lines))
    held = filled(catalogue, trading, past(catalogue, trading))
    history: Any = SlowHistory(held, trading.bounds("28H", SLOW))

    def tell() -> None:
        while True:
            tell_states(store, lines, SystemClock().now_ms(), start + RUNNING * MINUTE_MS)
            time.sleep(1)

    threading.Thread(target=tell, daemon=True).start()
    app = create_app(ScreenSettings(), store, history=lambda: history)
    make_server("127.0.0.1", port, app.server, threaded=True).serve_forever()


if __name__ == "__main__":
    os.environ["DAPING_PORT"] = sys.argv[1]
    serve(int(sys.argv[1]))
