"""How busy the simulated shop was on each day of its past, measured by the day that is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.simulator.shape import CLOSE, MINUTES_PER_DAY, OPENING, intensity
from pipeline.trading.promotions import PromotionCalendar
from pipeline.trading.windows import date_of, epoch_day

GROWTH = 1.17  # of a year
DAYS_OF_A_YEAR = 365.25
ORDINARY_SHARE = 1 / 12  # of the lines of a promotion's 28 hours
STANDING = {"11.11": 1.0, "6.18": 0.64, "12.12": 0.5}
STANDING_OF_OTHERS = 0.5
WEEKDAYS = (0.93, 0.92, 0.94, 0.96, 1.0, 1.14, 1.11)  # Monday first
DAY_BEFORE = 0.78  # who waits for the opening
DAY_AFTER = 0.7
HOURLY_NOISE = 0.05
DAILY_NOISE = 0.04
BURST_NOISE = 0.12
LATEST_BURST_MINUTES = 2.5
PURPOSE = 71


@cache
def _shape(first: int, end: int) -> NDArray[np.float64]:
    return np.array([intensity(minute) for minute in range(first, end)])


def _ordinary() -> NDArray[np.float64]:
    return _shape(2 * MINUTES_PER_DAY, 3 * MINUTES_PER_DAY)


@dataclass(frozen=True)
class PastRates:
    """Expected lines by local minute.

    `scale`: lines for one unit of intensity on the live day (`live_day`: local epoch day).
    `busy`: epoch day -> standing of a promotion day, the live day being 1.
    """

    seed: int
    live_day: int
    scale: float
    busy: Mapping[int, float]

    def of_day(self, day: int) -> NDArray[np.float64]:
        """Return float64[1440]: the order lines that each minute of a local day expects."""
        if day in self.busy:
            return self._promotion(day)[-OPENING:]
        lines = _ordinary() * (self._ordinary_level(day) * self.scale)
        if day + 1 in self.busy:
            lines[OPENING:] = self._promotion(day + 1)[:-OPENING]
        return lines

    def _ordinary_level(self, day: int) -> float:
        whole = float(_shape(OPENING, CLOSE).sum() / _ordinary().sum())
        level = ORDINARY_SHARE * whole * WEEKDAYS[date_of(day).weekday()] * self._grown(day)
        level *= float(np.exp(self._random(day).normal(0.0, DAILY_NOISE)))
        level *= DAY_BEFORE if day + 1 in self.busy else 1.0
        return level * (DAY_AFTER if day - 1 in self.busy else 1.0)

    def _promotion(self, day: int) -> NDArray[np.float64]:
        """Return float64[1680] of the 28 hours: this day's own accidents, the same sum as ever."""
        random = self._random(day)
        calm = np.tile(_ordinary(), 2)[MINUTES_PER_DAY + OPENING :]
        bursts = _shape(OPENING, CLOSE) - calm
        minutes = np.arange(len(calm), dtype=np.float64)
        for begin, end in ((0, -OPENING), (-OPENING, len(calm))):
            late = random.uniform(0.0, LATEST_BURST_MINUTES)
            height = np.exp(random.normal(0.0, BURST_NOISE))
            moved = np.interp(minutes[begin:end] - late, minutes[begin:end], bursts[begin:end])
            bursts[begin:end] = moved * height
        hours = np.arange(0, len(calm) + 60, 60)
        noise = np.interp(minutes, hours, random.normal(0.0, HOURLY_NOISE, len(hours)))
        lines = (calm + bursts) * np.exp(noise)
        whole = _shape(OPENING, CLOSE).sum() * self.busy[day] * self._grown(day)
        return np.asarray(lines * (whole / lines.sum() * self.scale))

    def _grown(self, day: int) -> float:
        return float(GROWTH ** ((day - self.live_day) / DAYS_OF_A_YEAR))

    def _random(self, day: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, PURPOSE, day])


def standings(
    calendar: PromotionCalendar, live_day: int, others: Mapping[int, float]
) -> dict[int, float]:
    """Return epoch day -> standing of the days that are promotions.

    A live day that the calendar does not know is one all the same, and so are `others`, the days
    that it is compared with.
    """
    live = calendar.promotion_on(date_of(live_day))
    one = STANDING.get(live.alias, STANDING_OF_OTHERS) if live else 1.0
    found = {
        epoch_day(promotion.day): STANDING.get(promotion.alias, STANDING_OF_OTHERS) / one
        for promotion in calendar.promotions
    }
    return found if live else {**others, **found, live_day: 1.0}
