"""The past of the simulated shop: the events of any local day, made alone and always the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.simulator.market import Market
from pipeline.simulator.orders import MEAN_DISORDER_MS, MINUTE_MS
from pipeline.simulator.past_rates import PastRates
from pipeline.simulator.past_sales import NO_BRAND, NO_CATEGORY, Lines, Sales
from pipeline.simulator.past_tastes import Tastes
from pipeline.simulator.rates import Rates
from pipeline.trading.windows import MINUTES_OF_A_DAY, date_of
from pipeline.trading.zone import Zone

TOPIC = "backfill"
PARTITION = -1
KEPT_DAYS = 3  # refunds of a day need the sales of the day before

Columns = dict[str, Any]  # of EVENT_COLUMNS: int64 arrays, texts as Arrow


@dataclass(frozen=True)
class PastShop:
    """Makes events as `HistoryWriter.insert_events` takes them: int64 arrays, texts as Arrow."""

    market: Market
    rates: Rates
    busy: PastRates
    zone: Zone
    link: str

    def events(self, day: int, until: int | None = None) -> Columns:
        """Return all EVENT_COLUMNS of a local epoch day, before epoch minute `until` if given.

        Sales come first, by minute; then refunds, which may be of lines of the day before.
        """
        lines = self._lines(day)
        if until is not None:
            lines = lines.taken(lines.event_ms < until * MINUTE_MS)
        random = np.random.default_rng([self.market.seed, 63, day])
        delays = random.exponential(MEAN_DISORDER_MS, len(lines)).astype(np.int64)
        return {
            "link": _same(self.link, len(lines)),
            "minute": lines.event_ms // MINUTE_MS,
            "event_id": _joined(
                self._head("h", day), _numbers(np.arange(len(lines), dtype=np.int64))
            ),
            "kind": _named(("sale", "refund"), lines.refund),
            **self._texts(lines),
            "line_no": lines.line_no,
            "event_ms": lines.event_ms,
            "quantity": lines.quantity,
            "amount_cents": lines.amount_cents,
            "topic": _same(TOPIC, len(lines)),
            "partition": np.full(len(lines), PARTITION, np.int64),
            "offset": np.zeros(len(lines), np.int64),
            "arrived_ms": lines.event_ms + delays,
            "generation": np.zeros(len(lines), np.int64),
        }

    def _lines(self, day: int) -> Lines:
        start, end = (
            self.zone.instant_of_local_minute((day + i) * MINUTES_OF_A_DAY) for i in (0, 1)
        )
        refunds = [self._sold(d)[1] for d in (day - 1, day)]
        inside = [r.taken((r.event_ms >= start) & (r.event_ms < end)) for r in refunds]
        return Lines.joined([self._sold(day)[0], *inside])

    def _sold(self, day: int) -> tuple[Lines, Lines]:
        """Return a day's sales and their refunds, kept for its neighbours."""
        kept = self._kept
        if day not in kept:
            while len(kept) >= KEPT_DAYS:
                del kept[next(iter(kept))]
            sales = self._sales.of_day(day)
            kept[day] = sales, self._sales.refunds(sales, day)
        return kept[day]

    def _texts(self, lines: Lines) -> Mapping[str, pa.Array]:
        market = self.market
        skus, categories, brands, _ = zip(*market.goods, strict=True)
        guest = lines.shopper < 0
        return {
            "order_id": self._orders(lines),
            "user_id": _named(market.shopper_ids, lines.shopper, guest),
            "gender": _named(market.shopper_genders, lines.shopper, guest),
            "category": _named(categories, lines.good, lines.unnamed == NO_CATEGORY),
            "brand": _named(brands, lines.good, lines.unnamed == NO_BRAND),
            "sku": _named(skus, lines.good),
            "warehouse_id": _named(self._sales.house_names, lines.house),
            "province": _named(market.provinces, lines.province),
        }

    def _orders(self, lines: Lines) -> pa.Array:
        days, place = np.unique(lines.day, return_inverse=True)
        heads = _named([self._head("o", day) for day in days.tolist()], place)
        return _joined(heads, _numbers(lines.order))

    def _head(self, letter: str, day: int) -> str:
        return f"{letter}-{self.market.seed}-{date_of(day)}-"

    @cached_property
    def _sales(self) -> Sales:
        tastes = Tastes(self.market, self.busy.live_day)
        return Sales(self.market, self.rates, self.busy, tastes, self.zone)

    @cached_property
    def _kept(self) -> dict[int, tuple[Lines, Lines]]:
        return {}


def _named(
    names: "list[str] | tuple[str, ...]",
    places: NDArray[np.int64],
    missing: NDArray[np.bool_] | None = None,
) -> pa.Array:
    """Return the names at `places`, "" where it is missing."""
    whole = pa.array(["", *names], pa.string())
    chosen = places + 1 if missing is None else np.where(missing, 0, places + 1)
    return whole.take(pa.array(chosen))


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def _numbers(values: NDArray[np.int64]) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def _joined(head: "str | pa.Array", tail: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(head, tail, "")
