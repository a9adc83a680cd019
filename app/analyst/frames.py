"""History frames: the same document as the wall's, of any past stretch (docs/design.md §12)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import accounting
from app.analyst import periods, records
from app.analyst.asking import RANGE, Ask
from app.analyst.desk import Progress
from app.analyst.library import Library, NoHistory
from app.analyst.reading_windows import Live, WindowReader
from app.analyst.records import Read
from app.day import promotion_document
from app.frame import VERSION
from app.masking import UserMask
from app.screen import Screen
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import TradingTime, date_of
from pipeline.values.past import DayRecord, PastStretch, WindowSums

Document = dict[str, Any]


@dataclass(frozen=True)
class Frames:
    """Makes frames. `mask`: that of the wall, so that a user's row has one id everywhere."""

    screen: Screen
    trading: TradingTime
    library: Library
    mask: UserMask
    build: str

    def make(self, ask: Ask, live: Live, progress: Progress) -> Document:
        """Read what is asked for and return its frame; history that is away is a state of it."""
        began, asked = time.monotonic(), self.library.queries
        spans = periods.spans(self.trading, ask)
        progress.total = len(spans) * (1 + len(ask.kinds))
        reader = WindowReader(self.screen, self.trading, self.library, self.mask, ask)
        try:
            days = self.library.days()
            windows = {
                name: reader.window(span, live, days, progress) for name, span in spans.items()
            }
            past = reader.read[spans[ask.window]]
            sums = self._sums(ask, spans[ask.window], past)
        except NoHistory as fault:
            windows = {name: reader.away(span, fault.reason) for name, span in spans.items()}
            past, days, sums = None, (), ()
        read = Read(
            past,
            windows[ask.window]["complete"]["until"],
            self.library.queries - asked,
            int((time.monotonic() - began) * 1000),
        )
        history = records.history_document(self.screen, ask, read, days, sums)
        return self._frame(ask, live, windows, history, days)

    def _sums(self, ask: Ask, span: Span, past: PastStretch) -> tuple[WindowSums, ...]:
        """Return the recounts of the window; a range, the special window, a filter or an open day
        has none."""
        if ask.window not in self.trading.windows or ask.only or not past.closed:
            return ()
        day = periods.business_day(self.trading, span)
        return self.library.window_sums(day, ask.window, past.generation)

    def _frame(
        self,
        ask: Ask,
        live: Live,
        windows: Mapping[str, Document],
        history: Document,
        days: Sequence[DayRecord],
    ) -> Document:
        shop, shown = self.screen.catalogue.shop, windows[ask.window]
        span = periods.spans(self.trading, ask)[ask.window]
        day = ask.day or date_of(periods.business_day(self.trading, span))
        calendar = self.trading.promotions
        history["promotions"] = records.promotions(
            calendar, days, live["business_date"] if live else None
        )
        promotion = calendar.promotion_on(day) if ask.day else None
        return {
            "v": VERSION,
            "build": self.build,
            "mode": "history",
            "as_of": shown["state"]["as_of"],
            "state": shown["state"],
            "zone": shop.zone,
            "currency": {
                "code": shop.currency,
                "symbol": shop.currency_symbol,
                "exponent": shop.currency_exponent,
            },
            "source": live and live["source"],
            "link": self.library.link,
            "generation": history["generation"],
            "switch_no": None,
            "business_date": day.isoformat(),
            "promotion": promotion and promotion_document(self.trading, promotion),
            "default_window": shop.default_window if ask.day else RANGE,
            "accounting": accounting.document((), None, None),
            "stages": [],
            "windows": dict(windows),
            "history": history,
        }
