"""The order lines of one local day of the past, as numbers: drawn from (seed, day) alone."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.simulator.faults import REFUND_LEAST_MS, REFUND_MEAN_MS, REFUND_MOST_MS
from pipeline.simulator.market import LINES_PER_ORDER, QUANTITIES, Market
from pipeline.simulator.orders import MINUTE_MS
from pipeline.simulator.past_rates import PastRates
from pipeline.simulator.past_tastes import Tastes, edges_of
from pipeline.simulator.rates import Rates
from pipeline.trading.windows import MINUTES_OF_A_DAY
from pipeline.trading.zone import Zone

Ints = NDArray[np.int64]
MOST_REDUCTION = 12  # coupons: up to 11 % off
NAMED, NO_CATEGORY, NO_BRAND = 0, 1, 2


@dataclass(frozen=True)
class Lines:
    """Order lines, int64 each: the local epoch day and number of the order, line of it, event time
    (ms), shopper (-1: a guest), province, house and good as numbers, pieces, cents, what is not
    named, and whether it is a refund."""

    day: Ints
    order: Ints
    line_no: Ints
    event_ms: Ints
    shopper: Ints
    province: Ints
    house: Ints
    good: Ints
    quantity: Ints
    amount_cents: Ints
    unnamed: Ints
    refund: Ints

    def __len__(self) -> int:
        return len(self.order)

    def taken(self, chosen: NDArray[np.bool_]) -> "Lines":
        """Return the lines chosen by a mask."""
        return Lines(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @staticmethod
    def joined(parts: list["Lines"]) -> "Lines":
        """Return the lines of all parts, in their order."""
        return Lines(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Lines)))


@dataclass(frozen=True)
class Sales:
    """Draws the sales of a day, and what of them is refunded when."""

    market: Market
    rates: Rates
    busy: PastRates
    tastes: Tastes
    zone: Zone

    def of_day(self, day: int) -> Lines:
        """Return the sales of a local epoch day by event minute; event times lie in the day."""
        random = self._random(day, 1)
        minutes, expected = self._minutes(day)
        mean_lines = sum(share * (i + 1) for i, share in enumerate(LINES_PER_ORDER))
        orders = np.repeat(minutes, random.poisson(expected / mean_lines))
        count = len(orders)
        event_ms = orders * MINUTE_MS + random.integers(0, MINUTE_MS, count)
        shopper = np.searchsorted(
            self.tastes.shopper_edges(day), random.random(count), side="right"
        )
        province = self.market.shopper_provinces[shopper]
        house = self._houses(province, random.random(count) ** self.tastes.house_power(day))
        guest = random.random(count) < self.rates.guests
        lengths = _drawn(random, LINES_PER_ORDER, count) + 1
        order = np.repeat(np.arange(count), lengths)
        lines = len(order)
        line_no = np.arange(lines) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
        good, quantity, amount, unnamed = self._bought(random, day, lines)
        return Lines(
            np.full(lines, day), order, line_no, event_ms[order],
            np.where(guest, -1, shopper)[order], province[order], house[order],
            good, quantity, amount, unnamed, np.zeros(lines, np.int64),
        )  # fmt: skip

    def refunds(self, sales: Lines, day: int) -> Lines:
        """Return the refunds of a day's sales, whenever they come, as the live shop makes them."""
        random = self._random(day, 2)
        refunded = sales.taken(random.random(len(sales)) < self.rates.refunds)
        waits = REFUND_LEAST_MS + random.exponential(REFUND_MEAN_MS, len(refunded))
        refunded.event_ms[:] += np.minimum(waits, REFUND_MOST_MS).astype(np.int64)
        refunded.refund[:] = 1
        return refunded

    def _minutes(self, day: int) -> tuple[Ints, NDArray[np.float64]]:
        """Return the epoch minutes of a local day (23 to 25 hours) and the lines they expect."""
        start, end = (
            self.zone.instant_of_local_minute((day + i) * MINUTES_OF_A_DAY) // MINUTE_MS
            for i in (0, 1)
        )
        minutes = np.arange(start, end)
        if len(minutes) == MINUTES_OF_A_DAY:
            return minutes, self.busy.of_day(day)
        of_day = [self.zone.local_minute(m * MINUTE_MS) % MINUTES_OF_A_DAY for m in minutes]
        return minutes, self.busy.of_day(day)[of_day]

    def _houses(self, province: Ints, drawn: NDArray[np.float64]) -> Ints:
        firsts, counts, houses = self._near
        return np.asarray(houses[firsts[province] + (drawn * counts[province]).astype(np.int64)])

    def _bought(
        self, random: np.random.Generator, day: int, lines: int
    ) -> tuple[Ints, Ints, Ints, Ints]:
        edges = self.tastes.goods_edges(day)
        good = np.searchsorted(edges, random.random(lines), side="right")
        quantity = _drawn(random, QUANTITIES, lines) + 1
        reduction = random.integers(0, MOST_REDUCTION, lines)
        amount = self._prices[good] * quantity * (100 - reduction) // 100
        nameless = random.random(lines)
        rate = self.rates.unnamed
        unnamed = np.where(nameless < rate, NO_CATEGORY, NAMED)
        unnamed[(nameless >= rate) & (nameless < 2 * rate)] = NO_BRAND
        return good, quantity, amount, unnamed

    @cached_property
    def _prices(self) -> Ints:
        return np.array([price for *_, price in self.market.goods], dtype=np.int64)

    @cached_property
    def house_names(self) -> tuple[str, ...]:
        """The houses by the numbers that lines carry."""
        return tuple(sorted({house for near in self.market.houses_of_province for house in near}))

    @cached_property
    def _near(self) -> tuple[Ints, Ints, Ints]:
        """Return by province the first place and the count in the third, the houses' numbers."""
        near = self.market.houses_of_province
        counts = np.array([len(houses) for houses in near])
        numbers = [self.house_names.index(house) for houses in near for house in houses]
        return np.cumsum(counts) - counts, counts, np.array(numbers)

    def _random(self, day: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.market.seed, 62, day, purpose])


def _drawn(random: np.random.Generator, shares: tuple[float, ...], count: int) -> Ints:
    return np.searchsorted(edges_of(np.array(shares)), random.random(count), side="right")
