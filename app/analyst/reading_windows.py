"""One window of an ask after the other: read, cut, judged, and laid beside its baselines."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.analyst import periods, records
from app.analyst.asking import Ask
from app.analyst.beside import Beside
from app.analyst.desk import Progress
from app.analyst.library import Library, settled
from app.analyst.past_window import PastWindow, users_limit, window_document
from app.comparing import Side, not_ready
from app.freshness import State
from app.masking import UserMask
from app.screen import Screen
from pipeline.catalogue.model import BucketKind
from pipeline.stores.protocol import Ranking
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import TradingTime
from pipeline.values.past import DayRecord, PastStretch, Stretch
from pipeline.values.table import CellTable

MINUTE_MS = 60_000
BEHIND_MINUTES = 10  # an archive this far behind the wall lacks something worth a word
Document = dict[str, Any]
Live = Mapping[str, Any] | None  # the wall's latest frame


class WindowReader:
    """Reads the windows of one ask; `read` holds what history said of each."""

    def __init__(
        self,
        screen: Screen,
        trading: TradingTime,
        library: Library,
        mask: UserMask,
        ask: Ask,
    ) -> None:
        self._screen = screen
        self._trading = trading
        self._library = library
        self._mask = mask
        self._ask = ask
        self.read: dict[Span, PastStretch] = {}

    def window(
        self, span: Span, live: Live, days: Sequence[DayRecord], progress: Progress
    ) -> Document:
        """Return the document of a window with its comparisons; raises NoHistory."""
        past = self._library.stretch(self._stretch(span))
        self.read[span] = past
        progress.step()
        until = self._until(span, past)
        empty = emptiness(self._screen, past, until, days)
        said = (empty, partiality(past, until, live, days) if empty is None else None)
        rankings = {} if empty else self._rankings(past, until)
        document = self._document(span, past, until, rankings, said)
        own = Side.of_past(self._screen.catalogue, past, span.bounds, until)
        others = Beside(self._screen, self._trading, self._library, self._ask)
        document["comparisons"] = {}
        for kind in self._ask.kinds:
            found = others.comparison(kind, span, own, self._cursor(span))
            document["comparisons"][kind] = found
            progress.step()
        return document

    def away(self, span: Span, reason: str) -> Document:
        """Return a window of a history that cannot be asked: no number, and why."""
        nothing = np.zeros(len(span.bounds), np.int64)
        table, start = CellTable(self._screen.catalogue), span.bounds.start
        past = PastStretch(self._stretch(span), table, nothing, (), start, "facts")
        document = self._document(span, past, start, {}, (State("error", None, reason), None))
        document["comparisons"] = {
            kind: not_ready(kind, "unreachable", reason) for kind in self._ask.kinds
        }
        return document

    def _until(self, span: Span, past: PastStretch) -> int:
        """Return the first minute left out: that of `at`, or what the archive does not have yet."""
        asked = periods.until_of(self._trading, self._ask)
        known = min(past.until, span.bounds.end)
        return max(span.bounds.start, known if asked is None else min(known, asked))

    def _rankings(self, past: PastStretch, until: int) -> dict[str, Ranking]:
        catalogue = self._screen.catalogue
        return {
            cube.name: self._library.top_users(past, until, users_limit(catalogue, cube.name))
            for cube in catalogue.cubes.values()
            if cube.bucket is BucketKind.SEGMENT
        }

    def _cursor(self, span: Span) -> int | None:
        """Return the cursor's minute in the window asked for, None in the others."""
        own = span == periods.spans(self._trading, self._ask)[self._ask.window]
        if not own or self._ask.cursor is None:
            return None
        return span.bounds.start + self._ask.cursor

    def _stretch(self, span: Span) -> Stretch:
        return periods.stretch_of(self._trading, self._library.link, self._ask, span)

    def _document(
        self,
        span: Span,
        past: PastStretch,
        until: int,
        rankings: Mapping[str, Ranking],
        said: tuple[State | None, State | None],
    ) -> Document:
        return window_document(
            self._screen.catalogue,
            PastWindow(
                bounds=span.bounds,
                segments=periods.segments_of(self._trading, span),
                business_day=periods.business_day(self._trading, span),
                past=past,
                until=until,
                rankings=rankings,
                tiles=self._screen.roles,
                mask=self._mask,
                step=self._ask.step,
                cursor=self._cursor(span),
                empty=said[0],
                partial=said[1],
            ),
        )


def emptiness(
    screen: Screen, past: PastStretch, until: int, days: Sequence[DayRecord]
) -> State | None:
    """Say why a window has nothing to show; None when it has something.

    A day that history never saw has no history; one it counted, or has orders of later on, or a
    filter, has no orders.
    """
    bounds = past.stretch.bounds
    cubes = screen.catalogue.minute_cubes()
    if until > bounds.start:
        lines = past.table.block(cubes[0].name, bounds.start, bounds.end).lines
        if lines[: until - bounds.start].any():
            return None
        if past.closed or past.stretch.only or lines.any():
            return State("empty", until * MINUTE_MS, "no_orders")
    if past.closed:
        return State("empty", None, "not_open", {"opens": bounds.start})
    return State("empty", None, "no_history", records.neighbours(days, past.stretch.days[-1]))


def partiality(
    past: PastStretch, until: int, live: Live, days: Sequence[DayRecord]
) -> State | None:
    """Say that the archive lacks minutes the wall has had for a while; None when it does not."""
    if settled(days, past.stretch.days) or until < past.until:
        return None
    bounds = past.stretch.bounds
    seen = live["as_of"] if live else None
    reached = bounds.end if seen is None else min(bounds.end, seen // MINUTE_MS)
    if reached - until < (1 if seen is None else BEHIND_MINUTES):
        return None
    return State("degraded", until * MINUTE_MS, "partly_archived", {"until": until})
