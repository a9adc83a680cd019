"""A shop's folder adds a measure, a cube and metrics in TOML alone; no code knows them."""

import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.jobs.generations import Plant
from pipeline.values.streams import SourceState
from tests.integration.live_plant import Sent, cancel_all, cells_of, plant_on, send, until
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

CHECKOUT = Path(__file__).resolve().parents[2]
TOPIC = "orders.toml"
NOON_MS = 1_794_369_600_000  # 2026-11-11 12:00 in Shanghai
MINUTES = 5
OVERLAY = """
[dimension.sku]
field = "sku"
label = { zh = "商品", en = "Item" }

[measure.returned_orders]
of = "lines"
kind = "refund"
first_line_only = true
unit = "count"
label = { zh = "退货单数", en = "Orders returned" }
description = { zh = "退货单数,以第一行计。", en = "Orders given back, by their first line." }

[cube.sku]
bucket = "minute"
dimension = "sku"
measures = ["paid_amount", "refund_amount", "returned_orders"]

[metric.returned_orders]
expression = "returned_orders"
unit = "count"
better = "down"
label = { zh = "退货单数", en = "Orders returned" }
description = { zh = "窗口内的退货单数。", en = "Orders given back in the window." }

[metric.net_of_items]
expression = "paid_amount - refund_amount"
unit = "money"
shape = "ranking"
dimension = "sku"
limit = 3
label = { zh = "商品净额榜", en = "Items by net sales" }
description = { zh = "窗口内各商品的净额。", en = "Items by paid less refunded amounts." }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "catalogue.toml").write_text(OVERLAY, encoding="utf-8")
    return shop


@pytest.fixture
def plant(parts: RealParts, tmp_path: Path, folder: Path) -> Iterator[Plant]:
    plant = plant_on(parts, tmp_path, load_catalogue(folder))
    yield plant
    cancel_all(plant)


def orders() -> list[dict[str, Any]]:
    """Return 400 lines of a few minutes: refunds, items without a name."""
    dice = random.Random(11)
    return [
        {
            **{"v": 1, "event_id": f"t{n}", "order_id": f"o{n // 2}", "line_no": n % 2 + 1},
            **{"kind": "refund" if dice.random() < 0.2 else "sale", "currency": "CNY"},
            "event_time": NOON_MS + dice.randrange(MINUTES * 60_000),
            "sku": dice.choice(["tea", "rice", "pan", "ink", ""]),
            "quantity": dice.randrange(1, 5),
            "amount_cents": dice.randrange(1, 1_000_000),
        }
        for n in range(400)
    ]


def expected(lines: list[dict[str, Any]]) -> dict[tuple[int, str], Counter[str]]:
    """Return (minute, sku) -> n and measures, by plain counting."""
    cells: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for line in lines:
        sale = line["kind"] == "sale"
        cells[line["event_time"] // 60_000, line["sku"] or "unknown"].update(
            n=1,
            paid_amount=line["amount_cents"] if sale else 0,
            refund_amount=0 if sale else line["amount_cents"],
            returned_orders=int(not sale and line["line_no"] == 1),
        )
    return cells


def test_no_code_and_no_packaged_file_knows_the_new_names() -> None:
    for path in (CHECKOUT / "pipeline", CHECKOUT / "app", CHECKOUT / "components"):
        for source in [*path.rglob("*.py"), *path.rglob("*.toml"), *path.rglob("*.lua")]:
            text = source.read_text(encoding="utf-8")
            assert "returned_orders" not in text
            assert "net_of_items" not in text
    assert "sku" not in load_catalogue().cubes


def test_a_cube_and_metrics_in_toml_reach_redis_and_the_frame(
    plant: Plant, parts: RealParts, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = orders()
    _send_and_submit(plant, parts, folder, lines)
    cells = expected(lines)
    until(lambda: sum(found(plant, "n").values()) == len(lines), 90)
    for name in ("n", "paid_amount", "refund_amount", "returned_orders"):
        assert found(plant, name) == {place: cell[name] for place, cell in cells.items()}
    # One turn is made below: a machine that pauses is no Redis that is away.
    monkeypatch.setattr("app.connecting.QUESTION_S", 5.0)
    monkeypatch.setattr("app.connecting.ANSWER_S", 10.0)
    _the_frame_carries_them(plant, folder, cells)


def found(plant: Plant, name: str) -> dict[tuple[int, str], int]:
    """Return (minute, sku) -> one number of the cube's cells in Redis."""
    active = plant.snapshots.active()
    assert active is not None
    meta = plant.snapshots.meta(active.stream)
    assert meta is not None
    day = NOON_MS // 86_400_000
    names = ("paid_amount", "refund_amount", "returned_orders")
    return {
        (minute, key): value.n if name == "n" else value.measures[names.index(name)]
        for (cube, minute, key), value in cells_of(plant, meta, (day,)).items()
        if cube == "sku"
    }


def _send_and_submit(
    plant: Plant, parts: RealParts, folder: Path, lines: list[dict[str, Any]]
) -> None:
    """Send as a shop would, and start the job as an operator would."""
    now = SystemClock().now_ms()
    clock = NOON_MS + MINUTES * 60_000
    plant.snapshots.put_source(SourceState("live", "shop", now, clock, 0.0, now))
    plant.topics.ensure(TOPIC)
    send(
        plant,
        TOPIC,
        [Sent(json.dumps(o).encode(), o["event_time"], n % 4, "") for n, o in enumerate(lines)],
    )
    environment = parts.environment(
        DAPING_CONFIG=str(folder), DAPING_TOPIC=TOPIC, DAPING_PROFILE="laptop"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "submit", "live"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _the_frame_carries_them(
    plant: Plant, folder: Path, cells: dict[tuple[int, str], Counter[str]]
) -> None:
    app = create_app(ScreenSettings(redis_url=plant.redis_url, config=folder))
    poller = app.server.extensions[EXTENSION]
    poller.ensure_started = lambda: None
    poller.turn()
    frame = app.server.test_client().get("/frame.json").json
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, key), cell in cells.items():
        totals[key].update(cell)
    assert frame["business_date"] == "2026-11-11"
    for window in ("24H", "28H"):
        shown = frame["windows"][window]
        assert shown["cubes"]["sku"] == {
            key: {name: value for name, value in sums.items() if name != "n"}
            for key, sums in totals.items()
        }
        assert shown["metrics"]["returned_orders"]["value"] == sum(
            sums["returned_orders"] for sums in totals.values()
        )
        net = {key: sums["paid_amount"] - sums["refund_amount"] for key, sums in totals.items()}
        best = sorted(net.items(), key=lambda item: (-item[1], item[0]))[:3]
        ranking = shown["metrics"]["net_of_items"]
        assert ranking["total"] == sum(net.values())
        assert [(row["key"], row["value"]) for row in ranking["rows"]] == best
    # Noon is not in the opening: the window that does not hold it has nothing of it.
    assert not frame["windows"]["4H"]["metrics"]["returned_orders"]["value"]
