"""Where an analyst's questions are answered: from what is kept, else by the desk."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from app.analyst.asking import Ask
from app.analyst.desk import WAIT_S, Desk, Progress
from app.analyst.keeping import Kept
from app.analyst.library import Library, NoHistory
from app.analyst.making import Maker
from app.analyst.views import PastViews, wall_clock
from app.ids import Choice
from app.published import Document, document
from pipeline.clock import Clock
from pipeline.trading.windows import date_of

FRAMES = 64
FILES_AT_ONCE, FILE_WAIT_S = 2, 8.0
FRAME_BYTES = 128 * 1024 * 1024

Frame = dict[str, Any]


@dataclass(frozen=True)
class _Made:
    document: Document
    edition: tuple[object, ...]
    made_ms: int
    lasts_ms: int | None  # None: until a day is counted anew


class Office:
    """Frames and views of history. `live`: the wall's latest frame, as bytes."""

    def __init__(  # noqa: PLR0913 - all that an answer is made of
        self,
        library: Library,
        maker: Maker,
        views: PastViews,
        desk: Desk,
        live: Callable[[], Document | None],
        clock: Clock,
        zone: str,
    ) -> None:
        self.library = library
        self._maker = maker
        self._views = views
        self._desk = desk
        self._live_document = live
        self._clock = clock
        self._zone = zone
        self._made: Kept[_Made] = Kept(FRAMES, FRAME_BYTES)
        self._patient = threading.BoundedSemaphore(FILES_AT_ONCE)
        self._parsed: tuple[str, Frame] | None = None

    def live(self) -> Frame | None:
        """Return the wall's latest frame, read once a tick; not to be changed."""
        latest = self._live_document()
        if latest is None:
            return None
        held = self._parsed
        if held is None or held[0] != latest.etag:
            held = self._parsed = (latest.etag, orjson.loads(latest.body))
        return held[1]

    def last_day(self) -> date:
        """Return the last closed day with data, the day before the wall's while there is none.

        Raises StillWorking or Busy.
        """
        with suppress(NoHistory):
            records = self._desk.ask("last day", lambda _: self.library.days())
            held = [record.day for record in records if record.lines]
            if held:
                return date_of(max(held))
        live = self.live()
        today = date.fromisoformat(live["business_date"]) if live else self._today()
        return today - timedelta(days=1)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).date()

    def frame(self, ask: Ask, wait_s: float = WAIT_S) -> Document:
        """Return a frame; raises StillWorking or Busy."""
        kept = self._kept(ask)
        if kept is not None:
            return kept
        made: Document = self._desk.ask(ask, lambda p: self._make(ask, p), wait_s)
        return made

    def parsed(self, ask: Ask, wait_s: float = WAIT_S) -> Frame:
        """Return a frame to read in; raises StillWorking or Busy."""
        frame: Frame = orjson.loads(self.frame(ask, wait_s).body)
        return frame

    def whole(self, ask: Ask) -> Frame:
        """As `parsed`, for a file: who saves one cannot ask again. Few wait so long at once."""
        if not self._patient.acquire(blocking=False):
            return self.parsed(ask)
        try:
            return self.parsed(ask, FILE_WAIT_S)
        finally:
            self._patient.release()

    def view(self, ask: Ask, choice: Choice, since: str | None) -> Document:
        """Return a frame drawn, only what changed since a known etag; raises as `frame`."""
        clock = wall_clock(self.live(), self._zone)
        kept = self._kept(ask)
        if kept is not None:
            drawn = self._views.kept(kept.etag, choice, clock, since)
            if drawn is not None:
                return drawn

        def work(progress: Progress) -> Document:
            made = self._kept(ask) or self._make(ask, progress)
            progress.give_way()
            return self._views.since(self._views.draw(made, choice, clock), since)

        drawn_now: Document = self._desk.ask((ask, choice, since), work)
        return drawn_now

    def _kept(self, ask: Ask) -> Document | None:
        """Return a frame that still stands; days counted anew are looked for meanwhile."""
        made = self._made.get(ask)
        if made is None:
            return None
        if self.library.days_are_old():
            self._desk.begin("days", lambda _: self.library.days())
        age = self._clock.now_ms() - made.made_ms
        if made.lasts_ms is not None and not 0 <= age < made.lasts_ms:
            return None
        return made.document if made.edition == self._edition() else None

    def _edition(self) -> tuple[object, ...]:
        live = self.live()
        return (*self.library.edition(), live and live["business_date"])

    def _make(self, ask: Ask, progress: Progress) -> Document:
        live = self.live()
        framed = self._maker.frame(ask, live, progress)
        now = self._clock.now_ms()
        made = document(framed.body, framed.etag, now)
        edition = (*framed.edition, live and live["business_date"])
        self._made.put(ask, _Made(made, edition, now, framed.lasts_ms), len(made.body) * 2)
        with suppress(NoHistory):
            self.library.days()  # what is kept is held against them
        return made
