"""What is sent: one message, with what the simulator means by it."""

from typing import NamedTuple

import orjson

COUNTED = "counted"
DUPLICATE = "duplicate"


class Facts(NamedTuple):
    """The plain numbers of a counted line, for the ledger; texts "" when not given."""

    event_id: str
    kind: str
    order_id: str
    line_no: int
    event_time: int
    user_id: str
    gender: str
    category: str
    brand: str
    warehouse_id: str
    province: str
    quantity: int
    amount_cents: int


class Sending(NamedTuple):
    """One message at its place in the run. Sorts by arrival (epoch ms), then by `serial`.

    `meaning` is the class of the accounting that it must end in; `facts` only when counted.
    """

    arrived_ms: int
    serial: str
    key: str
    payload: bytes | None
    meaning: str
    facts: Facts | None


def payload_of(facts: Facts, sku: str, currency: str) -> bytes:
    """Return the event's JSON; texts that are not given are left out."""
    event: dict[str, object] = {"v": 1, **facts._asdict(), "sku": sku, "currency": currency}
    for name in ("user_id", "gender", "category", "brand"):
        if not event[name]:
            del event[name]
    return orjson.dumps(event)
