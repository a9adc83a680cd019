"""The wall asks the archive for today's buyers now and then: the proof waits for its next word."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.verify import proof
from pipeline.verify.archived import PastRows
from pipeline.verify.comparison import Report
from pipeline.verify.proof import Proof
from pipeline.verify.resting import without_ages
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

CATALOGUE = small_catalogue()
ARCHIVED = 12
Compare = Callable[[Report, dict[str, Any], PastRows], None]


class Clock:
    """Stands for `time`: what is waited for passes at once, and nothing else takes any."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def frame(buyers: int) -> dict[str, Any]:
    tiles = {"hero": {"metrics": ["gross_sales"], "state": {"name": "live", "as_of": buyers}}}
    return {"windows": {"28H": {"tiles": tiles, "comparisons": {"buyers": buyers}}}}


def hold(report: Report, shown: dict[str, Any], rows: PastRows) -> None:
    said = shown["windows"]["28H"]["comparisons"]["buyers"]
    report.add("28H yoy", "buyers own", {"clickhouse": ARCHIVED, "frame": said})


def look(
    first: int,
    later: list[int],
    monkeypatch: pytest.MonkeyPatch,
    compare: Compare = hold,
    clock: Clock | None = None,
) -> tuple[Report, int]:
    """Return what is found, and how often the wall was asked again; it ends with its last word."""
    asked: list[str] = []

    def words() -> Iterator[int]:
        yield from later
        while True:
            yield later[-1]

    told = words()

    def read_frame(url: str) -> dict[str, Any]:
        asked.append(url)
        return frame(next(told))

    monkeypatch.setattr(proof, "read_frame", read_frame)
    monkeypatch.setattr(proof, "compare_comparisons", compare)
    monkeypatch.setattr(proof, "time", clock or Clock())
    nothing = cast("Any", None)
    trading = TradingTime(Zone("UTC"), CATALOGUE.windows)
    whole = Proof(
        CATALOGUE, trading, nothing, nothing, Path(), "A", "orders", "http://wall", windows=()
    )
    return whole._compare_past(without_ages(frame(first)), nothing, lambda _: None), len(asked)


def test_what_agrees_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    report, asked = look(ARCHIVED, [0], monkeypatch)
    assert (report.differences, len(report.rows), asked) == (0, 1, 0)


def test_what_the_wall_says_a_moment_later_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    report, asked = look(11, [11, 11, 11, ARCHIVED], monkeypatch)
    assert (report.differences, len(report.rows), asked) == (0, 1, 4)


def test_what_it_still_says_after_it_has_asked_again_is_a_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report, asked = look(11, [11, 10], monkeypatch)
    assert report.differences == 1
    assert report.named == ["28H yoy buyers own: clickhouse 12, frame 10"]
    assert asked > 2


def test_reading_the_rows_takes_nothing_from_the_time_for_a_second_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    looks: list[int] = []

    def slowly(report: Report, shown: dict[str, Any], rows: PastRows) -> None:
        looks.append(1)
        if len(looks) == 1:
            clock.sleep(1.1 * proof.WALL_ASKS_WITHIN_S)
        hold(report, shown, rows)

    report, asked = look(11, [11, ARCHIVED], monkeypatch, slowly, clock)
    assert (report.differences, asked) == (0, 2)
