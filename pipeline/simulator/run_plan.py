"""The plan of a run and the one sequence of messages that follows from it.

Same plan, same messages in the same order: a restarted simulator makes the sequence again and goes
on behind what its ledger holds.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.simulator.faults import Feed
from pipeline.simulator.market import Market
from pipeline.simulator.orders import MINUTE_MS, OrderSource
from pipeline.simulator.rates import Rates
from pipeline.simulator.sending import Sending
from pipeline.simulator.shape import OPENING, intensity


@dataclass(frozen=True)
class RunPlan:
    """What decides every message. `midnight` is the epoch minute (UTC) of 00:00 local of the date;
    `first` the epoch minute of the first orders; `lines` about how many lines come from the opening
    until `start_ms`."""

    run: str
    topic: str
    seed: int
    lines: int
    midnight: int
    first: int
    start_ms: int
    rates: Rates

    def expected_lines(self, minute: int) -> float:
        """Return how many order lines an epoch minute expects."""
        return intensity(minute - self.midnight) * self._scale()

    def _scale(self) -> float:
        until = max(self.start_ms // MINUTE_MS - self.midnight, OPENING + 60)
        return self.lines / sum(intensity(minute) for minute in range(OPENING, until))

    def messages(self, catalogue: Catalogue) -> Iterator[Sending]:
        """Yield the messages of the run in the order of their arrival, without end."""
        market = Market(catalogue, self.seed)
        feed = Feed(OrderSource(market, self.rates, self.seed, self.run), catalogue.shop.currency)
        scale = self._scale()
        waiting: defaultdict[int, list[Sending]] = defaultdict(list)
        minute = self.first
        while True:
            for one in feed.minute(minute, intensity(minute - self.midnight) * scale):
                waiting[one.arrived_ms // MINUTE_MS].append(one)
            yield from sorted(waiting.pop(minute, ()), key=lambda one: one[:2])
            minute += 1
