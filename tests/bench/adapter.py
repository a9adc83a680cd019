"""How fast the adapter is beside events that need none, and what it adds in time.

    python -m tests.bench.adapter [messages]     (Kafka: DAPING_KAFKA, or services up)

One process each, real Kafka: (1) the same events written straight to a topic, already made;
(2) foreign messages read, mapped and written. Then single messages, one after another: from the
acknowledged foreign record to the event in the reader's hands.
"""

import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.adapter.service import AdapterService
from pipeline.mapping.load import load_mapping
from pipeline.mapping.messages import MessageMapper, event_json
from pipeline.settings import Settings
from pipeline.stores.topics import Topics
from tests.integration.foreign_orders import MAPPING, PARTITIONS, feed

SINGLE = 100


def main(messages: int) -> None:
    topics, run = Topics(Settings().endpoint("kafka")), uuid.uuid4().hex[:6]
    foreign, orders = f"bench.foreign.{run}", f"bench.orders.{run}"
    topics.ensure(foreign, partitions=PARTITIONS)
    topics.ensure(f"{orders}.bare")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        path.write_text(MAPPING % foreign, encoding="utf-8")
        mapping = load_mapping(path)
    truth = feed(messages)
    mapper = MessageMapper(mapping)
    with timed("mapping alone", truth.events):
        made = [e for p, _, v in truth.messages for e in mapper.read(v, f"x:{p}:0").events]
    ready = [(order, event_json(fields), fields["event_time"]) for order, fields in made]
    writer = topics.producer(f"{orders}.bare")
    with timed("bare events straight to the topic", len(ready)):
        for order, event, at in ready:
            writer.send(order, event, at)
        writer.flush(60)
    sender = topics.producer(foreign)
    for _, at, payload in truth.messages:
        sender.send(None, payload, at)
    sender.flush(60)
    service = AdapterService(topics, foreign, orders, mapping, lambda *_: None, drain=True)
    with timed("through the adapter", truth.events):
        service.run(threading.Event())
    latency(topics, foreign, orders, service)


def latency(topics: Topics, foreign: str, orders: str, service: AdapterService) -> None:
    """Send one message after another and wait for its events."""
    stop, service.drain = threading.Event(), False
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    reader, sender = topics.consumer(orders, topics.end_offsets(orders)), topics.producer(foreign)
    time.sleep(2)
    took = []
    for _, at, payload in [m for m in feed(4 * SINGLE).messages if b'"paid"' in m[2]][:SINGLE]:
        sender.send(None, payload, at)
        sender.flush()
        began = time.monotonic()
        while not reader.read(timeout_s=0.005) and time.monotonic() - began < 5:
            pass
        took.append(1000 * (time.monotonic() - began))
        time.sleep(0.05)
        reader.read(timeout_s=0.05)
    stop.set()
    thread.join()
    reader.close()
    print(f"added time: median {statistics.median(took):.0f} ms, 95 % {sorted(took)[95]:.0f} ms")  # noqa: T201


@contextmanager
def timed(what: str, lines: int) -> Iterator[None]:
    """Say how long it took, and how much of a core: the machine may have other work."""
    began, used = time.monotonic(), time.process_time()
    yield
    seconds, core = time.monotonic() - began, time.process_time() - used
    rates = f"{lines / seconds:,.0f} lines/s, {lines / core:,.0f} lines per core-second"
    print(f"{what}: {lines} lines in {seconds:.2f} s: {rates}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
