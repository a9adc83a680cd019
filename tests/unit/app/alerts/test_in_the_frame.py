"""From cells and history to the frame: an alert's numbers are those of the minutes it names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.alerts.alerting import Alerting
from app.baselines.documents import Comparing
from app.comparing import Drawn
from app.metrics import Metrics
from app.reading import Reading
from app.wall import Wall
from pipeline.clock import ManualClock
from pipeline.trading.zone import MINUTE_MS
from tests.e2e.orders import Sums, make_lines
from tests.unit.app.test_baseline_documents import (
    CATALOGUE,
    DAY,
    MINUTES,
    REAL,
    START,
    TIME,
    Site,
    evening,
)

RULE = replace(CATALOGUE.alerts["sales_out_of_band"], floor=1, over="sum")
ONE = replace(CATALOGUE, alerts={RULE.name: RULE})


class Alarmed(Site):
    """A wall that sells thrice as many orders as the year before, and is told of it."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.metrics = Metrics()
        drawn = Drawn("sales_per_minute", "category_minute", "region_ranking")
        comparing = Comparing(CATALOGUE, TIME, drawn, self.baselines)
        reading = Reading(lambda: self.store, CATALOGUE, TIME, "A")
        alerting = Alerting(ONE, home, ManualClock(REAL), self.metrics)
        self.wall = Wall(CATALOGUE, TIME, {}, reading, "build", comparing, alerting)

    def frame(self) -> Any:
        self.wall.refresh(REAL)
        return self.wall.frame(REAL)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Alarmed]:
    site = Alarmed(tmp_path)
    site.feed(evening(DAY, MINUTES, 3), MINUTES)
    yield site
    site.history.answering.set()
    site.baselines.stop()


def next_minute(site: Alarmed) -> None:
    """Let the minute after the last go by, as busy as the others."""
    site.feed(make_lines(CATALOGUE, START + MINUTES * MINUTE_MS, 1, 3), MINUTES + 1)


def usual(flow: list[int], place: int) -> int:
    """Return the mean of 15 minutes around one, rounded half up."""
    around = flow[max(0, place - 7) : place + 8]
    return (2 * sum(around) + len(around)) // (2 * len(around))


def test_an_alert_holds_its_minutes_to_the_same_minutes_of_the_baseline(site: Alarmed) -> None:
    site.history.answering.clear()
    assert site.frame()["alerts"] == []  # nothing to compare with is no alert
    site.history.answering.set()
    site.ready()
    next_minute(site)

    frame = site.frame()

    (alert,) = frame["alerts"]
    window, start = frame["windows"]["28H"], frame["windows"]["28H"]["start"]
    end = start + MINUTES + 1
    flow = window["comparisons"]["yoy"]["flow"]["values"]
    places = range(end - start - 5, end - start)
    assert alert["minute"] == end - 1
    assert alert["value"] == Sums.of(site.lines, end - 5, end).paid
    assert alert["expected"] == sum(usual(flow, place) for place in places)
    assert alert["limit"] == 1_600_000
    assert b'daping_alerts{severity="act"} 1.0' in site.metrics.render()


def test_data_lost_in_redis_is_no_alert(site: Alarmed) -> None:
    site.ready()
    site.store.flush()
    next_minute(site)

    assert site.frame()["alerts"] == []


def test_the_same_minute_is_judged_once(site: Alarmed) -> None:
    site.ready()
    next_minute(site)

    assert site.frame()["alerts"] == site.frame()["alerts"]
    assert site.frame()["alerting"] == {"judged": 1, "log": None}
