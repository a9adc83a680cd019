"""A recount in ClickHouse: a total counted again from raw events, within limits."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from pipeline.catalogue.model import Catalogue, Metric
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.rollup.arithmetic import linear, ratio
from pipeline.sql import history_queries as queries
from pipeline.values.past import Recount

# A recount reads raw events: this many lines are 10 s of one core.
MOST_ROWS_OF_A_RECOUNT = 50_000_000

Rows = Callable[..., list[tuple[Any, ...]]]  # as `Server.rows`
Counted = tuple[Sequence[Any], float]  # lines and measures, seconds


def recount_sql(catalogue: Catalogue, metric: Metric, dimensions: tuple[str, ...]) -> str:
    """Return the query of a recount filtered by dimensions; Refused for what is no total."""
    if metric.shape != "total":
        raise Refused(f"{metric.name} is no total: recount one of its totals")
    return queries.recount(catalogue, metric, dimensions)


def counted(
    rows: Rows, sql: str, given: Mapping[str, Any], query_id: str, limit_s: float
) -> Counted:
    """Return what a recount's query counts and how long it took; Refused when that is too long."""
    settings = {
        "query_id": query_id,
        "max_execution_time": max(1, round(limit_s)),
        "max_rows_to_read": MOST_ROWS_OF_A_RECOUNT,
    }
    begun = monotonic()
    try:
        row = rows(sql, given, settings=settings, seconds=limit_s + 1)[0]
    except ServiceUnavailable as fault:
        if monotonic() - begun < limit_s:
            raise
        raise Refused(
            f"the recount took longer than {limit_s:g} s: ask for fewer minutes"
        ) from fault
    return row, monotonic() - begun


def recount_of(metric: Metric, found: Counted, sql: str, given: Mapping[str, Any]) -> Recount:
    """Return a recount: the total that was counted, and how it was asked for."""
    row, seconds = found
    sums = dict(zip(queries.measures_of(metric), row[1:], strict=True))
    above = linear(metric.numerator, sums)
    below = None if metric.denominator is None else linear(metric.denominator, sums)
    value = above if below is None else ratio(above, below, metric.unit)
    told = tuple((name, str(value)) for name, value in given.items())
    return Recount(value, above, below, row[0], seconds, sql, told)
