"""How far each number can be believed: its age, and the state of a tile.

Everything is judged by event time on the source's clock, never by when a query ran. All instants
are epoch ms UTC; "real" ones are the machine's clock, the others the source's. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.values.streams import SourceState

StateName = Literal["loading", "empty", "live", "stale", "degraded", "error"]

SEVERITY: tuple[StateName, ...] = ("live", "empty", "loading", "degraded", "stale", "error")


@dataclass(frozen=True, slots=True)
class State:
    """The state of a tile, a window or the frame; `reason` is a code whose words are elsewhere."""

    name: StateName
    as_of: int | None = None
    reason: str | None = None
    params: Mapping[str, int | str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "as_of": self.as_of,
            "reason": self.reason,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Health:
    """What a judgement needs besides the numbers.

    `lost`: Redis lost data and the rebuild has not arrived. `pending`: offsets the job has not
    reached, None when nobody says. `fault`: a code when making the value itself failed.
    """

    as_of: int | None
    now: int
    speed: float
    redis: bool
    active: bool
    read: bool
    lost: bool = False
    job_running: bool | None = None
    pending: int | None = None
    fault: str | None = None


def limit_ms(freshness_s: int, speed: float) -> int:
    """Return the age from which a metric is stale; a fast clock ages its numbers as fast."""
    return int(freshness_s * 1000 * max(1.0, speed))


def source_now(source: SourceState | None, real_now: int) -> int:
    """Return the source's instant; without a source the real one."""
    if source is None:
        return real_now
    return source.anchor_ms + int((real_now - source.anchor_real_ms) * source.speed)


def judge(
    health: Health, limit: int, empty: State | None = None, damage: State | None = None
) -> State:
    """Judge one tile.

    `limit` is its age limit (ms of the source's clock); `empty` says why there is nothing to
    show, `damage` what is wrong with the numbers. Age outweighs damage: a number that is both
    late and partial must first be seen as late.
    """
    if health.fault:
        return State("error", health.as_of, health.fault)
    if not health.read:
        if not health.redis:
            return State("error", None, "redis_unreachable")
        return State("loading", None, "reading" if health.active else "no_generation")
    if health.as_of is None and empty is None:
        return State("stale", None, _lateness(health))  # numbers of which nobody knows the age
    if health.as_of is not None and health.now - health.as_of > limit:
        return State("stale", health.as_of, _lateness(health))
    if health.lost:
        return State("degraded", health.as_of, "data_lost")
    if empty is not None:
        return empty
    if damage is not None:
        return damage
    return State("live", health.as_of)


def _lateness(health: Health) -> str:
    """Name the likeliest cause, nearest part of the way first."""
    if not health.redis:
        return "redis_unreachable"
    if health.job_running is False:
        return "job_down"
    return "catching_up" if health.pending else "late"


def worst(states: Sequence[State]) -> State:
    """Return the gravest state; `live` when there is none."""
    return max(states, key=lambda s: SEVERITY.index(s.name), default=State("live"))
