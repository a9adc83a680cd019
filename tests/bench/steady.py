"""A topic that gets lines at a steady rate, and what of them can be seen in Redis when."""

import argparse
import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate, islice

from confluent_kafka import Producer

from pipeline.jobs.generations import Plant, Recipe, begin
from pipeline.trading.zone import Zone
from pipeline.values.streams import GenerationMeta
from tests.bench.bench_parts import CATALOGUE, PROFILES
from tests.bench.lines import PARTITIONS, lines

TICK_S = 0.005
LOOK_EVERY_S = 0.005
CUBE = "gender"  # every counted line is in one of its cells
DAY_MS = 86_400_000


@dataclass
class Feed:
    """Sends `rate` lines a second from a thread; `sent[k]` is when line k was given to Kafka.

    `paid[k]`: cents of all sales up to line k.
    """

    bootstrap: str
    topic: str
    rate: int
    seconds: float
    sent: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = int(self.rate * self.seconds)
        start = int(time.time() * 1000)
        made = lines(count, 17, start, self.rate * 60.0)
        told = [(line.text.encode(), line.event_ms, line.order, line.paid_cents) for line in made]
        self._lines = [line[:3] for line in told]
        self.paid = list(accumulate(line[3] for line in told))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5, "acks": "all"})
        left, began = iter(self._lines), time.perf_counter()
        while not self._ended.wait(TICK_S):
            now = time.perf_counter()
            due = int((now - began) * self.rate) - len(self.sent)
            for payload, at, order in islice(left, max(due, 0)):
                place = order % PARTITIONS
                producer.produce(self.topic, payload, b"%x" % order, place, timestamp=at + 900)
                self.sent.append(now)
            producer.poll(0)
        producer.flush(10)


@dataclass
class Seen:
    """Looks every few ms; `counts[i]` lines could be seen at `times[i]`."""

    plant: Plant
    meta: GenerationMeta
    times: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    _cursors: dict[str, int] = field(default_factory=dict)
    _cells: dict[tuple[int, str], int] = field(default_factory=dict)

    def look(self) -> int:
        """Look once and note it; only minutes that changed are read."""
        if not self._cursors:
            day = int(time.time() * 1000) // DAY_MS
            self._cursors = {str(d): 0 for d in (day - 1, day, day + 1)}
        changes = self.plant.snapshots.changes(self.meta.stream, self._cursors)
        self._cursors = dict(changes.cursors)
        for row in changes.cells:
            if row.cube == CUBE:
                self._cells[row.bucket, row.key] = row.value.n
        self.times.append(time.perf_counter())
        self.counts.append(sum(self._cells.values()))
        return self.counts[-1]

    def watch(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.look()
            time.sleep(LOOK_EVERY_S)

    def delays_ms(self, sent: list[float], after: float) -> list[float]:
        """Return, sorted, how long each line sent after `after` took until as many were seen."""
        found = []
        for number, moment in enumerate(sent, 1):
            if moment >= after:
                place = bisect_left(self.counts, number)
                if place < len(self.times):
                    found.append((self.times[place] - moment) * 1000)
        return sorted(found)


def begin_live(plant: Plant, topic: str, parallelism: int) -> GenerationMeta:
    """Start the live job on a topic that is still empty."""
    plant.topics.ensure(topic)
    transitions = Zone(CATALOGUE.shop.zone).transitions(2000, 2040)
    return begin(plant, Recipe("A", topic, CATALOGUE, transitions, parallelism, True))


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def arguments(text: str | None, **own: float) -> argparse.Namespace:
    """Read `--rate` and `--profile`, and a bench's own numbers with their defaults."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--rate", type=int, default=2000)
    for name, value in own.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="wall")
    return parser.parse_args()
