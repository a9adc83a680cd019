"""What a real feed does wrong: the same message again, another one under the same id, and messages
that are none. Every one says in which class it must end."""

from collections.abc import Iterator

import numpy as np
import orjson

from pipeline.simulator.orders import Line, OrderSource
from pipeline.simulator.sending import COUNTED, DUPLICATE, Facts, Sending, payload_of

REPEAT_MS = (400, 240_000)
REFUND_MEAN_MS = 2 * 3_600_000
REFUND_LEAST_MS = 4 * 60_000
REFUND_MOST_MS = 9 * 3_600_000
# Drawn in a fixed order: an edit here changes the events of every seed.
POISONS = (
    ("unparseable", "cut"),
    ("unparseable", "array"),
    ("unparseable", "tombstone"),
    ("unparseable", "binary"),
    ("bad_field", "decimal"),
    ("bad_field", "nested"),
    ("bad_field", "no_id"),
    ("bad_field", "negative"),
    ("bad_value", "kind"),
    ("bad_value", "nothing"),
    ("currency", "currency"),
    ("version", "version"),
)


def poison(kind: str, event: dict[str, object]) -> bytes | None:
    """Return a message spoilt in one way; `event` is a whole valid one under an id of its own."""
    spoilt: dict[str, dict[str, object]] = {
        "nested": {"brand": {"name": event["order_id"]}},
        "no_id": {"event_id": ""},
        "negative": {"quantity": -1},
        "kind": {"kind": "gift"},
        "nothing": {"quantity": 0},
        "currency": {"currency": "XTS"},
        "version": {"v": 2},
    }
    if kind in spoilt:
        return orjson.dumps({**event, **spoilt[kind]})
    whole = orjson.dumps(event)
    match kind:
        case "cut":
            return whole[: len(whole) // 2]
        case "array":
            return orjson.dumps([event["event_id"], 1, None])
        case "binary":
            return b"\x80\x81" + whole[:20]
        case "decimal":
            return orjson.dumps({**event, "amount_cents": 12.7})
        case _:
            return None


class Feed:
    """Turns the true orders of a minute into messages, some of which arrive in later minutes."""

    def __init__(self, orders: OrderSource, currency: str) -> None:
        self._orders = orders
        self._currency = currency

    def minute(self, minute: int, expected_lines: float) -> Iterator[Sending]:
        """Yield what the orders of an epoch minute cause; none arrives before that minute."""
        lines = self._orders.orders(minute, expected_lines)
        random = self._orders.random(minute, 2)
        rates = self._orders.rates
        draws = random.random((4, len(lines)))
        for i, line in enumerate(lines):
            payload = payload_of(line.facts, line.sku, self._currency)
            facts = line.facts if line.timing == COUNTED else None
            yield _sending(line.arrived_ms, line.facts, payload, line.timing, facts)
            if line.timing != COUNTED:
                continue
            if draws[0, i] < rates.duplicates:
                again = line.arrived_ms + int(random.integers(*REPEAT_MS))
                if again - line.facts.event_time < 40 * 3_600_000:
                    yield _sending(again, line.facts, payload, DUPLICATE, None)
            if draws[1, i] < rates.conflicts:
                yield self._conflict(line, line.arrived_ms + int(random.integers(*REPEAT_MS)))
            if draws[2, i] < rates.refunds:
                yield self._refund(line, random)
            if draws[3, i] < rates.poison:
                yield self._poison(line, random)

    def _conflict(self, line: Line, arrived_ms: int) -> Sending:
        other = line.facts._replace(amount_cents=line.facts.amount_cents + 100)
        payload = payload_of(other, line.sku, self._currency)
        return _sending(arrived_ms, other, payload, "conflict", None)

    def _refund(self, line: Line, random: np.random.Generator) -> Sending:
        waited = REFUND_LEAST_MS + int(random.exponential(REFUND_MEAN_MS))
        event_time = line.arrived_ms + min(waited, REFUND_MOST_MS)
        facts = line.facts._replace(
            event_id=f"{line.facts.event_id}-r", kind="refund", event_time=event_time
        )
        payload = payload_of(facts, line.sku, self._currency)
        arrived_ms = event_time + int(random.integers(50, 3_000))
        return _sending(arrived_ms, facts, payload, COUNTED, facts)

    def _poison(self, line: Line, random: np.random.Generator) -> Sending:
        reason, kind = POISONS[int(random.integers(len(POISONS)))]
        order = f"{line.facts.order_id}-x{line.facts.line_no}"
        facts = line.facts._replace(event_id=f"{order}-1", order_id=order)
        event = orjson.loads(payload_of(facts, line.sku, self._currency))
        return _sending(line.arrived_ms + 7, facts, poison(kind, event), reason, None)


def _sending(
    arrived_ms: int, named: Facts, payload: bytes | None, meaning: str, facts: Facts | None
) -> Sending:
    return Sending(
        arrived_ms, f"{named.event_id} {meaning}", named.order_id, payload, meaning, facts
    )
