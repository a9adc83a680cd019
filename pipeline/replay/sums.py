"""The sums of what a replay stands for, to be compared with any other way to them."""

from dataclasses import dataclass

from pipeline.events import Event


@dataclass
class Sums:
    """In the currency's smallest unit; write-offs (refunds of amount 0) give no pieces back."""

    lines: int = 0
    orders: int = 0
    paid: int = 0
    refunded: int = 0
    paid_quantity: int = 0
    refunded_quantity: int = 0

    @property
    def net(self) -> int:
        return self.paid - self.refunded

    def add(self, event: Event) -> None:
        self.lines += 1
        if event.kind == "sale":
            self.orders += event.line_no == 1
            self.paid += event.amount_cents
            self.paid_quantity += event.quantity
            return
        self.refunded += event.amount_cents
        if event.amount_cents:
            self.refunded_quantity += event.quantity

    def line(self) -> str:
        """Return one line for a person and for a test."""
        return (
            f"paid {self.paid} − refunded {self.refunded} = net {self.net}; "
            f"{self.lines} lines, {self.orders} orders"
        )
