"""The archive job on real Kafka, Flink, Redis and ClickHouse, through every fault of ClickHouse.

The truth is that of order_mix; ClickHouse is asked over plain HTTP, not through our own store.
"""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.history.rebuild import Rebuild, rebuild
from pipeline.jobs.generations import Plant, activate, begin
from pipeline.jobs.waiting import still_missing
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.protocol import Ranking
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.streams import GenerationMeta
from tests.integration.forgetful_proxy import ForgetfulProxy
from tests.integration.live_plant import (
    Sent,
    cancel_all,
    cells_of,
    classes_of,
    plant_on,
    recipe_of,
    send,
    until,
)
from tests.integration.order_mix import Truth, orders, truth_of
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]
CATALOGUE = load_catalogue()
TRADING = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows)
TOPIC, DATABASE = "orders.archive", "archive_test"
DAYS = range(20_400, 20_407)
LINES = 40_000
CHUNK_S = 0.25
COLUMNS = (
    *("event_id", "kind", "order_id", "user_id", "gender", "category", "brand", "sku"),
    *("warehouse_id", "province", "line_no", "event_ms", "minute", "quantity", "amount_cents"),
)


@dataclass
class Feed:
    """Sends the messages a chunk at a time, in a thread of its own."""

    plant: Plant
    rest: list[Sent]

    def __post_init__(self) -> None:
        self.sent: list[Sent] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def send(self, lines: int) -> None:
        chunk, self.rest = self.rest[:lines], self.rest[lines:]
        send(self.plant, TOPIC, chunk)
        self.sent += chunk

    def __enter__(self) -> "Feed":
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(CHUNK_S):
            self.send(60)


@dataclass(frozen=True)
class Stand:
    """All that a test here touches."""

    parts: RealParts
    plant: Plant
    meta: GenerationMeta
    feed: Feed
    proxy: ForgetfulProxy
    clickhouse: str

    def rows(self, query: str) -> list[dict[str, object]]:
        url = f"{self.clickhouse}/?" + urllib.parse.urlencode({"database": DATABASE})
        body = f"{query} FORMAT JSONEachRow".encode()
        with urllib.request.urlopen(url, body, timeout=60) as answer:
            return [json.loads(line) for line in answer.read().splitlines()]

    def archived(self) -> int:
        """Return the sum of the archive's positions."""
        found = self.rows(
            "SELECT toString(sum(position)) AS passed FROM archive_progress FINAL "
            f"WHERE topic = '{TOPIC}'"
        )
        return int(str(found[0]["passed"]))

    def counted_live(self) -> int:
        return sum(classes_of(self.plant, self.meta).values())

    def assert_archive_is_exact(self) -> None:
        ends = sum(_last_rows(self.feed.sent).values())
        until(lambda: self.archived() >= ends, 90)
        assert self.archived() >= ends
        found = self.rows(f"SELECT {', '.join(COLUMNS)}, link, partition FROM events FINAL")
        events = {str(row["event_id"]): row for row in found}
        assert len(found) == len(events)
        expected = {str(e["event_id"]): e for e in map(_event, self.feed.sent) if e is not None}
        assert events.keys() == expected.keys()
        plain = {key: {n: _plain(v) for n, v in row.items()} for key, row in events.items()}
        differing = [key for key in expected if plain[key] != expected[key]]
        assert [(plain[k], expected[k]) for k in differing[:2]] == []


