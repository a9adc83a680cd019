"""The made-up days that the gallery's frames are compared with."""

import numpy as np

from app.comparing import Base
from app.gallery import market
from app.gallery.market import Day
from pipeline.catalogue.model import Catalogue
from pipeline.trading import comparisons
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import TradingTime
from pipeline.values.past import DayRecord, PastStretch, Stretch

LINK = "A"
BUYERS_PER_CENT = 1_450_000  # cents of sales for one more buyer


def base(catalogue: Catalogue, trading: TradingTime, span: Span, day: Day) -> Base:
    """Return a baseline whose days are closed and recounted."""
    bounds, days = span.bounds, span.days(trading)
    table = market.table(catalogue, day, bounds.start, len(bounds))
    buyers = market.sales(day, len(bounds)) // BUYERS_PER_CENT
    records = tuple(DayRecord(d, LINK, 7, bounds.end * 60_000, "close", 1) for d in days)
    stretch = Stretch(LINK, bounds, days)
    past = PastStretch(stretch, table, buyers.astype(np.int64), records, bounds.end, "facts")
    return Base(catalogue, span, past, comparisons.edges(trading, bounds))
