"""The running simulator: what is due goes into the ledger, then to Kafka, tick by tick."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pipeline.clock import ScaledClock
from pipeline.errors import ServiceUnavailable
from pipeline.simulator.injections import Messages, asked
from pipeline.simulator.ledger import Ledger
from pipeline.simulator.orders import MINUTE_MS
from pipeline.simulator.pause import acknowledge, asked_to_pause, forget_pause
from pipeline.simulator.run_folder import SavedRun, save_run
from pipeline.simulator.sending import Sending
from pipeline.simulator.shape import CLOSE
from pipeline.stores.topics import TopicWriter
from pipeline.values.streams import SourceState

TICK_S = 0.15
BATCH = 5_000
# A broker that is away makes a call wait for its limit; a refusal comes at once.
AT_ONCE_S = 1.0


def patiently(call: Callable[[], None]) -> None:
    """Repeat a call for as long as Kafka is away; what Kafka refuses is raised."""
    while True:
        began = time.monotonic()
        try:
            call()
        except ServiceUnavailable:
            if time.monotonic() - began < AT_ONCE_S:
                raise
        else:
            return


@dataclass(frozen=True)
class Desk:
    """What a simulator works with. `messages` begins behind what the ledger holds."""

    folder: Path
    ledger: Ledger
    writer: TopicWriter
    messages: Messages


class Simulator:
    """Sends one run. Its clock stands still while a pause holds."""

    def __init__(self, saved: SavedRun, desk: Desk, ended: threading.Event) -> None:
        self._saved = saved
        self._desk = desk
        self._ended = ended
        self._paused: str | None = None
        self._speed = saved.clock.speed
        self.prefilled = False

    def state(self) -> SourceState:
        """Return the source's word about itself (read by the heartbeat's thread)."""
        return self._saved.state(self._desk.ledger.count, self.prefilled)

    @property
    def last_minute_ms(self) -> int:
        """A minute before the close of the run's day, epoch ms: the day is still on the wall."""
        return (self._saved.plan.midnight + CLOSE - 1) * MINUTE_MS

    def run(
        self, until_ms: int | None, progress: Callable[[int], None], hold: bool = False
    ) -> None:
        """Send until `until_ms` (this run's clock) or until asked to end; then wait for Kafka.

        `hold`: the clock stands at `until_ms`, and whoever looks still hears of the run.
        """
        while not self._ended.is_set():
            self._obey_pause()
            self._obey_injections()
            now = self._saved.clock.now_ms()
            limit = now if until_ms is None else min(now, until_ms)
            sent = self.send_due(limit)
            if sent == BATCH:
                progress(self._desk.ledger.count)
                continue
            self.prefilled = True
            if until_ms is not None and now >= until_ms and self._paused is None:
                if not hold:
                    break
                if self._speed:
                    self._stand(until_ms)
            self._ended.wait(TICK_S)
        self._desk.writer.flush()

    def send_due(self, until_ms: int) -> int:
        """Send at most a batch of what arrives up to `until_ms`; return how many."""
        batch: list[Sending] = []
        messages = self._desk.messages
        while messages.peek().arrived_ms <= until_ms and len(batch) < BATCH:
            batch.append(next(messages))
        if batch:
            self._desk.ledger.append(batch)
            send = self._desk.writer.send
            for one in batch:
                try:
                    send(one.key, one.payload, one.arrived_ms)
                except ServiceUnavailable:
                    self._send_patiently(one)
        return len(batch)

    def _send_patiently(self, one: Sending) -> None:
        patiently(lambda: self._desk.writer.send(one.key, one.payload, one.arrived_ms))

    def _obey_pause(self) -> None:
        clock = self._saved.clock
        token = asked_to_pause(self._desk.folder, clock.real.now_ms())
        if token == self._paused:
            return
        if token is None:
            self._resume()
            return
        if self._paused is None:
            self._pause()
        patiently(self._desk.writer.flush)
        self._paused = token
        acknowledge(self._desk.folder, token, self._saved.clock.anchor_ms, self._desk.ledger.count)

    def _obey_injections(self) -> None:
        """Put the bursts that were asked for behind what was sent; none while standing still."""
        if self._paused is not None or not self.prefilled:
            return
        for path, kind in asked(self._desk.folder):
            now = self._saved.clock.now_ms()
            if self._desk.messages.inject(path.stem, kind, now) is None:
                return
            path.unlink(missing_ok=True)

    def _pause(self) -> None:
        """Stand still at this instant, with everything that arrived up to it sent."""
        real_ms = self._saved.clock.real.now_ms()
        at_ms = self._saved.clock.at_real(real_ms)
        while self.send_due(at_ms) == BATCH:
            continue
        self._saved = replace(self._saved, clock=ScaledClock(real_ms, at_ms, 0.0))

    def _stand(self, until_ms: int) -> None:
        clock = ScaledClock(self._saved.clock.real.now_ms(), until_ms, 0.0)
        self._saved = replace(self._saved, clock=clock)
        self._speed = 0.0

    def _resume(self) -> None:
        forget_pause(self._desk.folder)
        now = self._saved.clock.real.now_ms()
        at_ms = now if self._saved.real_clock else self._saved.clock.anchor_ms
        self._saved = replace(self._saved, clock=ScaledClock(now, at_ms, self._speed))
        self._paused = None
        save_run(self._desk.folder, self._saved)


def behind(messages: Messages, count: int) -> Messages:
    """Return the sequence behind its first `count` messages, which the ledger holds."""
    next(islice(messages, count, count), None)
    return messages
