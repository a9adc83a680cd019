"""A made-up foreign feed over the night the clocks go back, and what it comes to in plain ints."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

HOUR_MS = 3_600_000
CHANGE_MS = 1_792_890_000_000  # 2026-10-25 01:00 UTC: Berlin goes from +02:00 to +01:00
PARTITIONS = 3
SHOP = """
[shop]
zone = "Europe/Berlin"
currency = "EUR"
currency_symbol = "€"
currency_exponent = 2
"""
MAPPING = """
[feed]
topic = "%s"
lines = "sale.positions"
[event_id]
parts = [{ path = "uuid" }, "index"]
[order_id]
path = "sale.number"
[kind]
sign_of = "amount"
[[skip]]
all = [{ path = "state", none_of = ["paid", "given_back"] }]
[time]
path = "sale.at"
zone = "Europe/Berlin"
[quantity]
line_path = "pieces"
[money]
line_path = "sum.gross"
[currency]
constant = "EUR"
[fields.category]
line_path = "group.name"
slug = true
[fields.user_id]
path = "buyer.id"
"""


@dataclass
class Truth:
    """`cells`: (minute, category) -> measures. Everything is an int from the start."""

    cells: dict[tuple[int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    messages: list[tuple[int, int, bytes]] = field(default_factory=list)  # partition, ms, payload
    events: int = 0
    refused: int = 0
    skipped: int = 0


def local_text(ms: int, dice: random.Random) -> str:
    """Write an instant as the feed does: with an offset, in UTC, or local without either."""
    offset = 2 if ms < CHANGE_MS else 1
    seconds, rest = divmod(ms, 1000)
    if dice.random() < 0.3:
        return f"{clock(seconds)}.{rest:03d}Z"
    text = f"{clock(seconds + offset * 3600)}.{rest:03d}"
    comes_second = CHANGE_MS <= ms < CHANGE_MS + HOUR_MS
    return f"{text}+0{offset}:00" if comes_second or dice.random() < 0.5 else text


def clock(seconds: int) -> str:
    day, rest = divmod(seconds - CHANGE_MS // 1000 + 3600, 86400)  # from 2026-10-25 00:00
    return f"2026-10-{25 + day}T{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"


def feed(orders: int) -> Truth:
    """Make messages of one to four lines: returns as negatives, lines that cannot be mapped."""
    dice, truth = random.Random(25), Truth()
    for number in range(orders):
        ms = CHANGE_MS - 2 * HOUR_MS + dice.randrange(5 * HOUR_MS)
        back = dice.random() < 0.1
        state = "draft" if dice.random() < 0.05 else "given_back" if back else "paid"
        lines = [_line(truth, ms, back, state, dice) for _ in range(dice.randint(1, 4))]
        _count(truth, ms, back, state, lines)
        message: dict[str, object] = {
            "uuid": f"m{number}",
            "state": state,
            "sale": {
                "number": f"S-{number}",
                "at": local_text(ms, dice),
                "positions": [line[1] for line in lines],
            },
            "buyer": {"id": number % 500} if dice.random() < 0.9 else None,
        }
        payload = json.dumps(message, ensure_ascii=False).encode()
        truth.messages.append((dice.randrange(PARTITIONS), ms + 900, payload))
    return truth


Made = tuple[int | None, dict[str, object], str]  # cents (None: cannot be mapped), line, category


def _line(truth: Truth, ms: int, back: bool, state: str, dice: random.Random) -> Made:
    cents = dice.randrange(1, 5_000_000)
    text = f"{'-' if back else ''}{cents // 100}.{cents % 100:02d}"
    name, key = dice.choice(
        [("Bücher", "b-cher"), ("Home & Garden", "home-garden"), ("", "unknown")]
    )
    amount: object = text
    if dice.random() < 0.02:
        return None, {"pieces": 1, "sum": {"gross": text.replace(".", ",")}}, key
    if dice.random() < 0.5:
        amount = float(text)  # written as the shortest text, which is the decimal again
    line = {"pieces": dice.randrange(1, 6), "sum": {"gross": amount}, "group": {"name": name}}
    return cents, line, key


def _count(truth: Truth, ms: int, back: bool, state: str, lines: Sequence[Made]) -> None:
    if state == "draft":
        truth.skipped += 1
        return
    taken = [line for line in lines if line[0] is not None]
    truth.events += len(taken)
    truth.refused += len(lines) - len(taken)
    for place, (cents, line, key) in enumerate(taken):
        pieces = int(str(line["pieces"]))
        truth.cells[ms // 60_000, key].update(
            n=1,
            paid_amount=0 if back else int(cents or 0),
            refund_amount=int(cents or 0) if back else 0,
            paid_quantity=0 if back else pieces,
            refund_quantity=pieces if back else 0,
            orders=int(not back and place == 0),
            lines=int(not back),
            refund_lines=int(back),
        )
