"""Orders of every kind with the plain-int truth beside them; no code of the product counts here."""

import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.integration.live_plant import Sent

START_MS = 1_762_855_200_000  # 2025-11-11 18:00 in Shanghai, so that 20:00 and 24:00 are crossed
SPAN_MS = 8 * 3_600_000
SHANGHAI_MINUTES = 480
Cell = dict[str, int]


@dataclass
class Truth:
    """Expected cells: (cube, bucket, key) -> measures, and the accounting by (partition, class)."""

    cells: defaultdict[tuple[str, int, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    classes: Counter[tuple[int, str]] = field(default_factory=Counter)
    buyers: defaultdict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, order: dict[str, object]) -> None:
        ms, amount = int(str(order["event_time"])), int(str(order["amount_cents"]))
        quantity, sale = int(str(order["quantity"])), order["kind"] == "sale"
        first = sale and str(order["line_no"]) == "1"
        added = {
            "n": 1,
            "paid_amount": amount if sale else 0,
            "refund_amount": 0 if sale else amount,
            "paid_quantity": quantity if sale else 0,
            "refund_quantity": 0 if sale or not amount else quantity,
            "orders": int(first),
            "lines": int(sale),
            "refund_lines": int(not sale),
        }
        minute, user = ms // 60_000, str(order.get("user_id") or "")
        for cube in ("category", "brand", "gender", "province", "warehouse"):
            name = "warehouse_id" if cube == "warehouse" else cube
            self.cells[cube, minute, str(order.get(name) or "unknown")].update(added)
        self.cells["guests", minute, "user" if user else "guest"].update(added)
        local = minute + SHANGHAI_MINUTES
        day, of_day = divmod(local, 1440)
        if user:
            segment = day * 2 + (1 if of_day >= 1200 else 0)
            self.cells["users", segment, user].update(added)
        if user and sale:
            self.buyers["24H", day].add(user)
            if of_day >= 1200:
                self.buyers["4H", day + 1].add(user)
                self.buyers["28H", day + 1].add(user)
            self.buyers["28H", day].add(user)


def orders(lines: int, seed: int = 7, partitions: int = 4) -> list[Sent]:
    """Return messages in the order of their sending."""
    dice = random.Random(seed)
    sent: list[Sent] = []
    for number in range(lines):
        order = _order(dice, number, START_MS + number * SPAN_MS // lines)
        partition = dice.randrange(partitions)
        late = dice.choice((0, 0, 0, 500, 90_000, 40 * 3_600_000)) if number % 50 == 0 else 0
        arrived = int(str(order["event_time"])) + late
        sent.append(Sent(_json(order), arrived, partition, "counted", order))
        if number % 100 == 3:
            sent.append(Sent(_json(order), arrived + 5, partition, "duplicate"))
            other = {**order, "amount_cents": int(str(order["amount_cents"])) + 1}
            sent.append(Sent(_json(other), arrived + 9, partition, "conflict"))
        if number % 100 == 7:
            sent.append(_poison(dice, order, number, partition))
    return sent


def truth_of(sent: list[Sent]) -> Truth:
    """Count what the messages were made to be."""
    truth = Truth()
    for message in sent:
        truth.classes[message.partition, message.kind] += 1
        if message.order is not None:
            truth.count(message.order)
    return truth


def _order(dice: random.Random, number: int, ms: int) -> dict[str, object]:
    order: dict[str, object] = {
        "v": 1,
        "event_id": f"e{number}",
        "kind": "refund" if dice.random() < 0.04 else "sale",
        "order_id": f"o{number // 3}",
        "line_no": number % 3 + 1,
        "event_time": ms - dice.choice((0, 0, 0, 1_000, 70_000)),
        "user_id": f"u{dice.randrange(3000)}",
        "gender": dice.choice("FMU"),
        "category": f"类目{dice.randrange(8)}",
        "brand": f"b{dice.randrange(40)}",
        "sku": "s",
        "warehouse_id": f"w{dice.randrange(32)}",
        "province": "p1",
        "quantity": dice.randrange(1, 9),
        "amount_cents": dice.choice((0, *[dice.randrange(1, 10_000_000)] * 19)),
        "currency": "CNY",
    }
    for name in ("user_id", "gender", "category", "brand", "province", "warehouse_id"):
        if dice.random() < 0.02:
            if dice.random() < 0.5:
                del order[name]
            else:
                order[name] = dice.choice(("", None))
    if number % 40 == 0:
        for name in ("v", "quantity", "amount_cents", "event_time", "line_no"):
            order[name] = str(order[name])
    return order


def _poison(dice: random.Random, order: dict[str, object], number: int, partition: int) -> Sent:
    base = {**order, "event_id": f"x{number}"}
    ms = int(str(order["event_time"]))
    cases: list[tuple[str, bytes | None, int]] = [
        ("unparseable", None, ms),
        ("unparseable", b'{"v":1,"event_id":"x', ms),
        ("unparseable", b"[1,2]", ms),
        ("unparseable", b"not json", ms),
        ("unparseable", b"7", ms),
        ("version", _json({**base, "v": 2}), ms),
        ("version", _json({**base, "v": "0", "kind": "gift"}), ms),
        ("bad_field", _json({**base, "v": "one"}), ms),
        ("bad_field", _json({**base, "quantity": 12.7}), ms),
        ("bad_field", _json({**base, "amount_cents": -1}), ms),
        ("bad_field", _json({**base, "line_no": "7\n"}), ms),
        ("bad_field", _json({**base, "event_time": 10**15}), ms),
        ("bad_field", _json({**base, "order_id": ""}), ms),
        ("bad_field", _json({k: v for k, v in base.items() if k != "event_id"}), ms),
        ("bad_field", _json({**base, "brand": {"id": 1}}), ms),
        ("bad_field", _json({**base, "sku": [1]}), ms),
        ("bad_field", _json({**base, "brand": "a\x1fb"}), ms),
        ("bad_field", _json({**base, "province": "é" * 129}), ms),
        ("bad_value", _json({**base, "kind": "gift"}), ms),
        ("bad_value", _json({**base, "gender": "X"}), ms),
        ("bad_value", _json({**base, "quantity": 0}), ms),
        ("bad_value", _json({**base, "line_no": 0}), ms),
        ("currency", _json({**base, "currency": "USD"}), ms),
        ("too_late", _json(base), ms + 48 * 3_600_000 + 1),
        ("future", _json(base), ms - 300_001),
    ]
    kind, payload, arrived = cases[(number // 100) % len(cases)]
    if dice.random() < 0.1:
        trailing = _json(base) + b" and more"
        return Sent(trailing, ms, partition, "counted", base)
    return Sent(payload, arrived, partition, kind)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
