"""November 2011 of the real orders as arrow computes it: no code of the product counts here."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.real_orders import FILE

Sums = dict[str, int]

_EXACT = pa.decimal128(20, 6)
_PENCE = pa.scalar(100).cast(pa.decimal128(19, 0))
_FIRST, _END = "2011-11-01", "2011-12-01"


def lines_of_november() -> Any:
    """Return `lines_of` the month."""
    table = pq.read_table(FILE)
    at = table["InvoiceDate"]
    within = pc.and_(
        pc.greater_equal(at, pa.scalar(_FIRST).cast(at.type)),
        pc.less(at, pa.scalar(_END).cast(at.type)),
    )
    return lines_of(table.filter(within))


def lines_of(table: Any) -> Any:
    """Return a table: day, paid, refunded (pence), the pieces of both, country, customer, sale.

    A line's amount is |price × quantity|, half up; a refund where the product is below 0, or 0
    with a negative quantity.
    """
    price = table["UnitPrice"].cast(pa.string()).cast(_EXACT)
    quantity = table["Quantity"].cast(pa.int64())
    pieces = pc.abs(quantity)
    exact = pc.multiply(pc.abs(price), pieces.cast(pa.int32()).cast(pa.decimal128(10, 0)))
    pounds = pc.round(exact, ndigits=2, round_mode="half_towards_infinity")
    pence = pc.multiply(pounds.cast(pa.decimal128(14, 2)), _PENCE).cast(pa.int64())
    product = pc.multiply(pc.sign(price).cast(pa.int64()), quantity)
    refund = pc.or_(pc.less(product, 0), pc.and_(pc.equal(product, 0), pc.less(quantity, 0)))
    none = pa.scalar(0, pa.int64())
    priced = pc.greater(pence, 0)
    return pa.table(
        {
            "day": pc.strftime(table["InvoiceDate"], "%Y-%m-%d"),
            "paid": pc.if_else(refund, none, pence),
            "refunded": pc.if_else(refund, pence, none),
            "pieces_paid": pc.if_else(refund, none, pieces),
            "pieces_refunded": pc.if_else(pc.and_(refund, priced), pieces, none),
            "country": table["Country"],
            "customer": table["CustomerID"],
            "sale": pc.invert(refund),
        }
    )


def by_day(lines: Any) -> dict[str, Sums]:
    """Return day -> paid, refunded, pieces_paid, pieces_refunded, lines."""
    names = ("paid", "refunded", "pieces_paid", "pieces_refunded")
    wanted = [*((name, "sum") for name in names), ("paid", "count")]
    grouped = lines.group_by("day").aggregate(wanted).to_pylist()
    return {
        row["day"]: {**{name: row[f"{name}_sum"] for name in names}, "lines": row["paid_count"]}
        for row in grouped
    }


def buyers_of(lines: Any, day: str) -> int:
    """Return how many customers are named on the sale lines of a day."""
    chosen = lines.filter(pc.and_(pc.equal(lines["day"], day), lines["sale"]))
    return int(pc.count_distinct(chosen["customer"]).as_py())


def countries_of(lines: Any, day: str) -> list[int]:
    """Return what was paid from each country on a day, the most first, without those of 0."""
    chosen = lines.filter(pc.equal(lines["day"], day))
    paid = chosen.group_by("country").aggregate([("paid", "sum")])["paid_sum"].to_pylist()
    return sorted((amount for amount in paid if amount), reverse=True)
