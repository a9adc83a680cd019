"""The messages of a run: the same for the same plan, and each what it says it is."""

from collections import Counter
from functools import cache
from itertools import islice, pairwise, takewhile

import pytest

from pipeline.clock import ManualClock
from pipeline.events import Accepted, Reader
from pipeline.simulator.options import Asked, begin
from pipeline.simulator.run_plan import RunPlan
from pipeline.simulator.sending import COUNTED, Sending
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue

CATALOGUE = small_catalogue()
LINES = 6000


def plan(seed: int = 1, **rates: float) -> RunPlan:
    asked = Asked("r", "t", rates, seed=seed, lines=LINES)
    return begin(asked, CATALOGUE.shop, ManualClock(0)).plan


def day(of: RunPlan) -> list[Sending]:
    return list(takewhile(lambda m: m.arrived_ms <= of.start_ms, of.messages(CATALOGUE)))


@cache
def plain_day() -> list[Sending]:
    return day(plan())


def test_the_same_plan_makes_the_same_messages() -> None:
    first = list(islice(plan().messages(CATALOGUE), 3000))
    assert first == list(islice(plan().messages(CATALOGUE), 3000))
    assert first != list(islice(plan(seed=2).messages(CATALOGUE), 3000))


def test_messages_come_in_the_order_of_their_arrival() -> None:
    arrivals = [message.arrived_ms for message in plain_day()]
    assert arrivals == sorted(arrivals)


def test_about_the_lines_asked_for_come_until_the_start() -> None:
    assert LINES * 0.95 < len(plain_day()) < LINES * 1.1


def test_the_opening_burst_is_about_six_times_the_day() -> None:
    of = plan()
    mean = of.lines / (of.start_ms // 60_000 - of.first)
    assert 4.5 < of.expected_lines(of.first) / mean < 7


def test_every_message_ends_in_the_class_its_sender_means() -> None:
    reader, seen = Reader("CNY"), dict[str, str]()
    faulty = plan(poison=0.05, conflicts=0.02, duplicates=0.05, too_late=0.02, future=0.02)
    classes: Counter[str] = Counter()
    for message in day(faulty):
        read = reader.read(message.payload, message.arrived_ms)
        if not isinstance(read, Accepted):
            found: str = read.reason
        elif read.event.event_id in seen:
            same = seen[read.event.event_id] == read.fingerprint
            found = "duplicate" if same else "conflict"
        else:
            seen[read.event.event_id] = read.fingerprint
            found = COUNTED
        classes[found] += 1
        assert found == message.meaning, message
    assert set(classes) == {
        *("counted", "duplicate", "conflict", "unparseable", "bad_field", "bad_value"),
        *("currency", "version", "too_late", "future"),
    }


def test_without_faults_every_message_counts() -> None:
    clean = plan(poison=0, conflicts=0, duplicates=0, late=0, too_late=0, future=0, refunds=0)
    assert {message.meaning for message in day(clean)} == {COUNTED}


def test_refunds_return_lines_that_were_sold_before() -> None:
    sold: dict[str, int] = {}
    refunds = 0
    for message in day(plan(refunds=0.2)):
        facts = message.facts
        if facts is None:
            continue
        if facts.kind == "sale":
            sold[facts.event_id] = facts.amount_cents
        else:
            refunds += 1
            assert sold[facts.event_id.removesuffix("-r")] == facts.amount_cents
    assert refunds > 100


def test_warehouses_are_near_and_unknown_is_never_a_key() -> None:
    for message in plain_day():
        if message.facts is not None:
            house = {"shanghai": "pudong", "guangdong": "foshan"}[message.facts.province]
            assert message.facts.warehouse_id == house
            assert message.facts.category != "unknown"


def test_the_demo_never_pauses_for_two_seconds() -> None:
    of = begin(Asked("r", "t", {}), CATALOGUE.shop, ManualClock(0)).plan
    source = list(
        takewhile(lambda m: m.arrived_ms < of.start_ms + 300_000, late_part(of, of.start_ms))
    )
    gaps = [b.arrived_ms - a.arrived_ms for a, b in pairwise(source)]
    assert max(gaps) < 2500
    assert len(source) / 300 > 2


def late_part(of: RunPlan, from_ms: int) -> list[Sending]:
    whole = takewhile(lambda m: m.arrived_ms < from_ms + 300_000, of.messages(CATALOGUE))
    return [message for message in whole if message.arrived_ms >= from_ms]


@pytest.mark.parametrize("rate", [-0.1, 1.5])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(Exception, match="give a share"):
        plan(late=rate)
