"""The business date on the wall and its promotion. It follows the source's clock: no reload."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.trading.promotions import Promotion
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
    return Day(business_date, None if promotion is None else promotion_document(time, promotion))


def promotion_document(time: TradingTime, promotion: Promotion) -> Mapping[str, object]:
    """Return a promotion as the frame says it: its name, its opening and close (epoch minutes)."""
    midnight = epoch_day(promotion.day) * MINUTES_OF_A_DAY
    opening = midnight - MINUTES_OF_A_DAY + promotion.opening

    def epoch_minute(local_minute: int) -> int:
        return time.zone.instant_of_local_minute(local_minute) // MINUTE_MS

    return {
        "name": {"zh": promotion.name.zh, "en": promotion.name.en},
        "opening": epoch_minute(opening),
        "close": epoch_minute(midnight + MINUTES_OF_A_DAY),
    }
