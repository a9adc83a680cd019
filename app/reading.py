"""Reading Redis turn by turn. A dead Redis is a state here, not an exception."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TypeVar

import structlog

from app import freshness
from app.knowledge import Knowledge, Segments
from pipeline.catalogue.model import Catalogue
from pipeline.errors import ConfigurationError, DapingError, ServiceUnavailable
from pipeline.stores.protocol import Snapshots
from pipeline.stores.reader import PollResult, SnapshotReader
from pipeline.trading.windows import MINUTES_OF_A_DAY, TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.documents import BrokenDocument
from pipeline.values.streams import Active
from pipeline.values.table import CellTable

LEAST_RANKED = 10
DAYS_KEPT = 3  # before the earliest day shown: late events may still change the day before
log = structlog.get_logger()

State = TypeVar("State")
Connect = Callable[[], Snapshots]


@dataclass(frozen=True)
class Span:
    """What the wall shows at one instant: epoch days to read, segments of each window."""

    days: frozenset[int]
    segments: frozenset[Segments]
    first_minute: int


class Reading:
    """Keeps `known` up to date, in the poller's thread; `link` is whose auditor and job it asks."""

    def __init__(
        self, connect: Connect, catalogue: Catalogue, time: TradingTime, link: str
    ) -> None:
        self.known = Knowledge(CellTable(catalogue))
        self._connect = connect
        self._catalogue = catalogue
        self._time = time
        self.link = link
        self._store: Snapshots | None = None
        self._reader: SnapshotReader | None = None
        self._reconnect = False
        self._broken: str | None = None
        self._interrupted = False
        self._limits = {
            cube.name: max(
                [m.limit for m in catalogue.metrics.values() if m.cube == cube.name],
                default=LEAST_RANKED,
            )
            for cube in catalogue.cubes.values()
            if cube.keep > 0
        }

    def refresh(self, real_now: int) -> bool:
        """Read once; say whether a value changed."""
        known = self.known
        self._broken = None
        try:
            changed = self._read(real_now)
        except (ServiceUnavailable, ConfigurationError) as fault:
            if not self._reconnect:
                log.warning("redis unreachable", cause=str(fault))
            self._reconnect = self._interrupted = True
            went, known.redis_ok = known.redis_ok, False
            return went
        except DapingError as fault:  # it answers, and what it says cannot be read
            self._broken, changed, self._interrupted = str(fault), False, True
        else:
            known.redis_read_ms = real_now
        if self._broken and self._broken != known.unreadable:
            log.warning("redis unreadable", cause=self._broken)
        turned = not known.redis_ok or self._broken != known.unreadable
        known.redis_ok, known.unreadable = True, self._broken
        return changed or turned

    def _read(self, real_now: int) -> bool:
        known = self.known
        store = self._connected()
        known.source = self._heard(store.source) or known.source
        found = store.active()
        # Redis that forgot says nothing: what was followed still gets what its job writes. Another,
        # empty one has nothing of it.
        followed = self._reader is not None and self._reader.stream is not None
        active = found or (known.active if followed else None)
        link = active.stream.link if active else self.link
        known.auditor = self._heard(lambda: store.auditor(link)) or known.auditor
        known.adapter = self._heard(lambda: store.adapter(link)) or known.adapter
        known.job = self._heard(lambda: store.job(link)) or known.job
        if active is None:
            known.lost = known.lost or known.read
            return False
        changed = self._follow(store, active, real_now)
        known.lost = known.lost or found is None
        return changed

    def _heard(self, ask: Callable[[], State | None]) -> State | None:
        """Return what a part says of itself; broken words must not hold up the numbers."""
        try:
            return ask()
        except BrokenDocument as fault:
            self._broken = str(fault)
            return None

    def _connected(self) -> Snapshots:
        """Return the store; after a failure perhaps another one, read from its start.

        What was read of the old one is shown until the new one is read whole.
        """
        if self._store is None or self._reconnect:
            store = self._connect()
            if store is not self._store:
                self._store, self._reader = store, SnapshotReader(store, self._catalogue)
            self._reconnect = False
        return self._store

    def _follow(self, store: Snapshots, active: Active, real_now: int) -> bool:
        known = self.known
        reader = self._reader
        if reader is None:
            return False
        span = self._span(freshness.source_now(known.source, real_now))
        result = reader.poll(active.stream, span.days)
        known.asked, known.lost = True, result.lost
        if reader.stream is None:
            return False
        if reader.stream == active.stream:
            known.active = active
        switched = reader.stream != known.stream
        if switched:
            known.switch(reader.stream, store.meta(reader.stream))
        known.table = reader.table
        known.follow_progress(real_now)
        # A Redis that lost data would rank what is left of it.
        ranked = not result.lost and self._rank(store, span, result)
        reader.forget_before(span.first_minute - DAYS_KEPT * MINUTES_OF_A_DAY)
        return result.changed or switched or ranked

    def _span(self, now: int) -> Span:
        today = self._time.wall_date(now)
        days, segments, starts = {epoch_day(today)}, set[Segments](), [now // MINUTE_MS]
        # The next date is read ahead, so that a Redis that is away at the turn hides nothing.
        dates = (today, today + timedelta(days=1))
        for date, name in product(dates, self._catalogue.windows):
            bounds = self._time.bounds(name, date)
            numbers = self._time.segments(name, date)
            segments.add(numbers)
            days |= {bounds.start // MINUTES_OF_A_DAY, (bounds.end - 1) // MINUTES_OF_A_DAY}
            days.update(number // self._time.segments_per_day for number in numbers)
            starts.append(bounds.start)
        everything = frozenset(range(min(days), max(days) + 1))
        return Span(everything, frozenset(segments), min(starts))

    def _rank(self, store: Snapshots, span: Span, result: PollResult) -> bool:
        """Ask again for the rankings whose buckets changed; forget those of other days.

        Of all of them after a turn that broke off: which had changed is told only once.
        """
        known = self.known
        if known.stream is None:
            return False
        wanted = {(cube, over) for cube in self._limits for over in span.segments}
        old = {place for place in known.rankings if place not in wanted}
        for place in old:
            del known.rankings[place]
        changed = False
        for cube, over in sorted(wanted):
            touched = self._interrupted or any((cube, number) in result.ranked for number in over)
            if touched or (cube, over) not in known.rankings:
                found = store.ranking(known.stream, cube, over, self._limits[cube])
                known.rankings[cube, over] = found
                changed = True
        self._interrupted = False
        return changed
