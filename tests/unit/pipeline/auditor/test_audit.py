"""The auditor's counts, held against a brute-force count of the shared cases."""

import base64
from collections import Counter
from collections.abc import Sequence

import orjson

from pipeline.auditor.auditor import Audit
from pipeline.auditor.rejects import rejected_value
from pipeline.events import Reader
from pipeline.events.validation import Reason
from pipeline.stores.topics import Message
from tests.unit.pipeline.events.cases import ARRIVED, CASES, PLAIN, SEQUENCE, Case


class Kept:
    """Keeps what was refused, in the place of the rejected topic."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}

    def write(self, message: Message, reason: Reason, detail: str) -> None:
        self.refused[f"{message.partition}:{message.offset}"] = reason

    def flush(self) -> None: ...


def audit_of(cases: Sequence[Case], first: int = 0) -> tuple[Audit, Kept]:
    kept = Kept()
    audit = Audit(Reader("CNY"), {0: first}, kept)  # type: ignore[arg-type]
    audit.take(
        Message(0, first + at, case.arrived_ms, None, case.payload) for at, case in enumerate(cases)
    )
    return audit, kept


def test_every_offset_of_a_sequence_is_counted_once() -> None:
    audit, kept = audit_of(SEQUENCE, first=100)
    (found,) = audit.partitions({0: 100 + len(SEQUENCE)})
    brute = Counter(case.expected for case in SEQUENCE)
    assert found.counted == brute["counted"]
    assert found.duplicate == brute["duplicate"]
    assert found.rejected == {"bad_value": 1, "conflict": 2}
    assert found.counted + found.duplicate + sum(found.rejected.values()) == len(SEQUENCE)
    assert (found.first, found.position, found.end) == (100, 110, 110)
    assert kept.refused == {"0:100": "bad_value", "0:105": "conflict", "0:106": "conflict"}


def test_rejected_cases_keep_their_reason() -> None:
    audit, kept = audit_of(CASES)
    # the accepted cases share one event id: the first counts, the others repeat it or differ
    without_conflicts = {at: why for at, why in kept.refused.items() if why != "conflict"}
    assert without_conflicts == {
        f"0:{at}": case.expected for at, case in enumerate(CASES) if case.expected != "counted"
    }
    (found,) = audit.partitions({0: len(CASES)})
    assert found.counted == 1
    assert 1 + found.duplicate + sum(found.rejected.values()) == found.position == len(CASES)


def test_a_tail_that_is_no_json_does_not_move_the_last_row() -> None:
    audit, _ = audit_of([Case("plain", PLAIN, "counted"), Case("poison", b"{", "unparseable")])
    (found,) = audit.partitions({0: 2})
    assert (found.last_row, found.position) == (1, 2)


def test_an_end_asked_for_before_the_last_read_never_lies_before_the_position() -> None:
    audit, _ = audit_of([Case("plain", PLAIN, "counted")])
    assert audit.partitions({0: 0})[0].end == 1


def test_a_refused_message_is_written_with_its_payload() -> None:
    text = orjson.loads(rejected_value(Message(1, 7, ARRIVED, None, b"{x"), "unparseable", "why"))
    assert text == {
        "reason": "unparseable",
        "detail": "why",
        "partition": 1,
        "offset": 7,
        "arrived_at": ARRIVED,
        "payload": "{x",
    }
    binary = orjson.loads(rejected_value(Message(1, 8, ARRIVED, None, b"\xff"), "unparseable", ""))
    assert base64.b64decode(binary["payload_base64"]) == b"\xff"
    tombstone = orjson.loads(rejected_value(Message(1, 9, ARRIVED, None, None), "unparseable", ""))
    assert tombstone["payload"] is None


def test_a_large_refused_payload_is_cut_and_says_so() -> None:
    value = rejected_value(Message(0, 1, ARRIVED, None, b"\x01" * 900_000), "unparseable", "")
    assert len(value) < 1_000_000
    assert orjson.loads(value)["payload_bytes"] == 900_000
