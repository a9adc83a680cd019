"""The archive in ClickHouse as a source of the proof, read row by row and counted by the oracle."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pipeline.catalogue.model import Metric
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime
from pipeline.values.past import ArchivePosition
from pipeline.verify.comparison import Report
from pipeline.verify.oracle import Count, Line
from pipeline.verify.past import Place, Side, compare_past
from pipeline.verify.sources import Figures, Plan, figures_of

FLOW_TILE = "flow"


class Archive(Protocol):
    """What the proof asks of history."""

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterable[Sequence[Any]]:
        """Return the archived events, once each, as the fields of `oracle.Line` in order."""

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        """Return how far the archive has come, by partition."""


def from_archive(archive: Archive, link: str, topic: str, plan: Plan) -> Figures:
    """Count what the archive holds of a topic."""
    count = Count(plan.cubes(), plan.windows)
    for row in archive.raw_events(link, topic, None):
        count.add("counted", Line(*row))
    return figures_of(count)


def compare_comparisons(
    report: Report, plan: Plan, frame: Mapping[str, Any], archive: Archive
) -> None:
    """Hold every comparison the frame has ready to the archive's rows of both stretches."""
    sides: dict[tuple[int, int], list[Line]] = {}

    def lines(bounds: tuple[int, int]) -> list[Line]:
        if bounds not in sides:
            rows = archive.raw_events(frame["link"], None, MinuteRange(*bounds))
            sides[bounds] = [Line(*row) for row in rows]
        return sides[bounds]

    for window in plan.windows:
        document = frame["windows"].get(window.name) or {}
        for kind, said in document.get("comparisons", {}).items():
            if said["state"] != "ready":
                continue
            own_bounds = (document["start"], document["end"])
            bounds = (said["start"], said["end"])
            until = document["complete"]["until"]
            own = Side.of(plan, own_bounds, until, lines(own_bounds))
            base = Side.of(plan, bounds, said["until"], lines(bounds))
            place = Place(
                f"{window.name} {kind}", _flow(plan, document), _midnights(plan.trading, bounds)
            )
            compare_past(report, plan, place, said, (own, base))


def _flow(plan: Plan, document: Mapping[str, Any]) -> Metric:
    return plan.catalogue.metrics[document["tiles"][FLOW_TILE]["metrics"][0]]


def _midnights(trading: TradingTime, bounds: tuple[int, int]) -> list[int]:
    """Return the local midnights strictly inside the bounds."""
    first = trading.zone.local_minute(bounds[0] * 60_000) // MINUTES_OF_A_DAY
    last = trading.zone.local_minute(bounds[1] * 60_000) // MINUTES_OF_A_DAY
    found = [
        trading.zone.instant_of_local_minute(day * MINUTES_OF_A_DAY) // 60_000
        for day in range(first, last + 1)
    ]
    return [minute for minute in found if bounds[0] < minute < bounds[1]]
