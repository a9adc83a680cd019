"""The true orders of one minute: drawn from (seed, run, minute) alone, so that any minute can be
made again exactly as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipeline.simulator.market import LINES_PER_ORDER, QUANTITIES, Market
from pipeline.simulator.rates import Rates
from pipeline.simulator.sending import Facts

MINUTE_MS = 60_000
MEAN_DISORDER_MS = 700
SLOW_SHARE = 0.02
SLOWEST_MS = 55_000
LATE_MS = (90_000, 6 * 3_600_000)
TOO_LATE_MS = (48 * 3_600_000 + 60_000, 72 * 3_600_000)
AHEAD_MS = (6 * 60_000, 90 * 60_000)

Head = tuple[str, int, str, str, str]  # order, event time, user, gender, province
Good = tuple[str, str, str, int, int]  # sku, category, brand, quantity, amount in cents


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it first arrives; `timing` is counted, too_late or future."""

    arrived_ms: int
    facts: Facts
    sku: str
    timing: str


@dataclass(frozen=True)
class OrderSource:
    """Makes the orders of a run. `run` is part of every id."""

    market: Market
    rates: Rates
    seed: int
    run: str

    def random(self, minute: int, purpose: int) -> np.random.Generator:
        """Return the generator of one minute (epoch minute) and purpose."""
        return np.random.default_rng([self.seed, crc32(self.run.encode()), minute, purpose])

    def orders(self, minute: int, expected_lines: float) -> list[Line]:
        """Return the lines of a minute, by order. Orders are spread so that no gap is long."""
        random = self.random(minute, 1)
        mean_lines = sum(share * (i + 1) for i, share in enumerate(LINES_PER_ORDER))
        count = int(random.poisson(expected_lines / mean_lines))
        if count == 0:
            return []
        within = (np.arange(count) + random.random(count)) / count * (MINUTE_MS - 50)
        arrivals = (minute * MINUTE_MS + within).astype(np.int64)
        delays, timings = self._delays(random, count)
        buyers = np.searchsorted(self.market.shopper_edges, random.random(count))
        guests = random.random(count) < self.rates.guests
        lengths = random.choice(len(LINES_PER_ORDER), count, p=LINES_PER_ORDER) + 1
        houses = random.random(count)
        goods = self._goods(random, int(lengths.sum()))
        lines: list[Line] = []
        for i, (arrived, delay, buyer, guest, length, house) in enumerate(
            zip(
                *(a.tolist() for a in (arrivals, delays, buyers, guests, lengths, houses)),
                strict=True,
            )
        ):
            head = self._head(f"{self.run}-{minute:x}-{i:x}", arrived - delay, buyer, guest)
            near = self.market.houses_of_province[int(self.market.shopper_provinces[buyer])]
            home = near[int(house * house * len(near))]
            for line_no in range(1, length + 1):
                facts, sku = _line(head, line_no, home, next(goods))
                lines.append(Line(arrived + line_no, facts, sku, timings[i]))
        return lines

    def _head(self, order_id: str, event_time: int, buyer: int, guest: bool) -> Head:
        market = self.market
        province = market.provinces[int(market.shopper_provinces[buyer])]
        user = "" if guest else market.shopper_ids[buyer]
        gender = "" if guest else market.shopper_genders[buyer]
        return order_id, event_time, user, gender, province

    def _delays(
        self, random: np.random.Generator, count: int
    ) -> tuple[NDArray[np.int64], list[str]]:
        """Return how long after its event each order arrives (ms; negative: ahead of it)."""
        rates = self.rates
        delays = random.exponential(MEAN_DISORDER_MS, count).astype(np.int64)
        fate = random.random(count)
        timings = ["counted"] * count
        edge = 0.0
        for share, (least, most), timing in (
            (rates.late, LATE_MS, "counted"),
            (rates.too_late, TOO_LATE_MS, "too_late"),
            (rates.future, (-AHEAD_MS[1], -AHEAD_MS[0]), "future"),
            (SLOW_SHARE, (2_000, SLOWEST_MS), "counted"),
        ):
            for i in np.flatnonzero((fate >= edge) & (fate < edge + share)).tolist():
                delays[i] = int(random.integers(least, most))
                timings[i] = timing
            edge += share
        return delays, timings

    def _goods(self, random: np.random.Generator, count: int) -> Iterator[Good]:
        drawn = np.searchsorted(self.market.goods_edges, random.random(count))
        pieces = random.choice(len(QUANTITIES), count, p=QUANTITIES) + 1
        reductions = random.integers(0, 12, count)
        unnamed = random.random(count)
        goods = self.market.goods
        for good, quantity, reduction, nameless in zip(
            *(a.tolist() for a in (drawn, pieces, reductions, unnamed)), strict=True
        ):
            sku, category, brand, price = goods[good]
            if nameless < self.rates.unnamed:
                category = ""
            elif nameless < 2 * self.rates.unnamed:
                brand = ""
            # Coupons: up to 11 % off, to the cent.
            yield sku, category, brand, quantity, price * quantity * (100 - reduction) // 100


def _line(head: Head, line_no: int, house: str, good: Good) -> tuple[Facts, str]:
    order_id, event_time, user, gender, province = head
    sku, category, brand, quantity, amount = good
    facts = Facts(
        f"{order_id}-{line_no}", "sale", order_id, line_no, event_time,
        user, gender, category, brand, house, province, quantity, amount,
    )  # fmt: skip
    return facts, sku
