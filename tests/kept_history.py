"""A history of plain order lines: some days closed, some open, the archive past all of it."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from pipeline.catalogue.model import Catalogue
from pipeline.stores.history_protocol import EVENT_COLUMNS, HistoryReader, HistoryWriter
from pipeline.trading.windows import (
    MINUTES_OF_A_DAY,
    MinuteRange,
    TradingTime,
)
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import ArchivePosition, DayRecord
from tests.brute_comparison import DIMENSIONS, Line, Shop, compare
from tests.comparison_cases import random_cases, random_lines
from tests.past_lines import compared

LINK = "A"
ZONES = ("Asia/Shanghai", "Europe/London")


class History(HistoryReader, HistoryWriter, Protocol):
    """Both halves."""


def check_random_comparisons(
    catalogue: Catalogue, trading: TradingTime, history: History, count: int
) -> None:
    """Compare that many random cases, read from a history, with those counted line by line."""
    zone = trading.zone.name
    cases = random_cases(seed=11, count=count)
    keys = {d: ["", *list(catalogue.dimensions[d].members)[:5], "new"] for d in DIMENSIONS}
    lines = random_lines(12, zone, cases, keys)
    fill(history, trading, lines)
    warehouses = catalogue.dimensions["warehouse"].members.values()
    shop = Shop(zone, {w.key: w.parent or "unknown" for w in warehouses})
    read = cache(history.read)
    for case in cases:
        assert compared(catalogue, trading, read, case) == compare(lines, shop, case), case


def fill(history: HistoryWriter, trading: TradingTime, lines: Sequence[Line]) -> None:
    """Archive lines, some of them twice; close two days of six, an eve and its day among them."""
    history.migrate()
    history.insert_events(columns(lines))
    history.insert_events(columns(lines[::7]))
    days = {trading.zone.local_minute(line.ms) // MINUTES_OF_A_DAY for line in lines}
    closed = [day for place, day in enumerate(sorted(days)) if place % 6 < 2]
    for generation, day in enumerate(closed, start=1):
        bounds = day_bounds(trading, day)
        found = history.build_facts(LINK, day, bounds)
        history.close_day(DayRecord(day, LINK, generation, 1_000, "close", found), ())
    done = max(line.ms for line in lines) + 3 * 86_400_000
    history.put_progress(LINK, "orders", {0: ArchivePosition(len(lines), done, done)})


def day_bounds(trading: TradingTime, day: int) -> MinuteRange:
    start, end = (
        trading.zone.instant_of_local_minute(d * MINUTES_OF_A_DAY) // MINUTE_MS
        for d in (day, day + 1)
    )
    return MinuteRange(start, end)


def columns(lines: Sequence[Line]) -> dict[str, list[Any]]:
    """Return lines as the archive takes them: EVENT_COLUMNS."""
    rows = [
        {
            **line.keys,
            "link": LINK,
            "minute": line.minute,
            "event_id": line.event_id,
            "kind": line.kind,
            "order_id": line.event_id,
            "line_no": line.line_no,
            "event_ms": line.ms,
            "user_id": line.user,
            "sku": "",
            "warehouse_id": line.keys["warehouse"],
            "quantity": line.quantity,
            "amount_cents": line.amount,
            "topic": "orders",
            "partition": 0,
            "offset": int(line.event_id[1:]),
            "arrived_ms": line.ms,
            "generation": 1,
        }
        for line in lines
    ]
    return {name: [row[name] for row in rows] for name in EVENT_COLUMNS}
