"""Both years of the real orders through Kafka and the archive job alone, to the analyst's screen.

No live job runs. Some days are closed (their facts are read), the others are read from events.
"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.replay.mapping import mapping_path, shop_folder
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.comparisons import range_span
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import MinuteRange, TradingTime, epoch_day
from pipeline.trading.zone import Zone
from pipeline.values.past import Stretch
from pipeline.values.table import MinuteBlock
from tests.integration.real_parts import RealParts
from tests.integration.real_years import ZONE, Years, minute_of, of
from tests.real_orders import FILE, needs_real_orders

pytestmark = [
    pytest.mark.services,
    *needs_real_orders,
    pytest.mark.timeout(1200),
]

CHECKOUT = Path(__file__).resolve().parents[2]
TOPIC, DATABASE = "orders.years", "real_years"
LINES = 1_044_847
BLACK_FRIDAY, YEAR_BEFORE = date(2011, 11, 25), date(2010, 11, 25)
CLOSED = (("2010-02-01", "2010-02-28"), ("2010-11-24", "2010-11-26"))
LAST_DAY, END = date(2011, 12, 9), datetime(2011, 12, 9, 12, 51)  # noqa: DTZ001 - London's clock
READING_S = 120.0
MIDNIGHT = clock_time()
CUBES = ("category", "province", "guests")


@dataclass(frozen=True)
class Site:
    """The analyst's screen over the archive of both years, and the file they came from."""

    client: FlaskClient
    history: ClickHouseHistory
    trading: TradingTime
    years: Years

    def frame(self, **query: str) -> Any:
        """Ask, and ask again while it is being read."""
        until = time.monotonic() + READING_S
        while time.monotonic() < until:
            answer = self.client.get("/frame.json", query_string=query)
            if answer.status_code != 202:
                assert answer.status_code == 200, answer.data
                return answer.json
            time.sleep(0.05)
        raise AssertionError(f"{query} is never read")


@pytest.fixture(scope="module")
def site(real_parts: RealParts) -> Iterator[Site]:
    """Send the whole file, archive it with the job alone, and close some days."""
    real_parts.ensure("kafka", "redis", "clickhouse", "flink")
    shop = shop_folder(mapping_path("online_retail_2", None))
    assert shop is not None
    run(real_parts, shop, "replay", str(FILE), "--mapping", "online_retail_2", "--fast")
    said = run(real_parts, shop, "submit", "archive", "--drain")
    assert f"topic {TOPIC} is in the archive" in said
    for first, last in CLOSED:
        run(real_parts, shop, "close", "--from", first, "--to", last)
    catalogue = load_catalogue(shop)
    trading = TradingTime(Zone(ZONE), catalogue.windows, load_promotions(shop))
    url = real_parts.endpoints["clickhouse_url"]
    history = ClickHouseHistory(url, DATABASE, catalogue, trading)
    settings = ScreenSettings(config=shop, home=real_parts.home, topic=TOPIC)
    app = create_app(settings, MemorySnapshots(catalogue), history=lambda: history)
    try:
        yield Site(app.server.test_client(), history, trading, Years.read())
    finally:
        app.server.extensions[EXTENSION].stop()


