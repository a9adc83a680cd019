"""The business date on the wall and its promotion. It follows the source's clock: no reload."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS


@dataclass(frozen=True)
class Day:
    """A business date and, as the frame says it, the promotion it belongs to."""

    business_date: date
    promotion: Mapping[str, object] | None


def day_on_the_wall(time: TradingTime, now_ms: int) -> Day:
    """Return the day at an instant of the source's clock (epoch ms UTC)."""
    business_date = time.wall_date(now_ms)
    promotion = time.promotions.promotion_on(business_date)
    if promotion is None:
        return Day(business_date, None)
    midnight = epoch_day(business_date) * MINUTES_OF_A_DAY
    opening = midnight - MINUTES_OF_A_DAY + promotion.opening

    def epoch_minute(local_minute: int) -> int:
        return time.zone.instant_of_local_minute(local_minute) // MINUTE_MS

    return Day(
        business_date,
        {
            "name": {"zh": promotion.name.zh, "en": promotion.name.en},
            "opening": epoch_minute(opening),
            "close": epoch_minute(midnight + MINUTES_OF_A_DAY),
        },
    )
