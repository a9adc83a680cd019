"""Seeded order lines of a whole promotion, made fast enough to fill a topic with millions.

The shape is the simulator's: all 16 fields, keys of the catalogue, many shoppers who buy little and
few who buy much, 1.5 lines an order. 1 % of the lines come twice, 4 % are refunds, 2 % of guests.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from confluent_kafka import Producer
from numpy.typing import NDArray

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import UNKNOWN

USERS = 100_000
START_MS = 1_762_776_000_000  # 20:00 of 2025-11-10 in Shanghai, when 28H of 11.11 opens
# 3 M lines in the 28 hours; fewer lines are its first hours, as dense.
LINES_PER_MINUTE = 3_000_000 / (28 * 60)
PARTITIONS = 4
LINES_PER_ORDER = (0.62, 0.28, 0.08, 0.02)  # 1.5 on average
REFUNDS, GUESTS, UNNAMED, REPEATED = 0.04, 0.02, 0.002, 0.01
REPEATED_AFTER = 500  # lines later: a producer that tries again
CHUNK_ORDERS = 50_000
GENDER_OF_TEN = "FFFFFMMMMU"
LINE = (
    '{"v":1,"event_id":"b-%x-%d","kind":"%s","order_id":"b-%x","line_no":%d,"event_time":%d,'
    '"user_id":"%s","gender":"%s","category":"%s","brand":"%s","warehouse_id":"%s",'
    '"province":"%s","quantity":%d,"amount_cents":%d,"sku":"SKU%05d","currency":"CNY"}'
)


class Line(NamedTuple):
    """One message: the order's number (its partition), event time in ms, JSON, and its sums."""

    order: int
    event_ms: int
    text: str
    paid_cents: int
    refund_cents: int
    repeated: bool


@dataclass
class Made:
    """What was put into the topic: messages, different lines, and their sums in plain integers."""

    messages: int = 0
    lines: int = 0
    paid_cents: int = 0
    refund_cents: int = 0
    bytes: int = 0
    seconds: float = 0.0


def lines(
    count: int, seed: int, start_ms: int = START_MS, per_minute: float = LINES_PER_MINUTE
) -> Iterator[Line]:
    """Yield `count` different lines, by order and so by time (a second or so out of order)."""
    keys = _keys()
    made = first = 0
    while made < count:
        random = np.random.default_rng([seed, first])
        columns = _columns(random, {name: len(keys[name]) for name in keys})
        number = first + columns.pop("of_chunk")
        columns["order"] = number
        times = start_ms + (number * (1.5 / per_minute * 60_000)).astype(np.int64)
        columns["time"] = times - columns.pop("delay")
        taken = {name: column[: count - made].tolist() for name, column in columns.items()}
        yield from _texts(taken, keys)
        made += len(taken["order"])
        first += CHUNK_ORDERS


def fill(bootstrap: str, topic: str, stream: Iterator[Line]) -> Made:
    """Send lines and their repetitions as our own producer would: by order, idempotent, lz4."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "linger.ms": 20,
            "batch.size": 512 * 1024,
            "compression.type": "lz4",
            "queue.buffering.max.messages": 500_000,
        }
    )
    made, began = Made(), time.perf_counter()
    waiting: list[tuple[int, Line]] = []

    def send(line: Line) -> None:
        payload = line.text.encode()
        place, at = line.order * 2_654_435_761 % 2**32 * PARTITIONS >> 32, line.event_ms
        while True:
            try:
                producer.produce(topic, payload, b"%x" % line.order, place, timestamp=at + 900)
            except BufferError:
                producer.poll(0.05)
            else:
                break
        made.messages += 1
        made.bytes += len(payload)

    for line in stream:
        send(line)
        made.lines += 1
        made.paid_cents += line.paid_cents
        made.refund_cents += line.refund_cents
        if line.repeated:
            waiting.append((made.lines + REPEATED_AFTER, line))
        while waiting and waiting[0][0] <= made.lines:
            send(waiting.pop(0)[1])
        if made.lines % 1000 == 0:
            producer.poll(0)
    for _, line in waiting:
        send(line)
    assert producer.flush(60) == 0
    made.seconds = time.perf_counter() - began
    return made


def _keys() -> dict[str, tuple[str, ...]]:
    dimensions = load_catalogue().dimensions
    return {
        name: tuple(key for key in dimensions[name].members if key != UNKNOWN)
        for name in ("category", "brand", "province", "warehouse")
    }


def _fading(random: np.random.Generator, kinds: int, count: int, skew: float) -> NDArray[np.int64]:
    """Draw ranks 0..kinds-1 with weight (rank + 1)^-skew."""
    edges = np.cumsum(np.arange(1, kinds + 1, dtype=np.float64) ** -skew)
    return np.minimum(np.searchsorted(edges / edges[-1], random.random(count)), kinds - 1)


def _columns(random: np.random.Generator, kinds: dict[str, int]) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of CHUNK_ORDERS orders, a row for each of their lines."""
    count = CHUNK_ORDERS
    lengths = random.choice(len(LINES_PER_ORDER), count, p=LINES_PER_ORDER) + 1
    own = {
        "of_chunk": np.arange(count),
        "delay": random.exponential(700, count).astype(np.int64),
        "user": np.where(random.random(count) < GUESTS, -1, _fading(random, USERS, count, 0.35)),
        "province": _fading(random, kinds["province"], count, 0.6),
        "warehouse": _fading(random, kinds["warehouse"], count, 0.6),
        "refund": (random.random(count) < REFUNDS).astype(np.int64),
    }
    columns = {name: np.repeat(column, lengths) for name, column in own.items()}
    total = int(lengths.sum())
    columns["line_no"] = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    columns["category"] = _fading(random, kinds["category"], total, 0.6)
    columns["brand"] = _fading(random, kinds["brand"], total, 0.6)
    columns["sku"] = _fading(random, 900, total, 0.75)
    columns["quantity"] = _fading(random, 3, total, 2.0) + 1
    columns["amount"] = columns["quantity"] * (random.lognormal(9.3, 0.7, total).astype(np.int64))
    columns["unnamed"] = (random.random(total) < UNNAMED).astype(np.int64)
    columns["repeated"] = (random.random(total) < REPEATED).astype(np.int64)
    return columns


def _texts(columns: dict[str, list[int]], keys: dict[str, tuple[str, ...]]) -> Iterator[Line]:
    names = (
        "order", "line_no", "refund", "time", "user", "unnamed", "category", "brand",
        "warehouse", "province", "quantity", "amount", "sku", "repeated",
    )  # fmt: skip
    categories, brands, provinces, houses = (keys[name] for name in keys)
    for (
        order, line, refund, ms, user, unnamed, category, brand, house, province, pieces, amount,
        sku, repeated,
    ) in zip(*(columns[name] for name in names), strict=True):  # fmt: skip
        text = LINE % (
            order, line, "refund" if refund else "sale", order, line, ms,
            "" if user < 0 else f"u_{user:08x}", "" if user < 0 else GENDER_OF_TEN[user % 10],
            "" if unnamed else categories[category], brands[brand], houses[house],
            provinces[province], pieces, amount, sku,
        )  # fmt: skip
        paid, back = (0, amount) if refund else (amount, 0)
        yield Line(order, ms, text, paid, back, bool(repeated))
