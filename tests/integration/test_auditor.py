"""The auditor on real Kafka and Redis, held against a brute-force count, through kills."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
import pytest

from pipeline.auditor.service import AuditorService
from pipeline.catalogue.load import load_catalogue
from pipeline.events import Reader
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.values.streams import AuditorState, SourceState
from tests.integration.real_parts import RealParts
from tests.unit.pipeline.events.cases import CASES, PLAIN, SEQUENCE, Case

pytestmark = pytest.mark.services

LIMIT_S = 60.0


@contextmanager
def auditing(kafka: str, redis_url: str, topic: str) -> Iterator[RedisSnapshots]:
    snapshots = RedisSnapshots(redis_url, load_catalogue(), timeout_s=30)
    service = AuditorService(Topics(kafka, 3.0), snapshots, topic, "T", Reader("CNY"))
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    try:
        yield snapshots
    finally:
        stop.set()
        thread.join(LIMIT_S)
        assert not thread.is_alive()


def wait_for(
    snapshots: RedisSnapshots, topic: str, told: Callable[[AuditorState], bool]
) -> AuditorState:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        state = snapshots.auditor("T")
        if state is not None and state.topic == topic and told(state):
            return state
        time.sleep(0.1)
    pytest.fail(f"the auditor of {topic} did not get there; last: {state}")


def consumed(state: AuditorState) -> int:
    return sum(p.position - p.first for p in state.partitions)


def filled_topic(kafka: str, cases: tuple[Case, ...]) -> str:
    topics = Topics(kafka)
    name = f"orders.audit.{uuid.uuid4().hex[:8]}"
    topics.ensure(name)
    producer = topics.producer(name)
    for case in cases:
        producer.send("one order", case.payload, case.arrived_ms)
    producer.flush()
    return name


def rejected(kafka: str, topic: str) -> list[tuple[str, dict[str, object]]]:
    topics, name = Topics(kafka), f"{topic}.rejected"
    count = sum(topics.end_offsets(name).values())
    consumer = topics.consumer(name, topics.first_offsets(name))
    found: list[tuple[str, dict[str, object]]] = []
    deadline = time.monotonic() + LIMIT_S
    while len(found) < count and time.monotonic() < deadline:
        for message in consumer.read():
            found.append(((message.key or b"").decode(), orjson.loads(message.value or b"")))
    consumer.close()
    return found


def test_every_offset_gets_its_class_and_refused_ones_are_written_once(
    kafka: str, redis_url: str
) -> None:
    brute = Counter(case.expected for case in SEQUENCE)
    topic = filled_topic(kafka, SEQUENCE)
    for _ in range(2):  # a restarted auditor tells the same and writes nothing again
        with auditing(kafka, redis_url, topic) as snapshots:
            state = wait_for(snapshots, topic, lambda s: consumed(s) == len(SEQUENCE))
        counts: Counter[str] = Counter()
        for one in state.partitions:
            counts.update(counted=one.counted, duplicate=one.duplicate, **one.rejected)
            assert one.position == one.end == one.last_row
        assert counts == brute
        found = rejected(kafka, topic)
        assert Counter(str(value["reason"]) for _, value in found) == {
            "bad_value": 1,
            "conflict": 2,
        }
        assert all(key == f"{value['partition']}:{value['offset']}" for key, value in found)


def test_all_edge_cases_are_counted(kafka: str, redis_url: str) -> None:
    topic = filled_topic(kafka, CASES)
    with auditing(kafka, redis_url, topic) as snapshots:
        state = wait_for(snapshots, topic, lambda s: consumed(s) == len(CASES))
    brute = Counter(case.expected for case in CASES if case.expected != "counted")
    told: Counter[str] = Counter()
    for one in state.partitions:
        told.update(one.rejected)
    del told["conflict"]  # the accepted cases share one event id
    assert told == brute


def test_it_tells_its_state_while_idle_on_the_clock_of_the_source(
    kafka: str, redis_url: str
) -> None:
    topic = filled_topic(kafka, ())
    snapshots = RedisSnapshots(redis_url, load_catalogue(), timeout_s=30)
    snapshots.put_source(SourceState("replayed", "x", 0, 1_322_222_400_000, 0.0, 0))
    with auditing(kafka, redis_url, topic):
        first = wait_for(snapshots, topic, lambda s: True)
        later = wait_for(
            snapshots, topic, lambda s: s.measured_real_ms > first.measured_real_ms + 1500
        )
    assert first.measured_ms == later.measured_ms == 1_322_222_400_000


def test_it_goes_on_after_kafka_and_redis_were_killed(
    kafka: str, redis_url: str, real_parts: RealParts
) -> None:
    topic = filled_topic(kafka, (Case("one", PLAIN, "counted"),))
    with auditing(kafka, redis_url, topic) as snapshots:
        wait_for(snapshots, topic, lambda s: consumed(s) == 1)
        real_parts.kill("redis")
        real_parts.kill("kafka")
        time.sleep(2.0)
        real_parts.restart("redis")
        real_parts.restart("kafka")
        producer = Topics(kafka).producer(topic)
        producer.send("one order", PLAIN, CASES[0].arrived_ms)
        producer.flush(120.0)
        state = wait_for(snapshots, topic, lambda s: consumed(s) == 2)
    assert sum(p.counted for p in state.partitions) == 1
    assert sum(p.duplicate for p in state.partitions) == 1
