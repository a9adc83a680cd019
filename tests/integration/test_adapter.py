"""A foreign feed by TOML alone, through the adapter and the live job into Redis, through a kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from confluent_kafka import Producer

from pipeline.catalogue.load import load_catalogue
from pipeline.jobs.generations import Plant, begin
from pipeline.stores.topics import Topics
from tests.integration.foreign_orders import MAPPING, PARTITIONS, SHOP, Truth, feed
from tests.integration.live_plant import (
    cancel_all,
    cells_of,
    classes_of,
    plant_on,
    recipe_of,
    until,
)
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
FOREIGN, ORDERS = "shop.sales", "orders.adapted-shop"
MESSAGES = 20_000
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "shop.toml").write_text(SHOP, encoding="utf-8")
    (shop / "mapping.toml").write_text(MAPPING % FOREIGN, encoding="utf-8")
    return shop


@pytest.fixture
def plant(parts: RealParts, tmp_path: Path, folder: Path) -> Iterator[Plant]:
    plant = plant_on(parts, tmp_path, load_catalogue(folder))
    yield plant
    cancel_all(plant)


def adapter(parts: RealParts, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = parts.environment(DAPING_CONFIG=str(folder), DAPING_TOPIC=ORDERS)
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "adapt", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def send(kafka: str, truth: Truth, first: int, last: int) -> None:
    producer = Producer({"bootstrap.servers": kafka, "linger.ms": 5})
    for partition, ms, payload in truth.messages[first:last]:
        producer.produce(FOREIGN, payload, partition=partition, timestamp=ms)
        producer.poll(0)
    assert producer.flush(30) == 0


def written(topics: Topics, topic: str) -> int:
    return sum(topics.end_offsets(topic).values())


def adapter_keys(topics: Topics) -> set[str]:
    """Return the keys in the rejected topic, which hold their reason and the message."""
    name = f"{ORDERS}.rejected"
    position, ends = topics.first_offsets(name), topics.end_offsets(name)
    keys = set()
    reader = topics.consumer(name, position)
    while any(position[p] < ends[p] for p in ends):
        for message in reader.read():
            position[message.partition] = message.offset + 1
            said = orjson.loads(message.value or b"")
            assert said["reason"] == "mapping"
            assert "sum.gross" in said["detail"]
            assert "positions" in said["payload"]
            keys.add((message.key or b"").decode())
    reader.close()
    return keys


def test_a_foreign_feed_is_exact_though_the_adapter_was_killed(
    plant: Plant, parts: RealParts, folder: Path
) -> None:
    topics, truth = plant.topics, feed(MESSAGES)
    topics.ensure(FOREIGN, partitions=PARTITIONS)
    topics.ensure(ORDERS)
    send(topics.bootstrap, truth, 0, MESSAGES)
    first = adapter(parts, folder)
    until(lambda: written(topics, ORDERS) > truth.events // 20, 120)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert written(topics, ORDERS) < truth.events, "the kill came too late to be in the middle"
    time.sleep(0.5)
    said, trouble = adapter(parts, folder, "--drain").communicate(timeout=120)
    assert f"{truth.events} events, {truth.refused} refused, {truth.skipped} skipped" in said, (
        trouble
    )
    assert len(adapter_keys(topics)) == truth.refused
    recipe = recipe_of(ORDERS, load_catalogue(folder))
    meta = begin(plant, recipe)
    wanted = {place: dict(sums) for place, sums in truth.cells.items()}

    def counted() -> int:
        return sum(n for (_, name), n in classes_of(plant, meta).items() if name == "counted")

    until(lambda: counted() >= truth.events, 120)
    assert counted() == truth.events
    classes = {name for _, name in classes_of(plant, meta)}
    assert classes <= {"counted", "duplicate"}
    cube = recipe.catalogue.cubes["category"]
    days = {minute // 1440 for minute, _ in wanted}

    def found() -> dict[tuple[int, str], dict[str, int]]:
        return {
            (minute, key): {"n": value.n, **dict(zip(cube.measures, value.measures, strict=True))}
            for (name, minute, key), value in cells_of(plant, meta, days).items()
            if name == "category"
        }

    until(lambda: found() == wanted, 60)  # a batch is written in several calls
    assert found() == wanted
