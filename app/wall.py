"""One turn of the poller: read what is known, judge it, build the frame."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app import accounting, freshness, reach
from app.accounting import Tally
from app.agreement import agreement
from app.alerts.alerting import Alerting, Turn
from app.alerts.checks import Checks
from app.baselines.documents import Comparing, Own
from app.day import day_on_the_wall
from app.frame import Judged, build_frame
from app.freshness import Health
from app.knowledge import Knowledge
from app.limits import Limits
from app.masking import UserMask
from app.reading import Reading
from app.stages import Pulse
from app.windows import Blocks, WindowPlan
from pipeline.catalogue.model import Catalogue
from pipeline.trading.windows import MinuteRange, TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.injected import InjectedFault

LIMITS = Limits()
Tiles = Mapping[str, Mapping[str, str]]


class Wall:
    """The poller's work. `tiles`: tile id -> role -> metric; `comparing` knows the baselines.

    `mask` hides users, here and in history; `injected()` gives the demo's faults. Without
    `alerting` the frame says no alerts.
    """

    def __init__(  # noqa: PLR0913 - the wiring of a turn
        self,
        catalogue: Catalogue,
        time: TradingTime,
        tiles: Tiles,
        reading: Reading,
        build: str,
        comparing: Comparing | None = None,
        alerting: Alerting | None = None,
        injected: Callable[[], tuple[InjectedFault, ...]] = tuple,
        limits: Limits = LIMITS,
    ) -> None:
        self._catalogue = catalogue
        self._time = time
        self._tiles = tiles
        self._reading = reading
        self._build = build
        self._comparing = comparing
        self._alerting = alerting
        self._injected = injected
        self._limits = limits
        self._ticked_ms: int | None = None
        self.mask = UserMask(secrets.token_bytes(16))

    def refresh(self, real_now: int) -> bool:
        return self._reading.refresh(real_now)

    def frame(self, real_now: int) -> dict[str, Any]:
        """Build the frame of what is known at a real instant (epoch ms)."""
        known = self._reading.known
        now = freshness.source_now(known.source, real_now)
        judged = self._judge(known, real_now, now)
        self._ticked_ms = real_now
        day = day_on_the_wall(self._time, now)
        bounds = {n: self._time.bounds(n, day.business_date) for n in self._catalogue.windows}
        cells = Blocks(known.table, bounds.values())
        windows = {
            name: replace(
                self._plan(known, name, day.business_date, judged.health.as_of), table=cells
            )
            for name in self._catalogue.windows
        }
        frame = build_frame(self._catalogue, self._build, judged, day, windows)
        return {**frame, **self._alerts(known, judged, frame, cells)}

    def _alerts(
        self, known: Knowledge, judged: Judged, frame: Mapping[str, Any], cells: Blocks
    ) -> dict[str, Any]:
        """Return the frame's alerts: minutes are judged in the default window."""
        if self._alerting is None:
            return {"alerts": [], "alerting": {"judged": 0, "log": None}}
        name, health = self._catalogue.shop.default_window, judged.health
        window, as_of = frame["windows"][name], health.as_of
        turn = Turn(
            link=known.active.stream.link if known.active else self._reading.link,
            until=None if as_of is None else as_of // MINUTE_MS,
            now_ms=None if known.source is None else health.now,
            cells=cells,
            bounds=MinuteRange(window["start"], window["end"]),
            cells_from=known.meta.cells_from_minute if known.meta else 0,
            whole=known.read and not known.lost,
            bases=self._comparing.bases(name) if self._comparing else {},
            checks=Checks(
                None if as_of is None else health.now - as_of,
                health.speed,
                window["checks"]["rollup"],
                frame["accounting"],
            ),
        )
        return self._alerting.after(turn)

    def _judge(self, known: Knowledge, real_now: int, now: int) -> Judged:
        auditor = known.auditor_here
        heard = auditor.partitions if auditor else ()
        partitions = {*known.table.buckets("audit"), *(part.partition for part in heard)}
        tallies = tuple(tally(known, partition) for partition in sorted(partitions))
        first = known.meta.first if known.meta else {}
        positions = {**first, **{t.partition: t.position for t in tallies}}
        told = known.read and not reach.is_silent(known.source, real_now)
        told = told and not reach.is_filling(known.source)
        told = told and not reach.waits_before(known.adapter_here, real_now)
        reached = reach.reached_end(auditor, positions, real_now) if told else None
        target = known.meta.target if known.meta else {}
        waiting = reach.unfinished(auditor, target, positions)
        pending = sum(t.pending for t in tallies) if auditor else None
        said = reach.Reach(tuple(known.progress.values()), waiting, reached)
        if not known.settling.settled(real_now, positions, pending):
            # Without the auditor nobody knows which partitions have nothing more: all hold back.
            heard_now = auditor is not None and not reach.is_old(auditor, real_now)
            held = waiting if heard_now else frozenset(first)
            said = known.ordered.reach(real_now, held) if known.in_order else reach.NOWHERE
        known.as_of = reach.as_of(said, real_now, known.as_of, now)
        found = agreement(tallies, auditor)
        known.verdict = known.verdict.after(found, real_now)
        health = Health(
            as_of=known.as_of,
            now=now,
            speed=known.source.speed if known.source else 1.0,
            redis=known.redis_ok,
            active=known.asked,
            read=known.read,
            lost=known.lost,
            job_running=None if known.job is None else known.job.status == "RUNNING",
            pending=pending,
        )
        pulse = Pulse(
            real_now,
            known.source,
            auditor,
            known.job,
            pending,
            known.redis_read_ms,
            known.redis_ok,
            known.lost,
            self._ticked_ms,
            known.unreadable,
        )
        return Judged(
            known.active,
            known.source,
            auditor,
            tallies,
            known.verdict.agree,
            health,
            pulse,
            self._injected(),
            known.adapter_here,
        )

    def _plan(
        self, known: Knowledge, window: str, business_date: date, as_of: int | None
    ) -> WindowPlan:
        segments = self._time.segments(window, business_date)
        bounds = self._time.bounds(window, business_date)
        compared: dict[str, Any] = {}
        if self._comparing is not None:
            until = None if as_of is None else as_of // MINUTE_MS
            link = known.active.stream.link if known.active else self._reading.link
            own = Own(link, window, business_date, bounds, known.table, until)
            compared = self._comparing.of(own)
        return WindowPlan(
            bounds=bounds,
            segments=segments,
            business_day=epoch_day(business_date),
            table=known.table,
            rankings=known.rankings_of(segments),
            tiles=self._tiles,
            mask=self.mask,
            compared=compared,
            limits=self._limits,
        )


def tally(known: Knowledge, partition: int) -> Tally:
    """Count a partition's offsets by what became of them."""
    auditor = known.auditor_here
    heard = auditor.partitions if auditor else ()
    audit = next((p for p in heard if p.partition == partition), None)
    first = accounting.first_offset(known.meta, partition)
    return accounting.live_tally(partition, known.table.bucket("audit", partition), first, audit)
