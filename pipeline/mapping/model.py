"""A mapping that was read and checked, and what it asks of a feed."""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from pipeline.mapping.places import Place
from pipeline.mapping.written import (
    EventId,
    Feed,
    Kind,
    LineNo,
    Money,
    Quantity,
    Rule,
    TextField,
    Time,
)


@dataclass(frozen=True)
class Mapping:
    """One feed. A line is a refund by `kind` or when any rule of `refund` holds; else a sale.

    `skip`: a message or line of which any rule holds is no order line; it is counted and left out.
    """

    time: Time
    money: Money
    quantity: Quantity
    order_id: TextField
    currency: TextField
    description: str = ""
    feed: Feed = field(default_factory=Feed)
    event_id: EventId | None = None
    line_no: LineNo | None = None
    kind: Kind | None = None
    refund: tuple[Rule, ...] = ()
    skip: tuple[Rule, ...] = ()
    fields: Table[str, TextField] = field(default_factory=dict)

    @property
    def mapped(self) -> frozenset[str]:
        """The event fields that orders of this feed can have besides the required ones."""
        return frozenset(self.fields)

    def places(self) -> Iterator[tuple[str, Place]]:
        """Yield every place that is looked at, with the entry that asks for it."""
        yield "[time]", self.time
        yield "[money]", self.money
        yield "[quantity]", self.quantity
        yield "[order_id]", self.order_id
        yield "[currency]", self.currency
        for name, text in self.fields.items():
            yield f"[fields.{name}]", text
        for name, one in (("[kind]", self.kind), ("[line_no]", self.line_no)):
            if one is not None:
                yield name, one
        for number, part in enumerate(self.event_id.parts if self.event_id else (), start=1):
            yield f"[event_id] part {number}", part
        for name, rules in (("refund", self.refund), ("skip", self.skip)):
            for number, rule in enumerate(rules, start=1):
                for condition in rule.all:
                    yield f"[[{name}]] number {number}", condition
