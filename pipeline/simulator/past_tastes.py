"""Who bought what in the past: the market of today, bent a little further with every day back."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.simulator.market import GENDERS, SHOPPERS, Market
from pipeline.simulator.past_rates import DAYS_OF_A_YEAR

Floats = NDArray[np.float64]

# How much faster or slower than the shop something grows in a year (a logarithm).
REGION_TREND = 0.06
PROVINCE_TREND = 0.03
FALLING_REGION = -0.3
GENDER_TREND = 0.04
CATEGORY_TREND = 0.07
BRAND_TREND = 0.14
SEASON = 0.05
DAILY_NOISE = 0.03
YEARS_OF_JOINING = 9.0  # over which today's shoppers came
HOUSE_TREND = 0.35


def edges_of(weights: Floats) -> Floats:
    """Return cumulative shares for `searchsorted` with numbers from [0, 1)."""
    edges = np.cumsum(weights)
    edges /= edges[-1]
    edges[-1] = 1.0
    return edges


@dataclass(frozen=True)
class Tastes:
    """The shares of shoppers, goods and houses by local epoch day; today's are the market's."""

    market: Market
    live_day: int

    def shopper_edges(self, day: int) -> Floats:
        """Return float64[SHOPPERS]: those who had not joined yet buy nothing."""
        years = self._years(day)
        provinces = self._bent(self._province_trends, day, 1)
        genders = self._bent(self._gender_trends, day, 2)
        weights = self._shopper_weights * provinces[self.market.shopper_provinces]
        return edges_of(weights * genders[self._shopper_genders] * (self._joined >= years))

    def goods_edges(self, day: int) -> Floats:
        """Return float64[GOODS]."""
        categories = self._bent(self._category_trends, day, 3)
        brands = self._bent(self._brand_trends, day, 4)
        category, brand = self._kinds
        return edges_of(self._goods_weights * categories[category] * brands[brand])

    def house_power(self, day: int) -> float:
        """Return the power of a number from [0, 1) that picks among near houses; today 2."""
        return 2.0 - HOUSE_TREND * min(self._years(day), 3.0)

    def _bent(self, trends: Floats, day: int, purpose: int) -> Floats:
        """Return factors: the trend, the season (nothing on the live day's date), the day."""
        noise = self._random(20 + purpose, day).normal(0.0, DAILY_NOISE, len(trends))
        phases = self._random(30 + purpose).uniform(0.0, 2 * np.pi, len(trends))
        turn = 2 * np.pi * self._years(day)
        season = SEASON * (np.sin(phases + turn) - np.sin(phases))
        return np.asarray(np.exp(season + noise - trends * self._years(day)))

    def _years(self, day: int) -> float:
        return (self.live_day - day) / DAYS_OF_A_YEAR

    @cached_property
    def _province_trends(self) -> Floats:
        random = self._random(11)
        houses = self.market.houses_of_province
        regions = sorted(set(houses))
        of_regions = random.normal(0.0, REGION_TREND, len(regions))
        if len(regions) > 1:
            of_regions[int(random.integers(len(regions)))] = FALLING_REGION
        own = random.normal(0.0, PROVINCE_TREND, len(houses))
        return own + of_regions[[regions.index(near) for near in houses]]

    @cached_property
    def _gender_trends(self) -> Floats:
        return self._random(12).normal(0.0, GENDER_TREND, len(GENDERS))

    @cached_property
    def _category_trends(self) -> Floats:
        return self._random(13).normal(0.0, CATEGORY_TREND, len(self.market.categories))

    @cached_property
    def _brand_trends(self) -> Floats:
        return self._random(14).normal(0.0, BRAND_TREND, len(self.market.brands))

    @cached_property
    def _joined(self) -> Floats:
        """How many years ago each shopper joined."""
        return self._random(15).uniform(0.0, YEARS_OF_JOINING, SHOPPERS)

    @cached_property
    def _shopper_weights(self) -> Floats:
        return np.diff(self.market.shopper_edges, prepend=0.0)

    @cached_property
    def _shopper_genders(self) -> NDArray[np.int64]:
        return np.array([GENDERS.index(gender) for gender in self.market.shopper_genders])

    @cached_property
    def _goods_weights(self) -> Floats:
        return np.diff(self.market.goods_edges, prepend=0.0)

    @cached_property
    def _kinds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        categories, brands = self.market.categories, self.market.brands
        places = [(categories.index(c), brands.index(b)) for _, c, b, _ in self.market.goods]
        first, second = zip(*places, strict=True)
        return np.array(first), np.array(second)

    def _random(self, purpose: int, day: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.market.seed, 61, purpose, day])