@pytest.fixture(scope="module")
def stand(
    parts: RealParts, clickhouse_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    """A live job and, begun by the command, an archive job behind a proxy."""
    plant = plant_on(parts, tmp_path_factory.mktemp("book"), CATALOGUE)
    at = urllib.parse.urlsplit(clickhouse_url)
    proxy = ForgetfulProxy((str(at.hostname), int(str(at.port))))
    plant.topics.ensure(TOPIC)
    feed = Feed(plant, orders(LINES))
    feed.send(2_000)
    meta = begin(plant, recipe_of(TOPIC, CATALOGUE))
    until(lambda: still_missing(plant, meta) == 0, 60)
    activate(plant, meta)
    try:
        yield Stand(parts, plant, meta, feed, proxy, clickhouse_url)
    finally:
        cancel_all(plant)
        proxy.close()


def submit_archive(stand: Stand) -> str:
    """Run the command as a person would."""
    environment = stand.parts.environment(
        DAPING_CLICKHOUSE_URL=f"http://127.0.0.1:{stand.proxy.port}",
        DAPING_DATABASE=DATABASE,
        DAPING_TOPIC=TOPIC,
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "submit", "archive", "--patience", "30"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    return done.stdout.decode()


def test_every_counted_order_line_is_archived_with_all_its_fields(stand: Stand) -> None:
    assert "submitted archive A:" in submit_archive(stand)
    with stand.feed:
        time.sleep(3)
    assert "runs already" in submit_archive(stand)
    stand.assert_archive_is_exact()
    classes = truth_of(stand.feed.sent).classes
    assert {name for _, name in classes} > {"counted", "duplicate", "conflict", "too_late"}


def test_an_insert_whose_answer_was_lost_counts_once(stand: Stand) -> None:
    stand.proxy.lose_the_next_answer()
    with stand.feed:
        until(lambda: stand.proxy.lost == 1, 60)
    assert stand.proxy.lost == 1
    stand.assert_archive_is_exact()


def test_clickhouse_killed_under_load_and_down_for_30_s_loses_nothing(stand: Stand) -> None:
    stand.feed.send(6_000)
    with stand.feed:
        time.sleep(0.7)  # about when the sink inserts them
        stand.parts.kill("clickhouse")
        _live_goes_on(stand, 30)
        stand.parts.restart("clickhouse")
    stand.assert_archive_is_exact()


def test_a_clickhouse_that_hangs_for_25_s_loses_nothing(stand: Stand) -> None:
    server = psutil.Process(stand.parts.processes["clickhouse"].pid)
    held = [server, *server.children(recursive=True)]
    with stand.feed:
        for process in held:
            process.send_signal(signal.SIGSTOP)
        try:
            _live_goes_on(stand, 25)
        finally:
            for process in held:
                process.send_signal(signal.SIGCONT)
    stand.assert_archive_is_exact()


def test_a_redis_that_lost_its_data_is_whole_again_beside_the_running_live_job(
    stand: Stand,
) -> None:
    plant = stand.plant
    with stand.feed:
        stand.parts.restart("redis")
        assert plant.snapshots.active() is None
        done = rebuild(_rebuild(stand), 90, lambda _: None)
        assert done.behind == 0
        assert done.shown
    active = plant.snapshots.active()
    assert active is not None
    assert active.stream == stand.meta.stream
    truth = truth_of(stand.feed.sent)
    expected = _minute_cells(truth)
    buyers = Counter({place: len(who) for place, who in truth.buyers.items()})
    until(
        lambda: (
            _minute_found(stand) == expected
            and _buyers(stand) == buyers
            and _users(_ranking(stand)) == _paid(truth)
        ),
        120,
    )
    assert _minute_found(stand) == expected
    assert _buyers(stand) == buyers
    ranking = _ranking(stand)
    assert ranking.proven
    assert _users(ranking) == _paid(truth)
    again = rebuild(_rebuild(stand), 90, lambda _: None)
    assert (again.cells > 0, again.replaced, again.shown) == (True, 0, False)


def _live_goes_on(stand: Stand, seconds: float) -> None:
    """Wait, and see the live numbers move in every third of it."""
    for _ in range(3):
        before = stand.counted_live()
        time.sleep(seconds / 3)
        assert stand.counted_live() > before


def _rebuild(stand: Stand) -> Rebuild:
    history = ClickHouseHistory(stand.clickhouse, DATABASE, CATALOGUE, TRADING)
    plant = stand.plant
    services = (plant.snapshots, plant.topics, plant.book, history, history)
    return Rebuild("A", CATALOGUE, TRADING, *services)


def _last_rows(sent: list[Sent]) -> Mapping[int, int]:
    """Return partition -> the offset after the last message that became a row."""
    offsets: Counter[int] = Counter()
    last: dict[int, int] = {}
    for message in sent:
        offsets[message.partition] += 1
        if message.kind != "unparseable":
            last[message.partition] = offsets[message.partition]
    return last


def _event(message: Sent) -> dict[str, object] | None:
    if message.order is None:
        return None
    order = message.order
    texts = {name: str(order.get(name) or "") for name in COLUMNS[:10]}
    ms = int(str(order["event_time"]))
    numbers = {n: int(str(order[n])) for n in ("line_no", "quantity", "amount_cents")}
    minute = {"event_ms": ms, "minute": ms // 60_000}
    return {**texts, **numbers, **minute, "link": "A", "partition": message.partition}


def _plain(value: object) -> object:
    """ClickHouse writes 64-bit integers as texts."""
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text


def _minute_cells(truth: Truth) -> dict[tuple[str, int, str], tuple[int, ...]]:
    minute = {cube.name: cube.measures for cube in CATALOGUE.minute_cubes()}
    return {
        place: (value["n"], *(value[name] for name in minute[place[0]]))
        for place, value in truth.cells.items()
        if place[0] in minute
    }


def _minute_found(stand: Stand) -> dict[tuple[str, int, str], tuple[int, ...]]:
    minute = {cube.name for cube in CATALOGUE.minute_cubes()}
    return {
        place: (value.n, *value.measures)
        for place, value in cells_of(stand.plant, stand.meta, DAYS).items()
        if place[0] in minute
    }


def _buyers(stand: Stand) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for (cube, bucket, _), value in cells_of(stand.plant, stand.meta, DAYS).items():
        if cube.startswith("buyers_"):
            found[cube.removeprefix("buyers_"), bucket] += value.measures[0]
    return found


def _ranking(stand: Stand) -> Ranking:
    segments = [day * 2 + half for day in DAYS for half in (0, 1)]
    return stand.plant.snapshots.ranking(stand.meta.stream, "users", segments, 50)


def _users(ranking: Ranking) -> list[tuple[str, int]]:
    return [(row.key, row.measures[0]) for row in ranking.rows]


def _paid(truth: Truth) -> list[tuple[str, int]]:
    paid: Counter[str] = Counter()
    for (cube, _, key), value in truth.cells.items():
        if cube == "users":
            paid[key] += value["paid_amount"]
    return sorted(paid.items(), key=lambda item: (-item[1], item[0]))[:50]
