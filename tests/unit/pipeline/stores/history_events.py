"""Events for tests of history: one by hand, and many at random with everything that goes wrong."""

import random
from collections.abc import Sequence
from typing import Any

from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

CATALOGUE = small_catalogue()
TRADING = TradingTime(Zone("Europe/London"), CATALOGUE.windows)
DAY = 20_751  # 2026-10-25: clocks go back in London, 25 hours

Row = dict[str, Any]


def order_line(minute: int, event_id: str, **given: Any) -> Row:
    """Return an event of a minute (epoch); what is not given is that of a plain sale."""
    row: Row = dict.fromkeys(EVENT_COLUMNS, "")
    row |= {
        "link": "A",
        "minute": minute,
        "event_id": event_id,
        "kind": "sale",
        "order_id": f"o-{event_id}",
        "line_no": 1,
        "event_ms": minute * 60_000 + 7,
        "user_id": "ann",
        "gender": "F",
        "category": "phones",
        "brand": "Akari",
        "sku": "s1",
        "warehouse_id": "w1",
        "province": "GD",
        "quantity": 2,
        "amount_cents": 300,
        "topic": "orders",
        "partition": 0,
        "offset": 5,
        "arrived_ms": minute * 60_000 + 900,
        "generation": 1,
    }
    return row | given


def columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Return rows as `insert_events` takes them."""
    return {name: [row[name] for row in rows] for name in EVENT_COLUMNS}


def random_rows(seed: int, count: int, first: int, last: int) -> list[Row]:
    """Return events of two links in these minutes: refunds, write-offs, guests, missing texts."""
    chance = random.Random(seed)

    def some(*values: str) -> str:
        return chance.choice(values)

    return [
        order_line(
            minute := chance.randrange(first, last),
            f"e{number}",
            link=some("A", "A", "A", "B"),
            kind=some("sale", "sale", "sale", "refund"),
            line_no=chance.choice([1, 1, 2, 3]),
            event_ms=minute * 60_000 + chance.randrange(60_000),
            user_id=some("", *(f"u{n}" for n in range(40))),
            gender=some("F", "M", "U", ""),
            category=some("phones", "books", "女装", "it's", ""),
            brand=some("Akari", "B\\1", "Ω", ""),
            warehouse_id=some("w1", "w2", "w3", ""),
            province=some("GD", "ZJ", ""),
            quantity=chance.randrange(1, 5),
            amount_cents=chance.choice([0, 1, 99, 12_345, 10**12]),
            partition=chance.randrange(4),
            offset=number,
        )
        for number in range(count)
    ]
