"""The SQL's arithmetic, evaluated as Python, against the trading calendar."""

import re
from datetime import UTC, datetime

import pytest

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import WindowDefinition
from pipeline.sql.local_time import business_days, local_minute, segment_edges, segment_number
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone

_L = Label("窗", "window")
WINDOWS = {
    name: WindowDefinition(name, start, end, _L)
    for name, start, end in (("4H", -240, 0), ("24H", 0, 1440), ("28H", -240, 1440))
}
INSTANTS = [
    int(datetime(*moment, tzinfo=UTC).timestamp() * 1000) + extra
    for moment in (
        (2011, 3, 27, 0, 59),
        (2011, 3, 27, 1, 0),
        (2025, 11, 10, 11, 59),
        (2025, 11, 10, 12, 0),
        (2025, 11, 10, 15, 59),
        (2025, 11, 10, 16, 0),
        (2026, 10, 25, 0, 30),
        (2026, 10, 25, 1, 30),
        (2039, 7, 1, 23, 59),
    )
    for extra in (0, 59_999)
]


def evaluate(sql: str, **names: int) -> int:
    """Evaluate integer SQL: `/` is a floor for these non-negative numbers."""
    python = sql.replace("/", "//")
    case = re.compile(r"CASE ((?:WHEN [^W]*? THEN -?\d+ ?)+)ELSE (-?\d+) END")

    def chosen(found: re.Match[str]) -> str:
        branches = re.findall(r"WHEN (.*?) THEN (-?\d+)", found[1])
        text = "".join(f"({value}) if ({when}) else " for when, value in branches)
        return f"({text}({found[2]}))"

    modulo = {"MOD": lambda a, b: a % b}
    return int(eval(case.sub(chosen, python), {"__builtins__": {}}, {**names, **modulo}))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/New_York"])
@pytest.mark.parametrize("ms", INSTANTS)
def test_sql_and_calendar_agree_on_minute_segment_and_business_dates(zone: str, ms: int) -> None:
    trading = TradingTime(Zone(zone), WINDOWS)
    minute = evaluate(local_minute("ms", trading.zone.transitions(2000, 2040)), ms=ms)
    assert minute == trading.zone.local_minute(ms)
    edges = segment_edges(tuple(WINDOWS.values()))
    assert edges == trading.segment_edges
    assert evaluate(segment_number("m", edges), m=minute) == trading.segment_number(ms)
    for name, window in WINDOWS.items():
        days = {
            evaluate(day, m=minute)
            for day, inside in business_days("m", window)
            if evaluate(f"({inside})", m=minute)
        }
        assert days == set(trading.business_dates(name, ms))


def test_a_zone_without_changes_is_one_addition() -> None:
    assert local_minute("ms", [(0, 28_800_000)]) == "((ms + 28800000) / 60000)"
