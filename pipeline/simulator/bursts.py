"""Bursts of trouble that somebody asks for in a running run, beside the rates of every day.

A burst is made of what was sent before it, of the run's seed and of its place alone, so that a
restarted run makes the same messages again. Every message says in which class it must end.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import orjson

from pipeline.catalogue.model import Catalogue
from pipeline.simulator.faults import POISONS, poison
from pipeline.simulator.market import Market
from pipeline.simulator.orders import MINUTE_MS, OrderSource
from pipeline.simulator.rates import Rates
from pipeline.simulator.sending import COUNTED, DUPLICATE, Sending, payload_of

KINDS = ("duplicates", "late", "poison", "refunds")
REMEMBERED = 400  # messages a burst can repeat or give back
REPEATED, TIMES = 200, 10
POISONED = 300
GIVEN_BACK = 300
LATE_LINES = 500
# Every line of a late burst is late, and nothing else is wrong with it.
ALL_LATE = Rates(late=1.0, too_late=0.0, future=0.0)


@dataclass(frozen=True)
class Place:
    """Where a burst stands: how many messages were before it, and when the last one arrived."""

    at: int
    arrived_ms: int


class Bursts:
    """Makes the bursts of one run; what it needs of the market is drawn when it is asked."""

    def __init__(self, catalogue: Catalogue, seed: int, run: str) -> None:
        self._catalogue = catalogue
        self._seed = seed
        self._run = run
        self._counted: deque[Sending] = deque(maxlen=REMEMBERED)

    def note(self, sent: Sending) -> None:
        """Remember what was sent."""
        if sent.meaning == COUNTED:
            self._counted.append(sent)

    def make(self, kind: str, place: Place) -> list[Sending]:
        """Return the messages of a burst; all arrive at the instant of its place."""
        makers: dict[str, Callable[[Place], Iterator[Sending]]] = {
            "duplicates": self._duplicates,
            "late": self._late,
            "poison": self._poison,
            "refunds": self._refunds,
        }
        made = makers[kind](place)
        return [
            one._replace(arrived_ms=place.arrived_ms, serial=f"{place.at:012}-{i:06}")
            for i, one in enumerate(made)
        ]

    def _duplicates(self, place: Place) -> Iterator[Sending]:
        del place
        for again in list(self._counted)[-REPEATED:] * TIMES:
            yield again._replace(meaning=DUPLICATE, facts=None)

    def _refunds(self, place: Place) -> Iterator[Sending]:
        sold = [one for one in self._counted if one.facts and one.facts.kind == "sale"]
        for one in sold[-GIVEN_BACK:]:
            if one.facts is None or one.payload is None:
                continue
            facts = one.facts._replace(
                event_id=f"{one.facts.event_id}-w{place.at:x}",
                kind="refund",
                event_time=place.arrived_ms,
            )
            payload = payload_of(facts, self._sku(one.payload), self._currency)
            yield Sending(0, "", facts.order_id, payload, COUNTED, facts)

    def _poison(self, place: Place) -> Iterator[Sending]:
        recent = [one for one in self._counted if one.facts and one.payload]
        for i, one in enumerate(islice(_round(recent), POISONED)):
            reason, kind = POISONS[i % len(POISONS)]
            order = f"{one.key}-p{place.at:x}-{i}"
            event = {**orjson.loads(one.payload or b"{}"), "order_id": order, "event_id": order}
            yield Sending(0, "", order, poison(kind, event), reason, None)

    def _late(self, place: Place) -> Iterator[Sending]:
        market = Market(self._catalogue, self._seed)
        orders = OrderSource(market, ALL_LATE, self._seed, f"{self._run}-l{place.at:x}")
        lines = orders.orders(place.arrived_ms // MINUTE_MS, float(LATE_LINES))
        for line in lines:
            # Moved as a whole to when the burst arrives: as late as it was drawn.
            moved = line.facts.event_time + place.arrived_ms - line.arrived_ms
            facts = line.facts._replace(event_time=moved)
            payload = payload_of(facts, line.sku, self._currency)
            yield Sending(0, "", facts.order_id, payload, COUNTED, facts)

    @property
    def _currency(self) -> str:
        return self._catalogue.shop.currency

    @staticmethod
    def _sku(payload: bytes) -> str:
        return str(orjson.loads(payload)["sku"])


def _round(recent: list[Sending]) -> Iterator[Sending]:
    while recent:
        yield from recent
