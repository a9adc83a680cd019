"""The real orders of November 2011 through Kafka, Flink and Redis to the frame, to the penny."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.jobs.flink_rest import FlinkRest
from pipeline.local.ports import next_free_port
from pipeline.replay.mapping import mapping_path, shop_folder
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.stores.topics import Topics
from pipeline.values.cells import CellRow
from pipeline.values.streams import SourceState
from tests.integration.real_november import (
    Sums,
    buyers_of,
    by_day,
    countries_of,
    lines_of_november,
)
from tests.integration.real_parts import RealParts
from tests.real_orders import FILE, needs_real_orders

pytestmark = [
    pytest.mark.services,
    *needs_real_orders,
    pytest.mark.timeout(1200),
]

CHECKOUT = Path(__file__).resolve().parents[2]
TOPIC = "orders.november"
LINES = 84_711
WHOLE_DAY = "2011-11-25"
MINUTE_CUBES = ("category", "brand", "gender", "province", "warehouse", "guests")
UNMAPPED = ("category", "brand", "gender", "warehouse")


@dataclass
class Run:
    """The parts with the shop of these orders, and the cells that Redis holds."""

    parts: RealParts
    home: Path
    shop: Path
    catalogue: Catalogue
    store: RedisSnapshots
    cells: list[CellRow] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        given = self.parts.environment(
            DAPING_CONFIG=str(self.shop), DAPING_TOPIC=TOPIC, DAPING_PROFILE="laptop"
        )
        given.pop("DAPING_CLICKHOUSE_URL", None)  # nothing of this is archived
        return given

    def command(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            (sys.executable, "-m", "pipeline", *arguments),
            env=self.environment(),
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def running(self, *words: str, **more: str) -> Iterator[None]:
        process = subprocess.Popen(
            (sys.executable, "-m", *words),
            env={**self.environment(), **more},
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


@pytest.fixture(scope="module")
def november(parts: RealParts) -> Iterator[Run]:
    """Send the month as fast as it goes, read it with a new generation from the beginning."""
    shop = shop_folder(mapping_path("online_retail_2", None))
    assert shop is not None
    catalogue = load_catalogue(shop)
    store = RedisSnapshots(parts.endpoints["redis_url"], catalogue, timeout_s=30)
    run = Run(parts, parts.home, shop, catalogue, store)
    flink = FlinkRest(parts.endpoints["flink_rest"])
    cancel(flink)
    said = run.command(
        *("replay", str(FILE), "--mapping", "online_retail_2", "--fast"),
        *("--from", "2011-11-01", "--to", "2011-11-30"),
    )
    assert "paid 150949633 − refunded 4774008 = net 146175625; 84711 lines" in said
    run.command("submit", "live", "--from-beginning")
    run.cells = cells_of(store)
    try:
        yield run
    finally:
        cancel(flink)


def cancel(flink: FlinkRest) -> None:
    """What an earlier test left would hold the slots."""
    for job in flink.jobs():
        if not job.gone:
            flink.cancel(job.job_id)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not all(job.gone for job in flink.jobs()):
        time.sleep(0.3)


def cells_of(store: RedisSnapshots) -> list[CellRow]:
    active = store.active()
    assert active is not None
    day = (datetime(2011, 11, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    cursors: Any = {"audit": 0, **{str(day + i): 0 for i in range(-1, 31)}}
    rows: list[CellRow] = []
    more = True
    while more:
        found = store.changes(active.stream, cursors)
        rows += found.cells
        cursors, more = found.cursors, found.more
    return rows


def sums_by_day(run: Run, cube: str) -> dict[str, Sums]:
    """Return day -> sums of a cube's cells; London is on UTC in November."""
    names = {
        **{"paid": "paid_amount", "refunded": "refund_amount"},
        **{"pieces_paid": "paid_quantity", "pieces_refunded": "refund_quantity"},
    }
    places = {name: run.catalogue.cubes[cube].measures.index(m) for name, m in names.items()}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in run.cells:
        if row.cube == cube:
            day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=row.bucket)).date()
            found[day.isoformat()].update(
                {**{n: row.value.measures[p] for n, p in places.items()}, "lines": row.value.n}
            )
    return {day: dict(sums) for day, sums in found.items()}


