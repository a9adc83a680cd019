"""`verify` as an operator runs it, on a real Kafka, Redis and ClickHouse: equal, one cent off,
never at rest.

The orders are the simulator's, the screen is the one that is served; what Flink's jobs would write
is folded here from the reference reader, so that this needs no cluster.
"""

import json
import subprocess
import sys
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from pipeline.auditor.service import AuditorService
from pipeline.catalogue.load import load_catalogue
from pipeline.events import Event, Reader, Rejected
from pipeline.local.ports import free_port
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Message, Topics
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import GenerationMeta, LinkGeneration
from tests.e2e.orders import Line, make_cells
from tests.integration.clickhouse_process import connect
from tests.integration.live_plant import until
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

CHECKOUT = Path(__file__).resolve().parents[2]
TOPIC, DATABASE = "orders.verified", "verified"
STREAM = LinkGeneration("A", 1)
CATALOGUE = load_catalogue()
TRADING = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows)


@dataclass
class Floor:
    """A home with a ledger, a topic, an auditor, cells in Redis and a screen."""

    home: Path
    environment: dict[str, str]
    store: RedisSnapshots
    history: ClickHouseHistory
    topics: Topics
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def command(self, *words: str, limit_s: float = 200.0) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )

    def verify(self, timeout_s: float = 30.0) -> tuple[int, str]:
        """Return the exit code and everything said."""
        done = self.command("verify", "--no-pause", "--timeout", str(timeout_s))
        return done.returncode, done.stdout + done.stderr

    @property
    def ledger(self) -> Path:
        return self.home / "ledger" / "verified" / "0001.jsonl"


@pytest.fixture(scope="module")
def floor(
    kafka: str,
    redis_url: str,
    clickhouse_url: str,
    real_parts: RealParts,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Floor]:
    home = tmp_path_factory.mktemp("verified")
    port = free_port()
    environment = real_parts.environment(
        DAPING_HOME=str(home), DAPING_TOPIC=TOPIC, DAPING_PORT=str(port), DAPING_DATABASE=DATABASE
    )
    store = RedisSnapshots(redis_url, CATALOGUE, timeout_s=30)
    history = ClickHouseHistory(clickhouse_url, DATABASE, CATALOGUE, TRADING)
    history.migrate()
    floor = Floor(home, environment, store, history, Topics(kafka))
    floor.store._connection.run("FLUSHALL")
    stop = threading.Event()
    service = AuditorService(floor.topics, floor.store, TOPIC, "A", Reader(CATALOGUE.shop.currency))
    auditor = threading.Thread(target=service.run, args=(stop,))
    try:
        _simulate(floor)
        auditor.start()
        _fold(floor)
        _serve(floor, port)
        yield floor
    finally:
        stop.set()
        for process in floor.processes:
            process.terminate()
            process.wait(20)
        auditor.join(30)
        floor.store._connection.run("FLUSHALL")


def test_what_agrees_is_equal_and_ends_with_0(floor: Floor) -> None:
    code, said = floor.verify()
    assert code == 0, said
    assert "all equal" in said
    report = floor.home / "report.json"
    done = floor.command("verify", "--no-pause", "--window", "4H", "--json", str(report))
    assert done.returncode == 0
    told = json.loads(report.read_text())
    assert told["equal"] is True
    ways = {way for row in told["rows"] for way in row["values"]}
    assert ways >= {"ledger", "kafka", "redis", "clickhouse", "frame"}


@pytest.mark.parametrize("place", [1, 2], ids=["paid_amount", "refund_amount"])
def test_one_cent_in_redis_is_named_and_ends_with_1(floor: Floor, place: int) -> None:
    run = floor.store._connection.run
    key = sorted(run("KEYS", "daping:{A:1}:cells:category:*"))[7]
    name, text = next(iter(run("HGETALL", key).items()))
    numbers = text.decode().split(",")
    numbers[place] = str(int(numbers[place]) + 1)
    run("HSET", key, name, ",".join(numbers))
    try:
        code, said = floor.verify()
    finally:
        run("HSET", key, name, text)
    assert code == 1
    minute = key.decode().rsplit(":", 1)[1]
    assert f"cube category, minute {minute}, key {name.decode()}" in said
    assert "error: " in said


def test_one_cent_in_clickhouse_is_named_and_ends_with_1(floor: Floor, clickhouse_url: str) -> None:
    client = connect(clickhouse_url, database=DATABASE)
    sale = "SELECT event_id, category, minute FROM events FINAL WHERE kind = 'sale' LIMIT 1"
    event, category, minute = client.query(sale).result_rows[0]

    def add(cents: int) -> None:
        client.command(
            "ALTER TABLE events UPDATE amount_cents = amount_cents + {cents:Int64} "
            "WHERE event_id = {event:String}",
            {"cents": cents, "event": event},
            settings={"mutations_sync": 2},
        )

    add(1)
    try:
        code, said = floor.verify()
    finally:
        add(-1)
        client.close()
    assert code == 1, said
    assert f"cube category, minute {minute}, key {category or 'unknown'}: ledger" in said


def test_one_cent_in_the_ledgers_word_ends_with_1(floor: Floor) -> None:
    def lie(entry: dict[str, object]) -> None:
        entry["f"][-1] += 1  # type: ignore[index]

    code, said = _with_changed_ledger(floor, lie)
    assert code == 1
    assert "ledger lines mean one thing and say another" in said


