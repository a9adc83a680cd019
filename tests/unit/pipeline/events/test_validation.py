"""The reference reader: every rule, its order, and the fast way being the same as the rules."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.events import Accepted, Event, Reader, Rejected, fingerprint
from pipeline.events.model import FIELDS
from pipeline.events.usual import usual_texts
from pipeline.events.validation import REASONS
from tests.unit.pipeline.events.cases import ACCEPTED, ARRIVED, CASES, SEQUENCE, VALID, Case

READER = Reader("CNY")


def class_of(case: Case) -> str:
    read = READER.read(case.payload, case.arrived_ms)
    return ACCEPTED if isinstance(read, Accepted) else read.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_gets_its_class(case: Case) -> None:
    assert class_of(case) == case.expected


def test_every_reason_has_a_case() -> None:
    assert {case.expected for case in (*CASES, *SEQUENCE)} == {ACCEPTED, "duplicate", *REASONS}


def test_a_sequence_keeps_the_first_valid_payload() -> None:
    seen: dict[str, str] = {}
    for case in SEQUENCE:
        read = READER.read(case.payload, case.arrived_ms)
        if isinstance(read, Rejected):
            assert read.reason == case.expected
            continue
        first = seen.setdefault(read.event.event_id, read.fingerprint)
        known = first is not read.fingerprint
        expected = ("duplicate" if first == read.fingerprint else "conflict") if known else ACCEPTED
        assert expected == case.expected, case.name


@pytest.mark.parametrize("case", [*CASES, *SEQUENCE], ids=lambda case: case.name)
def test_the_fast_way_tells_what_the_rules_tell(case: Case) -> None:
    fast = READER.texts(case.payload, case.arrived_ms)
    assert fast == READER.texts_by_rule(case.payload, case.arrived_ms)


def test_the_usual_message_takes_the_fast_way() -> None:
    payload = orjson.dumps(VALID)
    assert usual_texts(payload, ARRIVED, "CNY") == READER.texts_by_rule(payload, ARRIVED)


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**16), 10**16),
    st.integers(0, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["", "F", "M", "sale", "refund", "CNY", "1", "a\x7f", "{", "广" * 129, "￿"]),
    st.lists(st.integers(), max_size=1),
)


@given(
    st.dictionaries(st.sampled_from(FIELDS), _VALUES, max_size=3),
    st.sets(st.sampled_from(FIELDS), max_size=1),
    st.sampled_from([ARRIVED, 0, ARRIVED + 10**12]),
)
@settings(max_examples=400, deadline=None)
def test_fast_and_slow_agree_on_any_object(
    changed: dict[str, Any], left_out: set[str], arrived_ms: int
) -> None:
    document = {k: v for k, v in {**VALID, **changed}.items() if k not in left_out}
    try:
        payload = orjson.dumps(document)
    except TypeError:  # a lone surrogate: no such bytes exist
        return
    assert READER.texts(payload, arrived_ms) == READER.texts_by_rule(payload, arrived_ms)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_fast_and_slow_agree_on_broken_bytes(data: st.DataObject) -> None:
    payload = bytearray(orjson.dumps(VALID))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(payload)))
        payload[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    given_bytes = bytes(payload)
    assert READER.texts(given_bytes, ARRIVED) == READER.texts_by_rule(given_bytes, ARRIVED)


def test_what_an_event_writes_is_read_back_as_it_was() -> None:
    event = Event("e", "refund", "o", 2, ARRIVED, 3, 0, "CNY", province="广东")
    read = READER.read(event.to_json(), ARRIVED)
    assert read == Accepted(event, fingerprint(event))
    assert b"user_id" not in event.to_json()
