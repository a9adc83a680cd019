"""How fast history is written and read, on an embedded ClickHouse of its own.

Run it with `python -m tests.bench.history [millions of events, default 20]`.
Prints events per second of inserts, and p50/p95 of the sums of both baselines up to an elapsed
minute over a year of minute facts, of a scan of all events and of SELECT 1, with both ratios.
"""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from pipeline.errors import ServiceUnavailable
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_connection import Server
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.stores.history_stretches import day_bounds
from pipeline.values.past import DayRecord, Stretch
from tests.unit.pipeline.stores.history_events import CATALOGUE, DAY, TRADING, order_line

DATABASE = "bench"
BATCH = 100_000
KEYS = 60
BASELINES = (
    "SELECT day, sum(m_paid_amount), sum(m_refund_amount), sum(m_orders) FROM facts\n"
    "WHERE link = {link:String} AND cube = 'gender' AND (\n"
    "  (day = {yoy:Int32} AND minute < {yoy_until:UInt32})\n"
    "  OR (day = {mom:Int32} AND minute < {mom_until:UInt32}))\nGROUP BY day"
)
SCAN = (
    "SELECT intDiv(minute, 1440) AS day, sumIf(amount_cents, kind = 'sale') FROM events\n"
    "WHERE link = {link:String} GROUP BY day"
)
FACTS = (
    "INSERT INTO facts (link, day, cube, minute, key, n, m_paid_amount, m_orders)\n"
    "SELECT 'A', intDiv(number, 5760) + {first:Int32}, 'gender',\n"
    "  intDiv(number, 4) + {start:UInt32}, ['F', 'M', 'U', 'unknown'][number % 4 + 1],\n"
    "  3, number % 90000, 2 FROM numbers({cells:UInt64})"
)
EVENTS = (
    "INSERT INTO events (link, minute, event_id, kind, order_id, line_no, event_ms, user_id,\n"
    "  gender, category, brand, sku, warehouse_id, province, quantity, amount_cents, topic,\n"
    "  partition, offset, arrived_ms, generation)\n"
    "SELECT 'A', {start:UInt32} + number % 40000, toString(number), 'sale', toString(number), 1,\n"
    "  0, toString(number % 90000), 'F', 'phones', 'Akari', 's1', 'w1', 'GD', 1, number % 9000,\n"
    "  'orders', 0, number, 0, 1 FROM numbers({events:UInt64})"
)


@contextmanager
def own_clickhouse() -> Iterator[str]:
    """Start an embedded server on a free port; end it with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        program = [sys.executable, "-m", "pipeline.local.clickhouse"]
        server = subprocess.Popen([*program, "--port", str(port), "--path", home])
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def migrated(url: str) -> ClickHouseHistory:
    """Return a migrated history, once the server answers."""
    store = ClickHouseHistory(url, DATABASE, CATALOGUE, TRADING)
    until = time.monotonic() + 30
    while True:
        try:
            store.migrate()
        except ServiceUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return store


def inserted(store: ClickHouseHistory, batches: int) -> float:
    """Return events inserted per second, batches of numpy columns as the backfill's."""
    bounds = day_bounds(TRADING, DAY)
    chance = np.random.default_rng(1)
    plain = order_line(0, "")
    texts = {"category": 12, "brand": KEYS, "province": 32, "warehouse_id": 33, "user_id": 90_000}
    keys = {name: np.array([f"k{n}" for n in range(many)], object) for name, many in texts.items()}
    batch: dict[str, Any] = {name: np.full(BATCH, plain[name]) for name in EVENT_COLUMNS}
    batch |= {name: of[chance.integers(0, len(of), BATCH)] for name, of in keys.items()}
    batch["minute"] = chance.integers(bounds.start, bounds.end, BATCH)
    spent = 0.0
    for number in range(batches):
        ids = range(number * BATCH, (number + 1) * BATCH)
        batch["event_id"] = np.array([f"e{n}" for n in ids], object)
        begun = time.perf_counter()
        store.insert_events(batch)
        spent += time.perf_counter() - begun
    return batches * BATCH / spent


def percentiles(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Return p50 and p95 of a call, in milliseconds."""
    call()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        spent.append((time.perf_counter() - begun) * 1000)
    p50, p95 = np.percentile(spent, [50, 95])
    return float(p50), float(p95)


def fill(server: Server, millions: int) -> None:
    """Put a year of minute facts and the events to be scanned into the tables."""
    first = DAY - 366
    for day in range(first, DAY - 1, 60):  # an insert takes a hundred partitions at most
        days = min(60, DAY - 1 - day)
        given = {"first": day, "start": day * 1440, "cells": days * 5760}
        server.run(FACTS, given)
    for _ in range(millions):
        given = {"start": (DAY - 300) * 1440, "events": 1_000_000}
        server.run(EVENTS, given)


def merged(server: Server) -> float:
    """Return the seconds until the engine has merged what was just put in: no night is so busy."""
    begun = time.perf_counter()
    while server.rows("SELECT count() FROM system.merges", {})[0][0]:
        time.sleep(0.5)
    return time.perf_counter() - begun


def main() -> None:
    millions = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with own_clickhouse() as url:
        store, server = migrated(url), Server(url, DATABASE)
        _say(f"inserts: {inserted(store, 5):,.0f} events/s")
        begun = time.perf_counter()
        bounds = day_bounds(TRADING, DAY)
        lines = store.build_facts("A", DAY, bounds)
        _say(f"a day of {lines:,} lines built in {time.perf_counter() - begun:.2f} s")
        store.close_day(DayRecord(DAY, "A", 1, 0, "close", lines), [])
        p50, p95 = percentiles(lambda: store.read(Stretch("A", bounds, (DAY,))), 10)
        cells = server.rows("SELECT count() FROM facts", {})[0][0]
        _say(f"that day read, {cells:,} cells: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        fill(server, millions)
        _say(f"merged after {merged(server):.0f} s more")
        yoy, mom, elapsed = DAY - 365, DAY - 30, 900
        given = {"link": "A", "yoy": yoy, "mom": mom}
        given |= {"yoy_until": yoy * 1440 + elapsed, "mom_until": mom * 1440 + elapsed}
        said = {
            "both baselines": percentiles(lambda: server.rows(BASELINES, given), 200),
            f"scan of {millions} M events": percentiles(
                lambda: server.rows(SCAN, {"link": "A"}), 5
            ),
            "SELECT 1": percentiles(lambda: server.rows("SELECT 1", {}), 200),
        }
        for name, (half, most) in said.items():
            _say(f"{name}: p50 {half:.1f} ms, p95 {most:.1f} ms")
        base, scan, one = (most for _, most in said.values())
        _say(f"baselines are {scan / base:.1f}x faster than the scan, {base / one:.1f}x SELECT 1")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
