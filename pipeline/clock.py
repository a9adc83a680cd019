"""Clocks: everything that asks for "now" gets one handed in.

Instants are epoch milliseconds UTC (int). The wall can follow a simulated or replayed clock,
which is a straight line through real time: an anchor and a speed.
"""

import time
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """Tells the time of one run."""

    def now_ms(self) -> int:
        """Return the instant, epoch ms UTC."""


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class ScaledClock:
    """A line through real time: at `anchor_ms` when the real clock was at `anchor_real_ms`.

    It runs `speed` times as fast; a speed of 0 is a paused clock.
    """

    anchor_real_ms: int
    anchor_ms: int
    speed: float
    real: Clock = field(default_factory=SystemClock)

    def now_ms(self) -> int:
        return self.at_real(self.real.now_ms())

    def at_real(self, real_ms: int) -> int:
        """Return this clock's instant at a real instant; both epoch ms UTC."""
        return self.anchor_ms + int((real_ms - self.anchor_real_ms) * self.speed)


@dataclass
class ManualClock:
    """A clock for tests: it moves when told to."""

    ms: int

    def now_ms(self) -> int:
        return self.ms

    def advance(self, ms: int) -> None:
        self.ms += ms
