"""What is wrong in each state's frame, and what the wall's judges are told of it."""

from dataclasses import dataclass
from typing import Literal

from app.accounting import Tally
from app.frame import Judged
from app.freshness import Health
from app.stages import Pulse
from pipeline.values.streams import (
    Active,
    AuditorState,
    JobState,
    LinkGeneration,
    PartitionAudit,
    SourceState,
)

LATE_MS = 1_032_000
LAG = 1_920_000
REJECTED = {"unparseable": 512, "too_late": 180, "conflict": 49}
COUNTED, DUPLICATE, CONSUMED = 1_227_330, 12_110, 1_240_181
TOPIC = "orders.gallery"
STREAM = LinkGeneration("A", 3)


@dataclass(frozen=True)
class Trouble:
    """What differs from a day on which everything works.

    `as_of` and `late`: epoch ms and ms. `history`: why no baseline is there, and its state.
    """

    as_of: int | None = None
    late: int = 0
    lag: int = 0
    job: str | None = "RUNNING"
    read: bool = True
    heard: bool = True
    sold: bool = True
    lost: bool = False
    proven: bool = True
    history: tuple[str, Literal["loading", "unreachable"]] | None = None


STATES = {
    "loading": Trouble(job=None, read=False, heard=False, sold=False),
    "empty": Trouble(sold=False),
    "live": Trouble(),
    "stale": Trouble(late=LATE_MS, lag=LAG),
    "degraded": Trouble(proven=False, history=("history_unreachable", "unreachable")),
    "lost": Trouble(lost=True),
    "error": Trouble(job="FAILED", lag=LAG),
}


def judged(said: Trouble, real_now: int) -> Judged:
    """Return what a turn of the poller would have found; the machine's clock stands still."""
    now = (said.as_of or real_now) + said.late
    auditor = heard_of(said, now, real_now) if said.heard else None
    job = None if said.job is None else JobState(real_now, "1", said.job, 0, None, 4_100)
    source = SourceState("simulated", "gallery", real_now, now, 1.0, real_now - 300, 1111)
    heard = source if said.heard else None
    health = Health(
        as_of=said.as_of,
        now=now,
        speed=1.0,
        redis=True,
        active=False,
        read=said.read,
        lost=said.lost,
        job_running=said.job == "RUNNING",
        pending=said.lag,
    )
    pulse = Pulse(
        real_now=real_now,
        source=heard,
        auditor=auditor,
        job=job,
        pending=said.lag,
        redis_read_ms=real_now - 200,
        redis_ok=True,
        lost=said.lost,
        tick_ms=real_now - 1_000,
    )
    tallies = (tally(said),) if said.heard else ()
    active = Active(STREAM, 1) if said.read else None
    return Judged(active, heard, auditor, tallies, agree(said), health, pulse)


def agree(said: Trouble) -> bool | None:
    return True if said.sold and not said.lag else None


def tally(said: Trouble) -> Tally:
    if not said.sold:
        return Tally(0, 0, 0, 0, 0, {}, 0)
    return Tally(0, 0, CONSUMED, COUNTED, DUPLICATE, REJECTED, said.lag)


def heard_of(said: Trouble, now: int, real_now: int) -> AuditorState:
    end = CONSUMED + said.lag if said.sold else 0
    mine = tally(said)
    audit = PartitionAudit(
        0, 0, mine.position, end, end, mine.counted, mine.duplicate, dict(mine.rejected), now
    )
    return AuditorState(TOPIC, real_now - 800, now, (audit,))
