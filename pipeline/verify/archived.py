"""The archive in ClickHouse as a source of the proof, read row by row and counted by the oracle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pipeline.catalogue.model import Metric
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime
from pipeline.values.past import ArchivePosition
from pipeline.verify.comparison import Report
from pipeline.verify.dates import bounds_on, compared_date, epoch_minute
from pipeline.verify.judge import Line
from pipeline.verify.oracle import Count
from pipeline.verify.past import Place, compare_past
from pipeline.verify.sides import Counted, Side
from pipeline.verify.sources import Figures, Plan, figures_of

FLOW_TILE = "flow"
NO_DATE = ("no_promotion_before", "no_such_date")


class Archive(Protocol):
    """What the proof asks of history."""

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterable[Sequence[Any]]:
        """Return the archived events, once each, as the fields of `judge.Line` in order."""

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        """Return how far the archive has come, by partition."""


def from_archive(archive: Archive, link: str, topic: str, plan: Plan) -> Figures:
    """Count what the archive holds of a topic."""
    count = Count(plan.cubes(), plan.windows)
    for row in archive.raw_events(link, topic, None):
        count.add("counted", Line(*row))
    return figures_of(count)


class PastRows:
    """The archive's rows of today and of what it is compared with, read and counted once."""

    def __init__(self, plan: Plan, link: str, archive: Archive) -> None:
        self.plan = plan
        self.own = _Stretches(plan, link, archive)
        self.bases: defaultdict[str, _Stretches] = defaultdict(
            lambda: _Stretches(plan, link, archive)
        )


def compare_comparisons(report: Report, frame: Mapping[str, Any], rows: PastRows) -> None:
    """Hold every comparison the frame has ready to the archive's rows of both stretches."""
    plan = rows.plan
    every = [
        (window, document, kind, said)
        for window in plan.windows
        if (document := frame["windows"].get(window.name))
        for kind, said in document.get("comparisons", {}).items()
    ]
    for window, _, kind, said in every:
        compare_dates(report, plan, (window.name, kind), said)
    ready = [one for one in every if one[-1]["state"] == "ready"]
    for _, document, kind, said in ready:
        rows.own.widen(document["start"], document["end"])
        rows.bases[kind].widen(said["start"], said["end"])
    for window, document, kind, said in ready:
        bounds = (said["start"], said["end"])
        sides = (
            rows.own.side((document["start"], document["end"]), document["complete"]["until"]),
            rows.bases[kind].side(bounds, said["until"]),
        )
        midnights = _midnights(plan.trading, bounds)
        place = Place(
            f"{window.name} {kind}",
            _flow(plan, document),
            midnights,
            _ranking(plan, document, "categories", "minute"),
            _ranking(plan, document, "regions", "window"),
        )
        compare_past(report, plan, place, said, sides)


class _Stretches:
    """The windows of one date, which overlap: their rows are read and counted once."""

    def __init__(self, plan: Plan, link: str, archive: Archive) -> None:
        self._plan = plan
        self._link = link
        self._archive = archive
        self._bounds: tuple[int, int] | None = None
        self._counted: Counted | None = None

    def widen(self, start: int, end: int) -> None:
        first, last = self._bounds or (start, end)
        wider = (min(first, start), max(last, end))
        if wider != self._bounds:
            self._bounds, self._counted = wider, None

    def side(self, bounds: tuple[int, int], until: int) -> Side:
        if self._counted is None:
            inside = MinuteRange(*(self._bounds or bounds))
            rows = self._archive.raw_events(self._link, None, inside)
            self._counted = Counted.of(self._plan, (Line(*row) for row in rows))
        return Side.of(self._counted, bounds, until)


def _flow(plan: Plan, document: Mapping[str, Any]) -> Metric:
    return plan.catalogue.metrics[document["tiles"][FLOW_TILE][0]]


def _ranking(plan: Plan, document: Mapping[str, Any], tile: str, scope: str) -> Metric | None:
    """Return the ranking a tile draws, if there is such a tile and it ranks that."""
    shown = (plan.catalogue.metrics[name] for name in document["tiles"].get(tile) or ())
    return next((m for m in shown if m.shape == "ranking" and m.scope == scope), None)


def compare_dates(
    report: Report, plan: Plan, place: tuple[str, str], said: Mapping[str, Any]
) -> None:
    """Hold which stretch a window is compared with to the calendar; what was given is held too."""
    window, kind = place
    zone, day = plan.catalogue.shop.zone, plan.business_date
    shape = plan.catalogue.windows[window]
    given = plan.trading.promotions.ranges_of(day, window)
    stretch = None if given is None else given.yoy if kind == "yoy" else given.mom
    bounds: tuple[int, int] | None
    if stretch is not None:
        bounds = (epoch_minute(zone, stretch.start), epoch_minute(zone, stretch.end))
    else:
        promotions = {p.day: p.alias for p in plan.trading.promotions.promotions}
        other = compared_date(promotions, day, kind)
        bounds = None if other is None else bounds_on(zone, other, (shape.start, shape.end))
    if said["state"] == "ready":
        found: object = (said["start"], said["end"])
    elif said["reason"] in NO_DATE:
        found = None
    else:
        return  # nothing is shown, for another reason than the calendar's
    report.add(f"{window} {kind}", "baseline's stretch", {"calendar": bounds, "frame": found})


def _midnights(trading: TradingTime, bounds: tuple[int, int]) -> list[int]:
    """Return the local midnights strictly inside the bounds."""
    first = trading.zone.local_minute(bounds[0] * 60_000) // MINUTES_OF_A_DAY
    last = trading.zone.local_minute(bounds[1] * 60_000) // MINUTES_OF_A_DAY
    found = [
        trading.zone.instant_of_local_minute(day * MINUTES_OF_A_DAY) // 60_000
        for day in range(first, last + 1)
    ]
    return [minute for minute in found if bounds[0] < minute < bounds[1]]