def test_one_cent_in_the_ledger_and_its_payload_is_not_what_kafka_holds(floor: Floor) -> None:
    def lie(entry: dict[str, object]) -> None:
        entry["f"][-1] += 1  # type: ignore[index]
        event = json.loads(str(entry["p"]))
        event["amount_cents"] += 1
        entry["p"] = json.dumps(event)

    code, said = _with_changed_ledger(floor, lie)
    assert code == 1
    assert "ledger" in said
    assert "differences" in said


def test_a_job_that_lags_for_ever_ends_with_3(floor: Floor) -> None:
    producer = floor.topics.producer(TOPIC)
    late = Event("late", "sale", "o", 1, _last_arrival(floor), 1, 5, CATALOGUE.shop.currency)
    producer.send("o", late.to_json(), late.event_time)
    producer.flush()
    code, said = floor.verify(timeout_s=15.0)
    assert code == 3, said
    assert "the archive has 1 messages to go" in said


def _simulate(floor: Floor) -> None:
    at = "2026-11-11 01:00"
    done = floor.command(
        *("simulate", "--run", "verified", "--topic", TOPIC, "--lines", "3000"),
        *("--start", at, "--until", at, "--poison", "0.01", "--duplicates", "0.01"),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _fold(floor: Floor) -> None:
    """Write what the jobs would: the cells of all cubes, the accounting by partition, events."""
    lines: list[Line] = []
    archived: list[list[object]] = []
    positions: dict[int, ArchivePosition] = {}
    audit: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    reader, seen = Reader(CATALOGUE.shop.currency), dict[str, str]()
    first, ends = floor.topics.first_offsets(TOPIC), floor.topics.end_offsets(TOPIC)
    reached, consumer = dict(first), floor.topics.consumer(TOPIC, first)
    while reached != ends:
        for message in consumer.read():
            reached[message.partition] = message.offset + 1
            read = reader.read(message.value, message.arrived_ms)
            event_ms = 0
            if isinstance(read, Rejected):
                name = str(read.reason)
            else:
                known = seen.setdefault(read.event.event_id, read.fingerprint)
                event_ms = read.event.event_time
                name = "duplicate" if known == read.fingerprint else "conflict"
                if known is read.fingerprint:
                    name = "counted"
                    lines.append(_line(read.event))
                    archived.append(_archived(read.event, message))
            if name != "unparseable":
                cell = audit[message.partition, name]
                cell[0] += 1
                cell[1] = max(cell[1], message.offset + 1)
                cell[2] = max(cell[2], min(event_ms, message.arrived_ms))
                positions[message.partition] = ArchivePosition(message.offset + 1, cell[2], 1)
    consumer.close()
    rows = [row for row in make_cells(CATALOGUE, TRADING, lines) if row.cube != "audit"]
    rows += [
        CellRow("audit", partition, name, CellValue(n, (position, progress)))
        for (partition, name), (n, position, progress) in audit.items()
    ]
    floor.store.put_meta(GenerationMeta(STREAM, CATALOGUE.plan, TOPIC, 0, dict(first), ends, 0))
    floor.store.write(STREAM, rows)
    floor.store.activate(floor.store.active(), STREAM)
    floor.history.insert_events(dict(zip(EVENT_COLUMNS, zip(*archived, strict=True), strict=True)))
    floor.history.put_progress("A", TOPIC, positions)


def _archived(event: Event, message: Message) -> list[object]:
    """Return a counted event as a row of the archive."""
    known = {
        **asdict(event),
        "link": "A",
        "minute": event.event_time // 60_000,
        "event_ms": event.event_time,
        "topic": TOPIC,
        "partition": message.partition,
        "offset": message.offset,
        "arrived_ms": message.arrived_ms,
        "generation": 1,
    }
    return [known[name] for name in EVENT_COLUMNS]


def _line(event: Event) -> Line:
    texts = ("gender", "category", "brand", "province")
    return Line(
        at=event.event_time,
        kind=event.kind,
        order=0,
        number=event.line_no,
        user=event.user_id or None,
        warehouse=event.warehouse_id or "unknown",
        quantity=event.quantity,
        amount=event.amount_cents,
        **{name: getattr(event, name) or "unknown" for name in texts},
    )


def _serve(floor: Floor, port: int) -> None:
    log = (floor.home / "screen.log").open("wb")
    words = ["-w", "1", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    floor.processes.append(
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *words, "app.wsgi:server"],
            cwd=CHECKOUT,
            env=floor.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    )
    until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"), 60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def _with_changed_ledger(
    floor: Floor, change: Callable[[dict[str, object]], None]
) -> tuple[int, str]:
    """Verify with one counted line of the ledger changed; the ledger is put back."""
    whole = floor.ledger.read_bytes()
    lines = whole.splitlines()
    place = next(n for n, line in enumerate(lines) if n > 200 and "f" in json.loads(line))
    entry = json.loads(lines[place])
    change(entry)
    lines[place] = json.dumps(entry).encode()
    floor.ledger.write_bytes(b"\n".join(lines) + b"\n")
    try:
        return floor.verify()
    finally:
        floor.ledger.write_bytes(whole)


def _last_arrival(floor: Floor) -> int:
    return int(json.loads(floor.ledger.read_bytes().splitlines()[-1])["a"])
