"""Bursts: each message ends in the class it was sent for, and a restart makes the same again."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from pipeline.clock import ManualClock
from pipeline.events import Accepted, Reader
from pipeline.simulator.bursts import KINDS, Bursts
from pipeline.simulator.injections import Messages, asked, load_injections
from pipeline.simulator.options import Asked, begin
from pipeline.simulator.running import behind
from pipeline.simulator.sending import COUNTED, Sending
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue

CATALOGUE = small_catalogue()
PLAN = begin(Asked("r", "t", {}, seed=1, lines=6000), CATALOGUE.shop, ManualClock(0)).plan
BEFORE = 2_000


def messages(folder: Path) -> Messages:
    return Messages(PLAN.messages(CATALOGUE), Bursts(CATALOGUE, 1, "r"), folder)


def classes(sent: list[Sending]) -> Counter[str]:
    """Classify with the product's own reading; fails when a message is not what it was sent for."""
    reader, seen = Reader(CATALOGUE.shop.currency), dict[str, str]()
    found: Counter[str] = Counter()
    for message in sent:
        read = reader.read(message.payload, message.arrived_ms)
        if not isinstance(read, Accepted):
            kind: str = read.reason
        elif read.event.event_id in seen:
            same = seen[read.event.event_id] == read.fingerprint
            kind = "duplicate" if same else "conflict"
        else:
            seen[read.event.event_id] = read.fingerprint
            kind = COUNTED
        assert kind == message.meaning, message
        found[kind] += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_of_a_burst_ends_in_its_class(tmp_path: Path, kind: str) -> None:
    run = messages(tmp_path)
    before = list(islice(run, BEFORE))
    injection = run.inject("one", kind, before[-1].arrived_ms)
    assert injection is not None
    assert injection.messages >= 250
    burst = list(islice(run, injection.messages))
    whole, alone = classes([*before, *burst]), classes(before)
    gained = whole - alone
    expected = {
        "duplicates": {"duplicate"},
        "late": {COUNTED},
        "refunds": {COUNTED},
        "poison": {"unparseable", "bad_field", "bad_value", "currency", "version"},
    }
    assert set(gained) == expected[kind]
    assert gained.total() == injection.messages


def test_late_lines_are_late_and_refunds_give_back_what_was_sold(tmp_path: Path) -> None:
    run = messages(tmp_path)
    before = list(islice(run, BEFORE))
    late = run.inject("late", "late", before[-1].arrived_ms)
    assert late is not None
    for message in islice(run, late.messages):
        assert message.facts is not None
        assert 90_000 <= message.arrived_ms - message.facts.event_time <= 6 * 3_600_000
    sold = {m.facts.event_id: m.facts for m in before if m.facts}
    wave = run.inject("wave", "refunds", before[-1].arrived_ms)
    assert wave is not None
    for message in islice(run, wave.messages):
        assert message.facts is not None
        origin = message.facts.event_id.rpartition("-w")[0]
        if origin in sold:
            assert message.facts.amount_cents == sold[origin].amount_cents
        assert message.facts.kind == "refund"


def test_a_restarted_run_makes_the_same_messages_again(tmp_path: Path) -> None:
    run = messages(tmp_path)
    sent = list(islice(run, BEFORE))
    for token, kind in enumerate(KINDS):
        injection = run.inject(str(token), kind, sent[-1].arrived_ms)
        assert injection is not None
        sent += islice(run, injection.messages + 100)
    assert [m[:5] for m in islice(messages(tmp_path), len(sent))] == [m[:5] for m in sent]
    again = behind(messages(tmp_path), BEFORE + 50)
    assert [m[:5] for m in islice(again, 500)] == [m[:5] for m in sent[BEFORE + 50 :][:500]]


def test_one_burst_at_a_time_and_a_token_counts_once(tmp_path: Path) -> None:
    run = messages(tmp_path)
    last = list(islice(run, BEFORE))[-1].arrived_ms
    first = run.inject("a", "poison", last)
    assert run.inject("b", "late", last) is None
    assert run.inject("a", "poison", last) == first
    assert load_injections(tmp_path) == [first]


def test_a_burst_comes_before_what_is_planned_for_later(tmp_path: Path) -> None:
    run = messages(tmp_path)
    sent = list(islice(run, BEFORE))
    planned = run.peek()
    injection = run.inject("a", "duplicates", sent[-1].arrived_ms)
    assert injection is not None
    assert run.peek().meaning == "duplicate"
    assert list(islice(run, injection.messages + 1))[-1] == planned


def test_a_request_that_is_none_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "inject").mkdir()
    (tmp_path / "inject" / "good.json").write_text(json.dumps({"kind": "late"}))
    (tmp_path / "inject" / "bad.json").write_text('{"kind": "earthquake"}')
    (tmp_path / "inject" / "torn.json").write_text('{"ki')
    assert [(path.stem, kind) for path, kind in asked(tmp_path)] == [("good", "late")]
    assert [path.stem for path in (tmp_path / "inject").iterdir()] == ["good"]
