"""Order lines of made-up evenings in a history that is closed, for the wall's comparisons."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.catalogue.model import Catalogue
from pipeline.stores.history_memory import MemoryHistory
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.trading.comparisons import own_span
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import DayRecord
from tests.e2e.orders import Line

LINK = "A"


def columns(lines: Sequence[Line], label: str) -> dict[str, list[Any]]:
    """Return the lines as the columns of an archive; `label` keeps their ids apart."""
    rows = [
        (
            LINK,
            line.at // MINUTE_MS,
            f"{label}-{line.order}-{line.number}",
            line.kind,
            f"{label}-{line.order}",
            line.number,
            line.at,
            line.user or "",
            line.gender,
            line.category,
            line.brand,
            "",
            line.warehouse,
            line.province,
            line.quantity,
            line.amount,
            "backfill",
            -1,
            0,
            line.at,
            1,
        )
        for line in lines
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(EVENT_COLUMNS)}


def local_day(trading: TradingTime, day: int) -> MinuteRange:
    """Return the epoch minutes of a local epoch day."""
    midnight = day * MINUTES_OF_A_DAY
    edges = (midnight, midnight + MINUTES_OF_A_DAY)
    start, end = (trading.zone.instant_of_local_minute(edge) // MINUTE_MS for edge in edges)
    return MinuteRange(start, end)


def close_window(
    history: MemoryHistory, trading: TradingTime, day: date, generation: int = 1
) -> None:
    """Close the local days that the longest window of a business date lies in."""
    for local in own_span(trading, "28H", day).days(trading):
        lines = history.build_facts(LINK, local, local_day(trading, local))
        record = DayRecord(local, LINK, generation, 1_000 * generation, "backfill", lines)
        history.close_day(record, ())


def filled(
    catalogue: Catalogue, trading: TradingTime, past: Mapping[date, Sequence[Line]]
) -> MemoryHistory:
    """Return a history that holds these business dates, closed."""
    history = MemoryHistory(catalogue, trading)
    history.migrate()
    for day, lines in past.items():
        history.insert_events(columns(lines, day.isoformat()))
        close_window(history, trading, day)
    return history
