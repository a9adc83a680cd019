"""A shop's currency from the foreign message to the page, its axis and its exports.

Amounts are integers of the smallest coin all the way; only texts know how many digits a coin has.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.events import Reader
from pipeline.events.validation import Accepted
from pipeline.mapping.load import load_feed
from pipeline.mapping.messages import MessageMapper, event_json
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from tests.e2e.orders import Line, fill, make_cells, tell_states
from tests.e2e.written import written

MINUTES = 90


@dataclass(frozen=True)
class Money:
    """A currency and amounts of it as a feed writes them; `unit`: what exports call an integer."""

    code: str
    symbol: str
    exponent: int
    amounts: tuple[str, ...]
    unit: str

    def coins(self, amount: str) -> int:
        return int(Decimal(amount).scaleb(self.exponent))


MONIES = (
    Money("EUR", "€", 2, ("19.90", "0.05", "12345.67", "7"), "EUR / 100"),
    Money("JPY", "¥", 0, ("1990", "5", "1234567", "700"), "JPY"),
    Money("KWD", "KD", 3, ("19.905", "0.005", "1234.567", "7"), "KWD / 1000"),
)
SHOP = """[shop]
zone = "UTC"
currency = "{code}"
currency_symbol = "{symbol}"
currency_exponent = {exponent}
default_window = "24H"
"""
MAPPING = """[feed]
topic = "shop"
lines = "items"
[order_id]
path = "id"
[time]
path = "at"
format = "epoch_ms"
[quantity]
line_path = "qty"
[money]
line_path = "sum"
exponent = {exponent}
[currency]
path = "currency"
[fields.category]
line_path = "group"
[fields.brand]
line_path = "brand"
[fields.user_id]
path = "buyer"
"""


@dataclass
class Shop:
    """A screen fed with the lines of a foreign feed; `paid` are the coins that were paid."""

    money: Money
    client: FlaskClient
    paid: int

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.data
        return answer

    def texts(self, lang: str) -> list[tuple[int, str, str]]:
        """Return (integer, kind, text) of every number the page draws."""
        view = self.get(f"/view.json?lang={lang}").json
        return list(numbers(view["props"]))


def numbers(node: Any) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, list):
        for one in node:
            yield from numbers(one)
    elif isinstance(node, dict):
        props = node.get("props", {})
        if isinstance(props, dict) and "data-value" in props and "data-kind" in props:
            yield int(props["data-value"]), props["data-kind"], text(props.get("children"))
        for one in node.values():
            yield from numbers(one)


def text(node: Any) -> str:
    if isinstance(node, list):
        return "".join(map(text, node))
    return text(node["props"].get("children")) if isinstance(node, dict) else str(node or "")


def foreign(money: Money, at: int, number: int) -> bytes:
    amount = money.amounts[number % len(money.amounts)]
    line = {"qty": 1, "sum": amount, "group": f"g{number % 3}", "brand": f"b{number % 4}"}
    said = {"id": f"o{number}", "at": at, "buyer": f"u{number % 9}", "currency": money.code}
    return json.dumps({**said, "items": [line]}).encode()


def mapped(mapper: MessageMapper, money: Money, at: int, number: int) -> Line:
    """Map one message, have its event judged as both readers do, and return it as a line."""
    found = mapper.read(foreign(money, at, number), f"shop:0:{number}")
    ((_, fields),) = found.events
    judged = Reader(money.code).read(event_json(fields), at)
    assert isinstance(judged, Accepted), judged
    event = judged.event
    where = ("unknown", event.category, event.brand, "unknown", "unknown")
    return Line(at, event.kind, number, 1, event.user_id, *where, 1, event.amount_cents)


@pytest.fixture(params=MONIES, ids=lambda money: money.code)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    money: Money = request.param
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.toml").write_text(SHOP.format(**vars(money)))
    (folder / "mapping.toml").write_text(MAPPING.format(**vars(money)))
    catalogue = load_catalogue(folder)
    trading = TradingTime(Zone("UTC"), catalogue.windows, load_promotions())
    start = trading.bounds("24H", date(2026, 3, 4)).start * MINUTE_MS
    mapper = MessageMapper(load_feed(folder / "mapping.toml", catalogue.shop))
    lines = [mapped(mapper, money, start + n * MINUTE_MS // 2 + 7, n) for n in range(2 * MINUTES)]
    store, now = MemorySnapshots(catalogue), start + MINUTES * MINUTE_MS
    fill(store, make_cells(catalogue, trading, lines))
    tell_states(store, lines, now, now)
    settings = ScreenSettings(home=tmp_path, config=folder, redis_url=None, clickhouse_url=None)
    app = create_app(settings, store, ManualClock(now), lambda: None)
    poller = app.server.extensions[EXTENSION]
    poller.ensure_started = lambda: None
    poller.turn()
    yield Shop(money, app.server.test_client(), sum(line.amount for line in lines))
    poller.stop()


def test_coins_are_counted_and_written_with_the_digits_of_the_currency(shop: Shop) -> None:
    money = shop.money
    assert shop.paid == sum(
        money.coins(money.amounts[n % len(money.amounts)]) for n in range(2 * MINUTES)
    )
    frame = shop.get("/frame.json").json
    assert frame["currency"] == {
        "code": money.code,
        "symbol": money.symbol,
        "exponent": money.exponent,
    }
    assert frame["windows"]["24H"]["metrics"]["gross_sales"]["value"] == shop.paid
    for lang in ("en", "zh"):
        said = shop.texts(lang)
        assert {kind.partition("-")[0] for _, kind, _ in said} >= {"hero", "money", "full", "count"}
        for value, kind, drawn in said:
            want = written(value, kind, lang, money.symbol, money.exponent)
            assert drawn == want, (value, kind, lang)
    hero = next(drawn for _, kind, drawn in shop.texts("en") if kind == "hero")
    assert hero == f"{money.symbol}{shop.paid // 10**money.exponent:,}"


def test_the_levels_of_the_chart_are_in_the_currency(shop: Shop) -> None:
    props = shop.get("/view.json?lang=en").json["props"]
    axes = [
        figure["layout"]["yaxis"]
        for named in props.values()
        if (figure := named.get("figure")) and "ticktext" in figure["layout"].get("yaxis", {})
    ]
    assert axes
    marks = {"K": 10**3, "M": 10**6, "B": 10**9}
    for axis in axes:
        for value, level in zip(axis["tickvals"], axis["ticktext"], strict=True):
            number, times = level.rstrip("KMB"), marks.get(level[-1], 1)
            assert Decimal(number) * times == Decimal(value).scaleb(-shop.money.exponent), level


def test_exports_are_coins_and_say_of_which_currency(shop: Shop) -> None:
    told = shop.get("/export.csv?tile=hero&lang=en").data.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(told)) if row and not row[0].startswith("#")]
    names, *lines = rows
    found = [dict(zip(names, line, strict=True)) for line in lines]
    total = next(r for r in found if r["metric"] == "gross_sales" and r["part"] == "value")
    assert (total["unit"], int(total["value"])) == (shop.money.unit, shop.paid)
    document = orjson.loads(shop.get("/export.json?tile=hero&lang=en").data)
    said = next(
        r for r in document["rows"] if r["metric"] == "gross_sales" and r["part"] == "value"
    )
    assert (said["unit"], said["value"]) == (shop.money.unit, shop.paid)
