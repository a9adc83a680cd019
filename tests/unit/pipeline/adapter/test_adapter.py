"""The adapter's one batch: keys, record times, refused lines beside, and counts that add up."""

from dataclasses import dataclass, field

import orjson

from pipeline.adapter.adapter import Adapter
from pipeline.adapter.counts import Counts
from pipeline.stores.topics import Message
from tests.unit.pipeline.mapping.feeds import AT_MS, mapper, message

GOOD, BAD = {"qty": 1, "sum": "1.00"}, {"qty": 1, "sum": "one"}


@dataclass
class Kept:
    """Takes what a writer would send."""

    sent: list[tuple[str | None, bytes | None, int]] = field(default_factory=list)

    def send(self, key: str | None, value: bytes | None, arrived_ms: int) -> None:
        self.sent.append((key, value, arrived_ms))

    def flush(self) -> None: ...


def taken(*payloads: bytes) -> tuple[Kept, Kept, Counts]:
    events, rejected, counts = Kept(), Kept(), {0: Counts(0, 5, 5)}
    adapter = Adapter("shop", mapper(), events, rejected)  # type: ignore[arg-type]
    adapter.take([Message(0, 5 + n, AT_MS + n, None, p) for n, p in enumerate(payloads)], counts)
    return events, rejected, counts[0]


def test_events_are_keyed_by_order_and_keep_the_record_time() -> None:
    events, _, _ = taken(message(GOOD), message(GOOD, id="o2"))
    assert [(key, at) for key, _, at in events.sent] == [("o1", AT_MS), ("o2", AT_MS + 1)]
    ids = [orjson.loads(value or b"")["event_id"] for _, value, _ in events.sent]
    assert ids == ["shop:0:5:0", "shop:0:6:0"]


def test_a_refused_line_is_kept_with_its_place_reason_and_message() -> None:
    payload = message(GOOD, BAD)
    _, rejected, _ = taken(payload, b"?")
    assert [key for key, _, _ in rejected.sent] == ["adapter:0:5:1", "adapter:0:6:message"]
    said = orjson.loads(rejected.sent[0][1] or b"")
    assert (said["reason"], said["line"], said["payload"]) == ("mapping", 1, payload.decode())
    assert said["detail"] == "amount (line: sum) is no number ('one')"


def test_lines_are_events_refused_or_skipped() -> None:
    _, _, counts = taken(message(GOOD, BAD), b"?", message(GOOD, BAD, BAD, id=""), message(GOOD))
    assert (counts.position, counts.messages) == (9, 4)
    assert (counts.lines, counts.events, counts.refused, counts.skipped) == (7, 2, 5, 0)
    assert counts.reasons == {"amount": 1, "message": 1, "order_id": 3}


def test_refusals_of_a_version_without_reasons_keep_their_number() -> None:
    counts = Counts(0, 0, 9, messages=9, lines=9, events=5, refused=4)
    assert counts.reasons == {"other": 4}
