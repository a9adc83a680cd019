"""Who buys what: a fixed population and assortment, drawn once from the seed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import UNKNOWN, Catalogue, Dimension
from pipeline.simulator.provinces import REGION_AND_WEIGHT

SHOPPERS = 60_000
GOODS = 900
SHOPPER_SKEW = 0.35
GOODS_SKEW = 0.75
LINES_PER_ORDER = (0.48, 0.28, 0.15, 0.09)  # of 1, 2, 3, 4 lines
QUANTITIES = (0.84, 0.12, 0.04)  # of 1, 2, 3 pieces
AVERAGE_ORDER_CENTS = 22_580  # before coupons, which leave about 213.40
GENDERS = ("F", "M", "U", "")
GENDER_SHARES = (0.555, 0.409, 0.031, 0.005)
PRICE_LEVELS = (260, 210, 95, 90, 45, 230, 80, 130, 35, 110)  # by category, relative


def zipf_edges(count: int, skew: float) -> NDArray[np.float64]:
    """Return cumulative shares of ranks 1..count with weight rank^-skew, for `searchsorted`."""
    weights = np.arange(1, count + 1, dtype=np.float64) ** -skew
    edges: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    edges[-1] = 1.0
    return edges


def _fading(count: int) -> NDArray[np.float64]:
    weights = np.power(np.arange(1, count + 1, dtype=np.float64), -0.6)
    return np.asarray(weights / weights.sum())


def _levels(categories: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.array(PRICE_LEVELS, dtype=np.float64)[categories % len(PRICE_LEVELS)])


@dataclass(frozen=True)
class Market:
    """Shoppers and goods of one seed, with keys that the catalogue knows."""

    catalogue: Catalogue
    seed: int

    @cached_property
    def categories(self) -> tuple[str, ...]:
        return self._keys("category")

    @cached_property
    def brands(self) -> tuple[str, ...]:
        return self._keys("brand")

    @cached_property
    def provinces(self) -> tuple[str, ...]:
        return self._keys("province")

    @cached_property
    def shopper_edges(self) -> NDArray[np.float64]:
        return zipf_edges(SHOPPERS, SHOPPER_SKEW)

    @cached_property
    def goods_edges(self) -> NDArray[np.float64]:
        return zipf_edges(GOODS, GOODS_SKEW)

    @cached_property
    def shopper_ids(self) -> list[str]:
        codes = self._random(1).permutation(1 << 22)[:SHOPPERS] + (1 << 24)
        return [f"u_{code:08x}" for code in codes.tolist()]

    @cached_property
    def shopper_genders(self) -> list[str]:
        drawn = self._random(2).choice(len(GENDERS), SHOPPERS, p=GENDER_SHARES)
        return [GENDERS[i] for i in drawn.tolist()]

    @cached_property
    def shopper_provinces(self) -> NDArray[np.int64]:
        known = [REGION_AND_WEIGHT.get(key) for key in self.provinces]
        shares = _fading(len(known))
        if all(known):
            weights = np.array([place[1] for place in known if place], dtype=np.float64)
            shares = weights / weights.sum()
        return self._random(3).choice(len(known), SHOPPERS, p=shares)

    @cached_property
    def houses_of_province(self) -> list[tuple[str, ...]]:
        """Warehouses in the region of each province; all of them when no region is known."""
        houses = self.catalogue.dimensions["warehouse"].members
        everywhere = self._keys("warehouse")
        found = []
        for province in self.provinces:
            region, _ = REGION_AND_WEIGHT.get(province, ("", 0))
            near = tuple(key for key in everywhere if houses[key].parent == region)
            found.append(near or everywhere)
        return found

    @cached_property
    def goods(self) -> list[tuple[str, str, str, int]]:
        """Each article as (sku, category, brand, price in cents)."""
        prices = np.maximum(self._raw_prices * self._price_scale, 90).astype(np.int64)
        return [
            (f"SKU{i:05d}", self.categories[c], self.brands[b], price // 10 * 10)
            for i, (c, b, price) in enumerate(
                zip(*(a.tolist() for a in (*self._kinds_of_goods, prices)), strict=True)
            )
        ]

    @cached_property
    def _kinds_of_goods(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        random = self._random(4)
        categories, brands = len(self.categories), len(self.brands)
        # Shares of money fade along the catalogue's order; cheap goods need more lines for theirs.
        lines = _fading(categories) / _levels(np.arange(categories))
        return (
            random.choice(categories, GOODS, p=lines / lines.sum()),
            random.choice(brands, GOODS, p=_fading(brands)),
        )

    @cached_property
    def _raw_prices(self) -> NDArray[np.float64]:
        random = self._random(5)
        category, brand = self._kinds_of_goods
        level = _levels(category)
        standing = random.lognormal(0.0, 0.5, len(self.brands))[brand]
        return np.asarray(level * standing * random.lognormal(0.0, 0.45, GOODS))

    @cached_property
    def _price_scale(self) -> float:
        """What makes the average order worth AVERAGE_ORDER_CENTS."""
        shares = np.diff(self.goods_edges, prepend=0.0)
        lines = sum(share * (i + 1) for i, share in enumerate(LINES_PER_ORDER))
        pieces = sum(share * (i + 1) for i, share in enumerate(QUANTITIES))
        return float(AVERAGE_ORDER_CENTS / (lines * pieces * float(shares @ self._raw_prices)))

    def _keys(self, dimension: str) -> tuple[str, ...]:
        found: Dimension = self.catalogue.dimensions[dimension]
        return tuple(key for key in found.members if key != UNKNOWN)

    def _random(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, purpose])