def run(parts: RealParts, shop: Path, *arguments: str) -> str:
    environment = parts.environment(
        DAPING_CONFIG=str(shop),
        DAPING_TOPIC=TOPIC,
        DAPING_DATABASE=DATABASE,
        DAPING_PROFILE="laptop",
    )
    done = subprocess.run(
        (sys.executable, "-m", "pipeline", *arguments),
        env=environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


def test_the_sums_of_all_25_months_and_their_604_days_are_those_of_the_file(site: Site) -> None:
    found = {month: stored(site, month) for month in site.years.months}
    plain = {month: site.years.of_month(month) for month in site.years.months}
    assert found == {
        month: {"n": sums.lines, "paid_amount": sums.paid, "refund_amount": sums.refunded}
        for month, sums in plain.items()
    }
    assert len(found) == 25
    assert sum(sums["n"] for sums in found.values()) == LINES
    february, november = found["2010-02"], found["2011-11"]
    assert february["paid_amount"] - february["refund_amount"] == 53_309_142
    assert november["paid_amount"] - november["refund_amount"] == 146_175_625
    held = site.history.days_with_events("A", MinuteRange(0, minute_of(END)))
    assert sorted(held) == [epoch_day(day) for day in site.years.days]
    assert len(held) == 604


def stored(site: Site, month: str) -> dict[str, int]:
    """Return the sums of a month: of its closed days the facts, of the others the events."""
    first = date.fromisoformat(f"{month}-01")
    start, end = (datetime.combine(day, MIDNIGHT) for day in (first, month_after(first)))
    span = range_span(site.trading, start, end)
    stretch = Stretch("A", span.bounds, span.days(site.trading))
    table = site.history.read(stretch).table
    found = [sums_of(table.block(name, span.bounds.start, span.bounds.end)) for name in CUBES]
    assert all(sums == found[0] for sums in found)
    return found[0]


def month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def sums_of(block: MinuteBlock) -> dict[str, int]:
    places = {name: block.measures.index(name) for name in ("paid_amount", "refund_amount")}
    sums = {name: int(block.values[:, :, place].sum()) for name, place in places.items()}
    return {"n": int(block.lines.sum()), **sums}


def test_closed_days_are_read_as_facts_and_say_so(site: Site) -> None:
    closed = site.frame(date="2010-02-03", window="24H")["history"]
    assert (closed["origin"], closed["final"], closed["cause"]) == ("facts", True, "close")
    assert site.frame(date="2010-03-03", window="24H")["history"]["origin"] == "events"
    with_orders = [day for day in site.years.days if "2010-02-01" <= f"{day}" <= "2010-02-28"]
    held = [epoch_day(day) for day in [*with_orders, *days("2010-11-24", 3)]]
    runs = closed["days"]["closed"]
    assert [day for first, last in runs for day in range(first, last + 1)] == held


def days(first: str, count: int) -> list[date]:
    return [date.fromisoformat(first) + timedelta(days=place) for place in range(count)]


@pytest.mark.parametrize("minute", ["07:59", "10:59", "13:37", "19:59"])
def test_black_friday_is_ahead_of_the_year_before_as_a_count_over_the_file_has_it(
    site: Site, minute: str
) -> None:
    frame = site.frame(date=str(BLACK_FRIDAY), at=f"{BLACK_FRIDAY}T{minute}")
    passed = datetime.combine(BLACK_FRIDAY, clock_time.fromisoformat(minute))
    until = passed + timedelta(minutes=1)
    for name in ("24H", "28H"):
        window = frame["windows"][name]
        opens = timedelta(hours=-4) if name == "28H" else timedelta()
        own, base = (
            site.years.between(
                datetime.combine(day, MIDNIGHT) + opens,
                datetime.combine(day, until.time()),
            )
            for day in (BLACK_FRIDAY, YEAR_BEFORE)
        )
        yoy = window["comparisons"]["yoy"]
        assert (yoy["state"], yoy["date"]) == ("ready", str(YEAR_BEFORE))
        assert of(window, "value") == own.metrics()
        assert (of(yoy, "own"), of(yoy, "value")) == (own.metrics(), base.metrics())
        assert yoy["until"] == minute_of(datetime.combine(YEAR_BEFORE, until.time()))
        assert yoy["metrics"]["net_sales"]["change"] == change(own.net, base.net)


def change(own: int, base: int) -> int | None:
    """Return the change in parts per million, half away from zero."""
    if base <= 0:
        return None
    parts, rest = divmod(abs(own - base) * 1_000_000, base)
    whole = parts + (2 * rest >= base)
    return whole if own >= base else -whole


def test_any_day_from_the_first_to_the_last_shows_what_the_file_has(site: Site) -> None:
    of_file = site.years.days
    chosen = [of_file[0], *random.Random(604).sample(of_file[1:-1], 6), of_file[-1]]
    for day in chosen:
        frame = site.frame(date=str(day))
        midnight = datetime.combine(day, MIDNIGHT)
        plain = site.years.between(midnight, midnight + timedelta(days=1))
        eve = site.years.between(midnight - timedelta(hours=4), midnight + timedelta(days=1))
        assert of(frame["windows"]["24H"], "value") == plain.metrics(), day
        assert of(frame["windows"]["28H"], "value") == eve.metrics(), day
        assert frame["history"]["lines"] == plain.lines


def test_a_saturday_without_orders_says_which_days_are_near(site: Site) -> None:
    state = site.frame(date="2010-02-06")["windows"]["24H"]["state"]
    near = {"before": "2010-02-05", "after": "2010-02-07"}
    assert (state["name"], state["reason"], state["params"]) == ("empty", "no_history", near)


def test_the_last_day_is_compared_only_as_far_as_it_goes(site: Site) -> None:
    window = site.frame(date=str(LAST_DAY))["windows"]["24H"]
    assert window["complete"]["until"] == minute_of(END)
    yoy = window["comparisons"]["yoy"]
    day_before = datetime(2010, 12, 9)  # noqa: DTZ001 - London's clock
    base = site.years.between(day_before, day_before.replace(hour=12, minute=51))
    assert of(yoy, "value") == base.metrics()


def test_december_2011_is_compared_only_to_the_9th_at_12_50(site: Site) -> None:
    window = site.frame(**{"from": "2011-12-01T00:00", "to": "2012-01-01T00:00"})
    window = window["windows"]["range"]
    first, year_before = datetime(2011, 12, 1), datetime(2010, 12, 1)  # noqa: DTZ001
    own = site.years.between(first, END)
    base = site.years.between(year_before, END.replace(year=2010))
    whole = site.years.between(year_before, datetime(2011, 1, 1))  # noqa: DTZ001
    yoy = window["comparisons"]["yoy"]
    assert (window["complete"]["until"], yoy["until"]) == (
        minute_of(END),
        minute_of(END.replace(year=2010)),
    )
    assert own == site.years.of_month("2011-12")
    assert totals(of(window, "value")) == totals(own.metrics())
    assert totals(of(yoy, "value")) == totals(base.metrics())
    assert base.net < whole.net


def totals(metrics: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in metrics.items() if name != "buyers"}
