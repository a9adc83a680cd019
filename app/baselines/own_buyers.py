"""Today's first purchases, as far as the archive has come: distinct buyers at the same moment."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from app.baselines.keeping import Keeping
from app.baselines.reads import Reads
from pipeline.clock import Clock
from pipeline.stores.history_protocol import HistoryReader
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import TradingTime
from pipeline.values.past import PastStretch, Stretch

BUYERS_MS = 10_000  # how often they are asked for
Ask = Callable[[Callable[[HistoryReader], Any]], Any]


class OwnBuyers:
    """Asks beside the poller. `ask(question)`: the answer of history, None when none is set."""

    def __init__(self, ask: Ask, reads: Reads, trading: TradingTime, clock: Clock) -> None:
        self._ask = ask
        self._reads = reads
        self._trading = trading
        self._clock = clock
        self._kept = Keeping(most=2 * len(trading.windows))

    def of(self, link: str, window: str, day: date, until: int) -> PastStretch | None:
        """Return them as the archive last told them; ask for newer ones."""
        own = self._trading.bounds(window, day)  # as the wall draws it
        others = [self._trading.bounds(name, day) for name in self._trading.windows]
        longest = max([own, *(o for o in others if o.start == own.start)], key=len)
        stretch = Stretch(link, longest, Span(longest, day, None, None).days(self._trading))
        held = self._kept.get(stretch)
        key = ("buyers", stretch)
        ended = self._reads.ended_ms(key)
        due = ended is None or self._clock.now_ms() - ended >= BUYERS_MS
        # Also when they are told up to `until`: a late order's minute may be long past.
        if due and until > own.start:
            self._reads.submit("buyers", key, lambda: self._read(stretch), self._take)
        return held

    def _read(self, stretch: Stretch) -> PastStretch | None:
        found: PastStretch | None = self._ask(lambda h: h.first_buyers(stretch))
        return found

    def _take(self, past: PastStretch | None) -> None:
        if past is not None and not _alike(past, self._kept.get(past.stretch)):
            self._kept.put(past, past.first_buyers.nbytes)


def _alike(past: PastStretch, held: PastStretch | None) -> bool:
    """Say whether first purchases are those that are held: who compares them need not again."""
    if held is None or held.until != past.until:
        return False
    return bool(np.array_equal(held.first_buyers, past.first_buyers))
