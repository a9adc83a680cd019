"""Starts parts as soon as what they need is healthy, restarts those that die, stops all in order.

One thread, the one that calls `tick`, starts every child: the kernel ends a child with the thread
that started it. Recovering jobs is Flink's work; here only processes come back.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pipeline.errors import ServiceUnavailable
from pipeline.local.leftovers import end, marked_processes
from pipeline.local.part import Part, Restart, Stage
from pipeline.local.process import Process, tail

BACKOFF_FIRST_S = 0.5
BACKOFF_MOST_S = 10.0
# Running this long makes an earlier death forgotten.
FORGIVEN_AFTER_S = 60.0
KEEP_CHECKING_S = 5.0
SICK_AFTER_S = 30.0


class State(Enum):
    """Where a part is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    UP = "up"
    BACKING_OFF = "restarting"
    DONE = "done"
    STOPPED = "stopped"


@dataclass
class Supervised:
    """A part and what has happened to it; times are of the monotonic clock, seconds.

    `deaths` are forgiven after a while, `restarts` are not; `trouble` is why it last died, and
    `trouble_ms` when (epoch ms).
    """

    part: Part
    state: State = State.WAITING
    process: Process | None = None
    deaths: int = 0
    restarts: int = 0
    trouble: str | None = None
    trouble_ms: int | None = None
    log_from: int | None = None  # where this run's part of the log begins
    needs_met_at: float | None = None
    again_at: float = 0.0
    checked_at: float = 0.0
    healthy_at: float = 0.0
    ever_up: bool = False
    ended_well: bool = False


Report = Callable[[Supervised, str], None]


class Supervisor:
    """Holds the parts of one home. `report(part, what)` hears of every change."""

    def __init__(self, home: Path, parts: Iterable[Part], report: Report) -> None:
        self.home = home
        self.supervised = {part.name: Supervised(part) for part in parts}
        self._report = report

    def tick(self) -> None:
        """Look at every part once and do what is due; call it some times a second."""
        for one in self.supervised.values():
            if self._due(one):
                self._start(one)
            elif one.process is not None and one.state in (State.STARTING, State.UP):
                self._look_after(one, one.process)

    def all_up(self, names: Iterable[str] | None = None) -> bool:
        """Return whether the named parts (all by default) are up or done."""
        chosen = self.supervised if names is None else names
        return all(self.supervised[name].state in (State.UP, State.DONE) for name in chosen)

    def stop(self) -> None:
        """Stop all, one stage after the other, within about ten seconds."""
        for stage in reversed(Stage):
            wave = [one for one in self.supervised.values() if one.part.stage is stage]
            running = [(one, one.process) for one in wave if one.process is not None]
            for _, process in running:
                process.ask_to_end()
            for one, process in running:
                process.wait_or_kill()
                one.state = State.STOPPED
                self._report(one, "stopped")
        end(marked_processes(self.home), orderly_s=0.5)

    def kill(self) -> None:
        """End all at once, for somebody who will not wait."""
        for one in self.supervised.values():
            if one.process is not None:
                one.process.kill()
        end(marked_processes(self.home), orderly_s=0)

    def _due(self, one: Supervised) -> bool:
        if one.state is State.WAITING:
            if one.needs_met_at is None and self._needs_met(one.part):
                one.needs_met_at = time.monotonic()
            met = one.needs_met_at
            return met is not None and time.monotonic() - met >= one.part.waits_s
        return one.state is State.BACKING_OFF and time.monotonic() >= one.again_at

    def _needs_met(self, part: Part) -> bool:
        """Parts given from outside are not supervised, and count as there."""
        needed = [self.supervised[name] for name in part.needs if name in self.supervised]
        return all(one.ended_well if one.part.ends else one.ever_up for one in needed)

    def _start(self, one: Supervised) -> None:
        if one.log_from is None:
            log = one.part.log
            one.log_from = log.stat().st_size if log.exists() else 0
        try:
            one.process = Process(one.part, self.home)
        except ServiceUnavailable as fault:
            self._back_off(one, str(fault))
            return
        one.state = State.STARTING
        one.healthy_at = time.monotonic()
        self._report(one, "starting")

    def _look_after(self, one: Supervised, process: Process) -> None:
        code = process.exit_code
        if code is not None:
            self._ended(one, process, code)
        elif one.state is State.STARTING:
            self._await_health(one, process)
        elif time.monotonic() - one.checked_at >= KEEP_CHECKING_S:
            self._keep_checking(one, process)

    def _await_health(self, one: Supervised, process: Process) -> None:
        if process.healthy():
            one.state, one.ever_up = State.UP, True
            one.healthy_at = one.checked_at = time.monotonic()
            self._report(one, "up")
        elif time.monotonic() - process.started > one.part.start_limit_s:
            process.kill()
            self._back_off(one, f"not ready after {one.part.start_limit_s:.0f} s")

    def _keep_checking(self, one: Supervised, process: Process) -> None:
        now = time.monotonic()
        one.checked_at = now
        limit = one.part.run_limit_s
        if limit is not None and now - process.started > limit:
            process.kill()
            self._back_off(one, f"had not ended after {limit:.0f} s")
        elif process.healthy():
            one.healthy_at = now
            if now - process.started > FORGIVEN_AFTER_S:
                one.deaths = 0
        elif now - one.healthy_at > SICK_AFTER_S:
            process.kill()
            self._back_off(one, f"did not answer for {SICK_AFTER_S:.0f} s")

    def _ended(self, one: Supervised, process: Process, code: int) -> None:
        process.kill()  # what it started may still be there
        one.process = None
        if code == 0 and one.part.restart is Restart.ON_FAILURE:
            one.state, one.ever_up, one.ended_well = State.DONE, True, True
            self._report(one, "done")
            return
        # Workers of a dead TaskManager may have left its process group.
        end(marked_processes(self.home, self._living()), orderly_s=0)
        self._back_off(one, f"{_ending(code)}; last in its log: {tail(one.part.log, 1).strip()}")

    def _living(self) -> set[int]:
        return {one.process.pid for one in self.supervised.values() if one.process is not None}

    def _back_off(self, one: Supervised, why: str) -> None:
        wait = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2**one.deaths)
        one.deaths += 1
        one.restarts += 1
        one.trouble, one.trouble_ms = why, int(time.time() * 1000)
        one.process = None
        one.state = State.BACKING_OFF
        one.again_at = time.monotonic() + wait
        self._report(one, why)


def _ending(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
