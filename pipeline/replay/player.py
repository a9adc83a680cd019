"""Sends the lines on the replay's own clock and tells where this clock is."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog

from pipeline.clock import Clock, ScaledClock, SystemClock
from pipeline.errors import ServiceUnavailable
from pipeline.events import Event
from pipeline.replay.held import Held
from pipeline.replay.lines import Line
from pipeline.replay.schedule import Schedule
from pipeline.replay.sums import Sums
from pipeline.stores.topics import TopicWriter
from pipeline.values.streams import SourceState

log = structlog.get_logger()

HEARTBEAT_S = 1.0
_NAP_S = 0.05
_FLUSH_S = 60.0
FAST = 0.0


@dataclass(frozen=True)
class Told:
    """What the player says once a second, beside the state it hands over."""

    at_ms: int
    sent: int
    skipped: int
    sums: Sums


@dataclass
class Player:
    """Plays a schedule once. `speed` FAST: as fast as it goes, the clock at the last line sent.

    `tell` gets the source's state every second, also while nothing is sold; what it raises as
    ServiceUnavailable is passed over, for the orders must not wait for Redis.
    """

    writer: TopicWriter
    schedule: Schedule
    speed: float
    name: str
    tell: Callable[[SourceState, Told], None]
    real: Clock = field(default_factory=SystemClock)
    nap: Callable[[float], None] = time.sleep
    sums: Sums = field(default_factory=Sums, init=False)
    sent: int = field(default=0, init=False)
    skipped: int = field(default=0, init=False)
    _prefilling: bool = field(default=True, init=False)
    _next_heartbeat: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._clock = self._standing_at(self.schedule.clock_ms)

    def play(self, lines: Iterable[Line], held: Held) -> None:
        """Send all lines that Kafka does not hold; starting again continues.

        Raises ServiceUnavailable when Kafka does not take them.
        """
        start_ms = max(self.schedule.clock_ms, held.latest_ms or 0)
        self._clock = self._standing_at(start_ms)
        for line in lines:
            at_ms = line.event.event_time
            if self._prefilling and at_ms >= start_ms:
                self._go(start_ms)
            self._wait_until(at_ms)
            self._send(line.row, line.event, held)
        if self._prefilling:
            self._go(start_ms)
        self.writer.flush(_FLUSH_S)
        last_ms = max(start_ms, self.schedule.end_ms - 1)
        if self.speed != FAST:  # the last day is seen to its end
            self._wait_until(last_ms)
        # A moment later would be the next day.
        self._clock = self._standing_at(min(last_ms, self._clock.now_ms()))
        self._heartbeat()

    def stay(self) -> None:
        """Say for ever that the clock stands at the end: who looks must not see a dead source."""
        while True:
            self._heartbeat()
            self.nap(HEARTBEAT_S)

    def _go(self, start_ms: int) -> None:
        """End the prefill: from here the clock runs."""
        self.writer.flush(_FLUSH_S)
        self._prefilling = False
        self._clock = ScaledClock(self.real.now_ms(), start_ms, self.speed, self.real)
        self._heartbeat()

    def _wait_until(self, at_ms: int) -> None:
        while True:
            if time.monotonic() >= self._next_heartbeat:
                self._heartbeat()
            if self._prefilling:
                return
            if self.speed == FAST:
                self._clock = self._standing_at(max(at_ms, self._clock.anchor_ms))
                return
            ahead_ms = at_ms - self._clock.now_ms()
            if ahead_ms <= 0:
                return
            self.nap(min(ahead_ms / 1000 / self.speed, _NAP_S))

    def _send(self, row: int, event: Event, held: Held) -> None:
        if event.event_time >= self.schedule.first_ms:
            self.sums.add(event)
        if row in held.rows:
            self.skipped += 1
            return
        self.writer.send_event(event, event.event_time)
        self.sent += 1

    def _standing_at(self, ms: int) -> ScaledClock:
        return ScaledClock(self.real.now_ms(), ms, 0.0, self.real)

    def _heartbeat(self) -> None:
        self._next_heartbeat = time.monotonic() + HEARTBEAT_S
        clock = self._clock
        state = SourceState(
            kind="replayed",
            name=self.name,
            anchor_real_ms=clock.anchor_real_ms,
            anchor_ms=clock.anchor_ms,
            speed=clock.speed,
            heartbeat_real_ms=self.real.now_ms(),
            sent=self.sent + self.skipped,
            prefill_done=not self._prefilling,
        )
        try:
            self.tell(state, Told(clock.now_ms(), self.sent, self.skipped, self.sums))
        except ServiceUnavailable as fault:
            log.warning("heartbeat not written", cause=str(fault))