def test_every_cube_has_the_sums_of_the_month_and_of_each_day(november: Run) -> None:
    truth = by_day(lines_of_november())
    for cube in MINUTE_CUBES:
        days = sums_by_day(november, cube)
        assert days == truth, cube
        paid = sum(day["paid"] for day in days.values())
        refunded = sum(day["refunded"] for day in days.values())
        assert (paid, refunded, paid - refunded) == (150_949_633, 4_774_008, 146_175_625)


def test_what_the_feed_does_not_say_is_unknown(november: Run) -> None:
    keys = defaultdict(set)
    for row in november.cells:
        keys[row.cube].add(row.key)
    assert {cube: keys[cube] for cube in UNMAPPED} == {cube: {"unknown"} for cube in UNMAPPED}
    assert keys["guests"] == {"guest", "user"}
    assert {"united-kingdom", "eire", "france"} < keys["province"]


def test_every_offset_is_counted_and_none_is_left(november: Run) -> None:
    ends = Topics(november.parts.endpoints["kafka"]).end_offsets(TOPIC)
    audit = {(row.bucket, row.key): row.value for row in november.cells if row.cube == "audit"}
    assert {key for _, key in audit} == {"counted"}
    assert {p: audit[p, "counted"].n for p, end in ends.items() if end} == {
        p: end for p, end in ends.items() if end
    }
    assert sum(value.n for value in audit.values()) == LINES


def test_a_second_submit_finds_the_month_already_read(november: Run) -> None:
    assert "runs already" in november.command("submit", "live", "--from-beginning")


def test_the_frame_of_a_day_has_the_sums_of_the_file_and_verify_agrees(november: Run) -> None:
    midnight = datetime(2011, 11, 26, tzinfo=UTC)
    clock_ms = int(midnight.timestamp() * 1000) - 1
    real = SystemClock().now_ms()
    standing = SourceState("replayed", "online_retail_2", real, clock_ms, 0.0, real)
    november.store.put_source(standing)
    port = next_free_port(18_500, "127.0.0.1")
    screen = ("gunicorn", "-w", "1", "-k", "gthread", "-b", f"127.0.0.1:{port}", "app.wsgi:server")
    with ExitStack() as stack:
        stack.enter_context(november.running("pipeline", "audit"))
        stack.enter_context(november.running(*screen, DAPING_PORT=str(port)))
        frame = frame_of(f"http://127.0.0.1:{port}/frame.json")
        os.environ["DAPING_PORT"] = str(port)
        stack.callback(os.environ.pop, "DAPING_PORT")
        said = november.command("verify", "--timeout", "60")
    assert "all equal" in said
    lines = lines_of_november()
    truth = by_day(lines)[WHOLE_DAY]
    assert frame["business_date"] == WHOLE_DAY
    assert frame["currency"] == {"code": "GBP", "symbol": "£", "exponent": 2}
    window = frame["windows"]["24H"]
    values = {name: window["metrics"][name]["value"] for name in ("gross_sales", "net_sales")}
    assert values == {"gross_sales": truth["paid"], "net_sales": truth["paid"] - truth["refunded"]}
    assert window["metrics"]["refund_amount"]["value"] == truth["refunded"]
    assert window["metrics"]["paid_units"]["value"] == truth["pieces_paid"]
    assert window["metrics"]["buyers"]["value"] == buyers_of(lines, WHOLE_DAY)
    countries = window["cubes"]["province"].values()
    paid = sorted((c["paid_amount"] for c in countries if c["paid_amount"]), reverse=True)
    assert paid == countries_of(lines, WHOLE_DAY)
    assert set(window["cubes"]["gender"]) == {"unknown"}
    assert frame["accounting"]["agree"] is True
    assert frame["accounting"]["counted"] == frame["accounting"]["consumed"] == LINES


def frame_of(url: str) -> Any:
    """Return the frame once the auditor and the screen have read everything."""
    deadline = time.monotonic() + 60
    frame: Any = None
    while time.monotonic() < deadline:
        try:
            frame = httpx.get(url, timeout=30).raise_for_status().json()
        except httpx.HTTPError:
            frame = None
        if frame is not None and frame["accounting"]["agree"] is not None:
            return frame
        time.sleep(0.5)
    return frame
