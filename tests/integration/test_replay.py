"""The command `replay` into a real Kafka: sums, times, and a second start without doubles."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from pipeline.stores.topics import Topics
from tests.integration.real_parts import RealParts

pytestmark = pytest.mark.services

HEAD = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = "".join(
    f"{500000 + number // 3},S{number % 7},{1 + number % 4},"
    f"2011-11-25 {8 + number % 10:02}:{number % 60:02}:00,1.25,{number % 50},EIRE\n"
    for number in range(3000)
)


def replay(parts: RealParts, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shop = folder / "shop"
    shop.mkdir(exist_ok=True)
    (shop / "shop.toml").write_text('[shop]\nzone = "Europe/London"\ncurrency = "GBP"\n')
    return subprocess.run(
        (sys.executable, "-m", "pipeline", "replay", *arguments),
        env=parts.environment(DAPING_CONFIG=str(shop)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.usefixtures("kafka", "redis_url")
def test_a_file_is_sent_once_however_often_it_is_replayed(
    real_parts: RealParts, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(HEAD + ROWS)
    topic = f"orders.replay.{tmp_path.name}"
    arguments = (str(feed), "--mapping", "online_retail_2", "--fast", "--topic", topic)
    first = replay(real_parts, tmp_path, *arguments)
    assert first.returncode == 0, first.stderr
    paid = sum((1 + number % 4) * 125 for number in range(3000))
    assert f"paid {paid} − refunded 0 = net {paid}; 3000 lines, 1000 orders" in first.stdout
    second = replay(real_parts, tmp_path, *arguments)
    assert "sent 0, 3000 there already" in second.stdout, second.stderr
    events = read_back(Topics(real_parts.endpoints["kafka"]), topic)
    assert len(events) == len({event["event_id"] for event in events}) == 3000
    assert sum(int(str(event["amount_cents"])) for event in events) == paid
    assert Counter(event["currency"] for event in events) == {"GBP": 3000}


@pytest.mark.usefixtures("kafka", "redis_url")
def test_another_feed_is_refused_in_the_same_topic(real_parts: RealParts, tmp_path: Path) -> None:
    topic = f"orders.replay.{tmp_path.name}"
    for text, code in ((ROWS[:200].rsplit("\n", 1)[0] + "\n", 0), (ROWS, 1)):
        feed = tmp_path / "feed.csv"
        feed.write_text(HEAD + text)
        arguments = (str(feed), "--mapping", "online_retail_2", "--fast", "--topic", topic)
        done = replay(real_parts, tmp_path, *arguments)
        assert done.returncode == code, done.stderr
    assert "one topic holds one file" in done.stderr


def read_back(topics: Topics, topic: str) -> list[dict[str, object]]:
    count = sum(topics.end_offsets(topic).values())
    consumer = topics.consumer(topic, topics.first_offsets(topic))
    events: list[dict[str, object]] = []
    for _ in range(200):
        if len(events) >= count:
            break
        for message in consumer.read():
            event = orjson.loads(message.value or b"")
            assert message.arrived_ms == event["event_time"]
            assert message.key == str(event["order_id"]).encode()
            events.append(event)
    consumer.close()
    return events
