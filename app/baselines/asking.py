"""What the poller asks of history. It never waits: it gets what is there, or why it is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.baselines.being_closed import BeingClosed
from app.baselines.keeping import Keeping, size_of
from app.baselines.own_buyers import OwnBuyers
from app.baselines.reads import Reads
from app.metrics import Metrics
from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.rollup.past import begins_too_early, lines_of_day
from pipeline.stores.history_protocol import HistoryReader
from pipeline.trading.comparisons import Missing, Span, baseline
from pipeline.trading.shifting import Kind
from pipeline.trading.windows import TradingTime, date_of
from pipeline.values.past import DayRecord, PastStretch, Stretch

KINDS: tuple[Kind, ...] = ("yoy", "mom")
DAYS_MS = 10_000  # how often the closed days are asked for
EAGER_MS = 1_000  # while a baseline is not there
OPEN_MS = 20_000  # how often a stretch that is not closed yet is read again
ABSENT = ("reading", "no_history", "no_clickhouse")  # it may come soon
Connect = Callable[[], HistoryReader | None]
State = Literal["ready", "loading", "missing", "unreachable"]


@dataclass(frozen=True)
class Baseline:
    """One baseline of a window: what there is of it, or why it is not there.

    `past` covers `span` and perhaps more; a `reason` beside a ready one says that history cannot
    be asked now, so that nothing newer is known.
    """

    kind: Kind
    state: State
    reason: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
    past: PastStretch | None = None


@dataclass(frozen=True)
class Compared:
    """Both baselines of a window, and its own first purchases as far as the archive has come."""

    baselines: tuple[Baseline, ...]
    buyers: PastStretch | None


class Baselines:
    """Reads baselines beside the poller. `connect()` gives the history, None when none is set."""

    def __init__(
        self,
        connect: Connect,
        catalogue: Catalogue,
        trading: TradingTime,
        clock: Clock,
        metrics: Metrics | None = None,
    ) -> None:
        self._connect = connect
        self._trading = trading
        self._clock = clock
        self._cubes = tuple(cube.name for cube in catalogue.minute_cubes())
        self._reads = Reads(clock, metrics or Metrics())
        self._kept = Keeping()
        self._closed: dict[str, Mapping[int, DayRecord]] = {}
        self._closing = BeingClosed(clock, OPEN_MS)
        self._none = False
        self._absent = False
        self._buyers = OwnBuyers(self._ask, self._reads, trading, clock)
        self._settled: dict[Stretch, tuple[int, bool]] = {}
        self._spans: dict[tuple[Any, ...], Span | Missing] = {}

    def of(self, link: str, window: str, day: date, until: int) -> Compared:
        """Return what is known of a window's baselines; ask for what is not, without waiting.

        `until`: the window's first minute that is not complete (epoch).
        """
        self._ask_days(link)
        found = tuple(self._baseline(link, kind, window, day) for kind in KINDS)
        self._absent = any(one.reason in ABSENT for one in found)
        buyers = None if self._none else self._buyers.of(link, window, day, until)
        return Compared(found, buyers)

    def stop(self) -> None:
        self._reads.stop()

    # ---- the days history has --------------------------------------------------------------

    def _ask_days(self, link: str) -> None:
        ended = self._reads.ended_ms(("days", link))
        pause = EAGER_MS if self._absent else DAYS_MS
        if ended is not None and 0 <= self._clock.now_ms() - ended < pause:
            return

        def take(records: tuple[DayRecord, ...] | None) -> None:
            self._none = records is None
            self._closed[link] = {record.day: record for record in records or ()}

        self._reads.submit("days", ("days", link), lambda: self._ask(lambda h: h.days(link)), take)

    def _ask(self, question: Callable[[HistoryReader], Any]) -> Any:
        history = self._connect()
        return None if history is None else question(history)

    # ---- the baselines ---------------------------------------------------------------------

    def _baseline(self, link: str, kind: Kind, window: str, day: date) -> Baseline:
        span = self._span(kind, window, day)
        if isinstance(span, Missing):
            return Baseline(kind, "missing", span.reason, span.params)
        if self._none:
            return Baseline(kind, "missing", "no_clickhouse", {}, span)
        stretch = self._stretch(link, self._widest(span, kind, day))
        past = self._kept.get(stretch)
        if past is None or self._stale(past):
            self._read(stretch)
        fault = self._reads.fault(stretch) or self._reads.fault(("days", link))
        if past is None:
            state: State = "unreachable" if fault else "loading"
            return Baseline(kind, state, fault or "reading", {}, span)
        told = {"date": (span.day or date_of(stretch.days[0])).isoformat()}
        if not past.closed and self._nothing(past):
            return Baseline(kind, "missing", "no_history", told, span)
        if not self._whole(past):
            return Baseline(kind, "loading", "reading", {}, span)
        if begins_too_early(past, self._closed.get(link, {}), self._trading, self._cubes):
            return Baseline(kind, "missing", "no_history", told, span)
        return Baseline(kind, "ready", fault, {}, span, past)

    def _span(self, kind: Kind, window: str, day: date) -> Span | Missing:
        key = (kind, window, day)
        if key not in self._spans:
            if len(self._spans) > 64:
                self._spans.clear()
            self._spans[key] = baseline(self._trading, kind, window, day)
        return self._spans[key]

    def _widest(self, span: Span, kind: Kind, day: date) -> Span:
        """Return the longest baseline that begins with this one: one read serves all of them.

        First purchases are counted from the beginning, so only windows with one start share.
        """
        others = (self._span(kind, name, day) for name in self._trading.windows)
        same = [o for o in others if isinstance(o, Span) and o.bounds.start == span.bounds.start]
        return max([span, *same], key=lambda o: len(o.bounds))

    def _stretch(self, link: str, span: Span) -> Stretch:
        return Stretch(link, span.bounds, span.days(self._trading))

    def _stale(self, past: PastStretch) -> bool:
        """Say whether history has another recount of its days, or may have more of an open one."""
        known = self._closed.get(past.stretch.link, {})
        held = {record.day: record.generation for record in past.closed}
        now = {day: known[day].generation for day in past.stretch.days if day in known}
        if self._closing.look(past.stretch, held, now):
            return False
        if held != now:
            return True
        ended = self._reads.ended_ms(past.stretch) or 0
        return not past.final and self._clock.now_ms() - ended >= OPEN_MS

    def _read(self, stretch: Stretch) -> None:
        def take(past: PastStretch | None) -> None:
            if past is None:
                return
            lines = sum(self._lines(past, day) for day in stretch.days)
            self._settled[stretch] = (lines, self._settled.get(stretch, (-1, False))[0] == lines)
            self._kept.put(past, size_of(past, self._cubes))

        self._reads.submit("read", stretch, lambda: self._ask(lambda h: h.read(stretch)), take)

    def _whole(self, past: PastStretch) -> bool:
        """Say whether a stretch can be believed: its days are closed, or had no orders.

        Days that nobody closes count once two reads found the same: they are not being filled.
        """
        stretch, closed = past.stretch, {record.day for record in past.closed}
        if not any(self._lines(past, day) for day in stretch.days if day not in closed):
            return True
        return past.until >= stretch.bounds.end and self._settled.get(stretch, (0, False))[1]

    def _lines(self, past: PastStretch, day: int) -> int:
        return lines_of_day(past, day, self._trading, self._cubes)

    def _nothing(self, past: PastStretch) -> bool:
        start = past.stretch.bounds.start
        return all(not past.table.block(cube, start, start + 1).keys for cube in self._cubes)
