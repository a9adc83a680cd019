"""Topics on a real broker: places, times, and a broker that dies and comes back."""

import time
import uuid

import pytest

from pipeline.errors import Refused, ServiceUnavailable
from pipeline.stores.topics import Message, TopicReader, Topics
from tests.integration.real_parts import RealParts

pytestmark = pytest.mark.services

IN_2011 = 1_322_222_400_000
IN_2099 = 4_081_000_000_000


def fresh(topics: Topics) -> str:
    name = f"orders.test.{uuid.uuid4().hex[:8]}"
    topics.ensure(name)
    return name


def read_all(consumer: TopicReader, count: int, limit_s: float = 30.0) -> list[Message]:
    deadline = time.monotonic() + limit_s
    found: list[Message] = []
    while len(found) < count and time.monotonic() < deadline:
        found += consumer.read()
    return found


def test_a_topic_has_four_partitions_and_is_made_once(kafka: str) -> None:
    topics = Topics(kafka)
    name = fresh(topics)
    topics.ensure(name)
    assert topics.partitions(name) == (0, 1, 2, 3)
    assert set(topics.end_offsets(name).values()) == {0}


def test_records_keep_the_time_they_were_given(kafka: str) -> None:
    topics = Topics(kafka)
    name = fresh(topics)
    producer = topics.producer(name)
    producer.send("k", b"old", IN_2011)
    producer.send("k", b"ahead", IN_2099)
    producer.send("k", None, IN_2099)
    producer.flush()
    consumer = topics.consumer(name, topics.first_offsets(name))
    found = read_all(consumer, 3)
    consumer.close()
    assert [(m.offset, m.arrived_ms, m.value) for m in found] == [
        (0, IN_2011, b"old"),
        (1, IN_2099, b"ahead"),
        (2, IN_2099, None),
    ]
    partition = found[0].partition
    assert topics.offsets_at(name, IN_2011 + 1)[partition] == 1
    assert topics.offsets_at(name, IN_2099 + 1) == topics.end_offsets(name)


def test_a_consumer_begins_where_it_is_told(kafka: str) -> None:
    topics = Topics(kafka)
    name = fresh(topics)
    producer = topics.producer(name)
    for number in range(10):
        producer.send("one key", str(number).encode(), IN_2011)
    producer.flush()
    place = {p: max(0, end - 3) for p, end in topics.end_offsets(name).items()}
    consumer = topics.consumer(name, place)
    assert [m.value for m in read_all(consumer, 3)] == [b"7", b"8", b"9"]
    consumer.close()


def test_a_topic_that_is_not_there_is_refused_by_name(kafka: str) -> None:
    with pytest.raises(Refused, match=r"no topic orders\.nowhere"):
        Topics(kafka).end_offsets("orders.nowhere")


def test_nobody_there_is_said_with_the_address() -> None:
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1:1 "):
        Topics("127.0.0.1:1", timeout_s=1.0).end_offsets("orders")
    assert time.monotonic() - began < 30


def test_nothing_is_lost_or_doubled_over_a_killed_broker(kafka: str, real_parts: RealParts) -> None:
    topics = Topics(kafka)
    name = fresh(topics)
    producer = topics.producer(name)
    consumer = topics.consumer(name, topics.first_offsets(name))
    for number in range(1000):
        producer.send(str(number), str(number).encode(), IN_2011)
    producer.flush()
    found = read_all(consumer, 1000)
    real_parts.kill("kafka")
    for number in range(1000, 2000):
        producer.send(str(number), str(number).encode(), IN_2011)
    with pytest.raises(ServiceUnavailable, match="1000 messages"):
        producer.flush(1.0)
    assert consumer.read(timeout_s=0.5) == []
    real_parts.restart("kafka")
    producer.flush(120.0)
    found += read_all(consumer, 1000, 120.0)
    found += consumer.read(timeout_s=0.5)
    consumer.close()
    assert sorted(int(m.value or b"-1") for m in found) == list(range(2000))
