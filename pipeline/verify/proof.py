"""One whole proof: rest, read every source, compare."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.errors import Refused
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime
from pipeline.verify.accounted import compare_accounting
from pipeline.verify.archived import Archive, PastRows, compare_comparisons, from_archive
from pipeline.verify.comparison import Report, compare
from pipeline.verify.framed import compare_frame
from pipeline.verify.pausing import paused
from pipeline.verify.resting import POLL_S, Rest, Say, Watch, read_frame, without_ages
from pipeline.verify.sources import Figures, Plan, from_kafka, from_ledger, from_redis

SILENT_MS = 10_000
# It asks for today's first purchases every ten seconds, and may have begun just before the rest.
WALL_ASKS_WITHIN_S = 20.0


@dataclass(frozen=True)
class Proof:
    """What a proof needs. `windows` empty: all of them; `archive` None: no ClickHouse is set."""

    catalogue: Catalogue
    trading: TradingTime
    topics: Topics
    store: Snapshots
    home: Path
    link: str
    topic: str
    screen: str
    windows: Sequence[str]
    archive: Archive | None = None

    def run(self, timeout_s: float, pause: bool, say: Say) -> Report:
        """Compare everything; raises NeverRested, ServiceUnavailable or Refused when it cannot."""
        runs = self.ledgers()
        watch = Watch(
            self.topics,
            self.store,
            self.link,
            self.topic,
            self.screen,
            say,
            self.archive,
            self.home,
        )
        running = self._running(runs) if pause else None
        hold = paused(running, 2 * timeout_s + 60, say) if running else nullcontext(True)
        with hold as held:
            if not held:
                say("the simulator does not answer; going on without a pause")
            while True:
                rest = watch.wait(timeout_s)
                report = self._compare(runs, rest, say)
                if self.topics.end_offsets(self.topic) == rest.ends:
                    return report
                say("new orders came in between; once more")

    def ledgers(self) -> list[Path]:
        """Return the folders of the runs that sent to this topic."""
        found = []
        for path in sorted((self.home / "ledger").glob("*/run.json")):
            if orjson.loads(path.read_bytes())["plan"]["topic"] == self.topic:
                found.append(path.parent)
        return found

    def _running(self, runs: Sequence[Path]) -> Path | None:
        """Return the run whose simulator is at work now, by its heartbeat."""
        source = self.store.source()
        if source is None or SystemClock().now_ms() - source.heartbeat_real_ms > SILENT_MS:
            return None
        return next((run for run in runs if run.name == source.name), None)

    def _compare(self, runs: Sequence[Path], rest: Rest, say: Say) -> Report:
        frame = rest.frame
        active = self.store.active()
        if active is None:
            raise Refused("no generation is active: python -m pipeline submit live")
        names = self.windows or tuple(self.catalogue.windows)
        day = date.fromisoformat(frame["business_date"])
        plan = Plan.of(self.catalogue, self.trading, day, names)
        sources: dict[str, Figures] = {}
        if runs:
            say("counting the ledger")
            sources["ledger"] = from_ledger(runs, plan)
        say("reading Kafka again")
        sources["kafka"] = from_kafka(self.topics, self.topic, plan)
        say("reading Redis")
        minutes = span(sources["kafka"])
        sources["redis"] = from_redis(self.store, active.stream, plan, minutes)
        if self.archive is not None:
            say("reading the archive")
            link = active.stream.link
            sources["clickhouse"] = from_archive(self.archive, link, self.topic, plan)
        report = compare(plan, sources)
        truth = next(iter(sources.items()))
        compare_frame(report, plan, frame, truth)
        compare_accounting(report, frame, sources)
        if self.archive is not None:
            say("counting what today is compared with")
            rows = PastRows(plan, active.stream.link, self.archive)
            report.take(self._compare_past(frame, rows, say))
        return report

    def _compare_past(self, frame: Mapping[str, Any], rows: PastRows, say: Say) -> Report:
        """Hold the comparisons of a frame without ages; what differs may not be asked for yet.

        The wall asks for today's buyers now and then: only what still differs then is wrong.
        """
        until: float | None = None
        while True:
            report = Report()
            compare_comparisons(report, frame, rows)
            if until is None:  # the first time reads all rows, which takes as long as it takes
                until = time.monotonic() + WALL_ASKS_WITHIN_S
            shown = frame
            while report.differences and frame == shown:
                if time.monotonic() > until:
                    return report
                say("the wall has not asked the archive again yet")
                time.sleep(POLL_S)
                frame = without_ages(read_frame(self.screen))
            if not report.differences:
                return report


def span(figures: Figures) -> tuple[int, int]:
    """Return the first and the last epoch minute of all cells."""
    minutes = [minute for cells in figures.cells.values() for minute, _ in cells]
    if not minutes:
        return 0, MINUTES_OF_A_DAY
    return min(minutes), max(minutes)
