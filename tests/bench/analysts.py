"""How long the wall's turn takes alone, and with analysts asking for different days.

Run it with `python -m tests.bench.analysts [analysts, default 10] [seconds, default 20]`.
A wall at 16:48 of 11.11, one viewer, and closed days in an embedded ClickHouse of its own. Every
turn has new orders. Prints p50 and p99 of a turn (ms) for both, how many days the analysts were
shown, and the ratios.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx
import numpy as np
from werkzeug.serving import make_server

from app.poller import Poller
from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_stretches import day_bounds
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.past import DayRecord
from tests.bench.history import migrated, own_clickhouse
from tests.e2e.orders import PARTITION, Line, fill, make_cells, make_lines, tell_states
from tests.e2e.past_orders import LINK, columns
from tests.e2e.past_site import TODAY, trading_time

RUNNING = 1248  # minutes since the opening
A_MINUTE = 4  # orders
DAYS = 12
BASELINES = (date(2025, 11, 11), date(2026, 6, 18))
WARM_SECONDS = 8.0
THINKING_S, AGAIN_S = 1.0, 0.3


def past_days() -> list[date]:
    return [TODAY - timedelta(days=n) for n in range(2, 2 + DAYS)]


def fill_history(store: ClickHouseHistory, catalogue: Catalogue, trading: TradingTime) -> None:
    """Write and close the days; each has the eve it needs."""
    closed: set[int] = set()
    for day in (*BASELINES, *past_days()):
        start = trading.bounds("28H", day).start * MINUTE_MS
        lines = make_lines(catalogue, start, 1680, A_MINUTE)
        store.insert_events(columns(lines, day.isoformat()))
        closed |= {epoch_day(day) - 1, epoch_day(day)}
    for local in sorted(closed):
        counted = store.build_facts(LINK, local, day_bounds(trading, local))
        store.close_day(DayRecord(local, LINK, 1, 1_000, "close", counted), ())


class Feeding:
    """Puts new orders into the snapshots before every turn, and times the turn."""

    def __init__(self, poller: Poller, catalogue: Catalogue, trading: TradingTime) -> None:
        self.spent: list[float] = []
        self._catalogue, self._trading = catalogue, trading
        self._store = MemorySnapshots(catalogue)
        self._turn = poller.turn
        self._start = trading.bounds("28H", TODAY).start * MINUTE_MS
        self._lines = make_lines(catalogue, self._start, RUNNING, A_MINUTE)
        self._began = time.monotonic()
        poller.turn = self.turn  # type: ignore[method-assign]

    def fill(self, store: MemorySnapshots) -> None:
        self._store = store
        fill(store, make_cells(self._catalogue, self._trading, self._lines))

    def turn(self) -> None:
        minute = RUNNING + int(time.monotonic() - self._began) // 20
        begin = self._start + minute * MINUTE_MS
        more = make_lines(self._catalogue, begin, 1, A_MINUTE + len(self.spent) % 40)
        cells = make_cells(self._catalogue, self._trading, more)
        rows = [row for row in cells if row.cube != "audit"]
        total = len(self._lines) + 100 * len(self.spent) + 1
        rows.append(CellRow("audit", PARTITION, "counted", CellValue(total, (total, newest(more)))))
        fill(self._store, rows)
        tell_states(self._store, self._lines, SystemClock().now_ms(), begin + MINUTE_MS - 1)
        begun = time.perf_counter()
        self._turn()
        self.spent.append((time.perf_counter() - begun) * 1000)


def newest(lines: list[Line]) -> int:
    return max(line.at for line in lines)


@contextmanager
def asking(url: str, analysts: int) -> Iterator[subprocess.Popen[str]]:
    """Run the browsers' side in a process of its own."""
    program = [sys.executable, "-m", "tests.bench.analysts", "--ask", url, str(analysts)]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def ask(url: str, analysts: int) -> None:
    """Look at the wall, and at one day after the other for each analyst, until told to stop."""
    shown: list[str] = []
    days = past_days()

    def look(name: int) -> None:
        for turn in range(10_000):
            day = days[(name * 5 + turn) % len(days)]
            window = ("28H", "24H", "4H")[(name + turn) % 3]
            query = f"date={day}&window={window}&step={(1, 10)[turn % 2]}&theme=light"
            while httpx.get(f"{url}/view.json?{query}", timeout=20).status_code != 200:
                time.sleep(AGAIN_S)
            shown.append(query)
            time.sleep(THINKING_S)

    def watch() -> None:
        while True:
            httpx.get(f"{url}/view.json?window=28H", timeout=20)
            time.sleep(1)

    threading.Thread(target=watch, daemon=True).start()
    for name in range(analysts):
        threading.Thread(target=look, args=(name,), daemon=True).start()
    sys.stdin.readline()
    sys.stdout.write(f"{len(shown)}\n")
    sys.stdout.flush()


def measured(feeding: Feeding, url: str, analysts: int, seconds: float) -> tuple[float, float]:
    """Return p50 and p99 of a turn while so many analysts ask; say how many days they saw."""
    with asking(url, analysts) as process:
        time.sleep(WARM_SECONDS)
        feeding.spent.clear()
        time.sleep(seconds)
        spent = list(feeding.spent)
        shown, _ = process.communicate("stop\n", timeout=20)
    p50, p99 = (float(p) for p in np.percentile(spent, [50, 99]))
    text = f"{analysts} analysts: {len(spent)} turns, p50 {p50:.0f} ms, p99 {p99:.0f} ms, "
    sys.stdout.write(f"{text}{shown.strip()} days shown\n")
    sys.stdout.flush()
    return p50, p99


def main() -> None:
    analysts, seconds = (int(n) for n in (*sys.argv[1:3], *("10", "20")[len(sys.argv) - 1 :]))
    catalogue = load_catalogue()
    trading = trading_time(catalogue)
    with own_clickhouse() as clickhouse:
        migrated(clickhouse)
        store = ClickHouseHistory(clickhouse, "bench", catalogue, trading)
        store.migrate()
        fill_history(store, catalogue, trading)
        snapshots = MemorySnapshots(catalogue)
        settings = ScreenSettings(clickhouse_url=clickhouse, database="bench")
        app = create_app(settings, snapshots)
        poller: Poller = app.server.extensions[EXTENSION]
        feeding = Feeding(poller, catalogue, trading)
        feeding.fill(snapshots)
        server = make_server("127.0.0.1", 0, app.server, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.port}"
        alone = measured(feeding, url, 0, seconds)
        busy = measured(feeding, url, analysts, seconds)
        ratios = [b / a for a, b in zip(alone, busy, strict=True)]
        sys.stdout.write(f"with analysts: p50 {ratios[0]:.2f}x, p99 {ratios[1]:.2f}x\n")
        poller.stop()
        server.shutdown()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        ask(sys.argv[2], int(sys.argv[3]))
    else:
        main()
