"""Both years of the real orders as arrow and numpy count them: no code of the product counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tests.integration.real_november import lines_of
from tests.real_orders import FILE

ZONE = "Europe/London"
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Plain:
    """What some lines come to: pence, pieces, lines and different customers of sale lines."""

    lines: int
    paid: int
    refunded: int
    units: int
    buyers: int

    @property
    def net(self) -> int:
        return self.paid - self.refunded

    def metrics(self) -> dict[str, int]:
        """Return it by the names that the catalogue has for it."""
        return {
            **{"gross_sales": self.paid, "net_sales": self.net, "refund_amount": self.refunded},
            **{"paid_units": self.units, "buyers": self.buyers},
        }


@dataclass(frozen=True)
class Years:
    """The file's lines; `minute` is the epoch minute (UTC) of each, `day` its date in London."""

    table: Any
    minute: Ints
    day: NDArray[Any]

    @classmethod
    def read(cls) -> "Years":
        raw = pq.read_table(FILE)
        instant = pc.assume_timezone(raw["InvoiceDate"], ZONE)
        seconds = pc.cast(pc.cast(instant, pa.timestamp("s", ZONE)), pa.int64())
        table = lines_of(raw)
        return cls(table, seconds.to_numpy() // 60, table["day"].to_numpy())

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days with a line."""
        return tuple(date.fromisoformat(day) for day in np.unique(self.day))

    @cached_property
    def months(self) -> tuple[str, ...]:
        return tuple(np.unique([f"{day:%Y-%m}" for day in self.days]))

    def of_month(self, month: str) -> Plain:
        return self._sum(np.char.startswith(self.day.astype(str), month))

    def between(self, start: datetime, end: datetime) -> Plain:
        """Return the lines from a clock time in London to before another."""
        return self._sum((self.minute >= minute_of(start)) & (self.minute < minute_of(end)))

    def _sum(self, chosen: NDArray[Any]) -> Plain:
        part = self.table.filter(chosen)
        customers = part.filter(part["sale"])["customer"]
        names = ("paid", "refunded", "pieces_paid")
        paid, refunded, units = (pc.sum(part[name]).as_py() or 0 for name in names)
        buyers = pc.count_distinct(customers).as_py()
        return Plain(part.num_rows, paid, refunded, units, buyers)


def minute_of(local: datetime) -> int:
    """Return the epoch minute of a clock time in London."""
    return int(local.replace(tzinfo=ZoneInfo(ZONE)).timestamp()) // 60


def of(document: Mapping[str, Any], side: str) -> dict[str, int]:
    """Return the compared metrics of a window or comparison: `value`, or `own` of the latter."""
    names = ("gross_sales", "net_sales", "refund_amount", "paid_units", "buyers")
    return {name: document["metrics"][name][side] for name in names}
