"""The five stages of the way and their pulse: source, kafka, flink, redis, screen. Pure.

A stage says when it was heard of, not how long ago: an age changes though nothing happened.
Flink is heard of when it has made a checkpoint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.reach import AUDITOR_SILENT_MS, LAG_LIMIT
from app.settings import HEARTBEAT_LIMIT_MS
from pipeline.values.streams import AuditorState, JobState, SourceState

StageState = Literal["live", "stale", "error", "idle"]

HEARTBEAT_OLD_MS = 5_000  # sources write every second
JOB_SILENT_MS = 10_000  # `watch` writes every second
CHECKPOINT_OLD_MS = 60_000  # taken every 5 s


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of every part at one real instant (epoch ms)."""

    real_now: int
    source: SourceState | None
    auditor: AuditorState | None
    job: JobState | None
    pending: int | None
    redis_read_ms: int | None
    redis_ok: bool
    lost: bool
    tick_ms: int | None
    unreadable: str | None = None


def stages(pulse: Pulse) -> list[dict[str, object]]:
    """Return the frame's `stages`, in the order of the way."""
    return [_source(pulse), _kafka(pulse), _flink(pulse), _redis(pulse), _screen(pulse)]


def _stage(
    name: str,
    state: StageState,
    reason: str | None = None,
    *,
    heard_at: int | None = None,
    detail: str | None = None,
    **numbers: int | None,
) -> dict[str, object]:
    return {
        "id": name,
        "state": state,
        "heard_at": heard_at,
        "lag": numbers.get("lag"),
        "restarts": numbers.get("restarts"),
        "reason": reason,
        "detail": detail,
    }


def _source(pulse: Pulse) -> dict[str, object]:
    if pulse.source is None:
        return _stage("source", "idle", "no_source")
    heard_at = pulse.source.heartbeat_real_ms
    if pulse.real_now - heard_at > HEARTBEAT_OLD_MS:
        return _stage("source", "stale", "heartbeat_old", heard_at=heard_at)
    if pulse.source.speed == 0:
        return _stage("source", "idle", "paused", heard_at=heard_at)
    return _stage("source", "live", heard_at=heard_at)


def _kafka(pulse: Pulse) -> dict[str, object]:
    if pulse.auditor is None:
        return _stage("kafka", "idle", "auditor_silent")
    heard_at = pulse.auditor.measured_real_ms
    if pulse.real_now - heard_at > AUDITOR_SILENT_MS:
        return _stage("kafka", "stale", "auditor_silent", heard_at=heard_at, lag=pulse.pending)
    if (pulse.pending or 0) > LAG_LIMIT:
        return _stage("kafka", "stale", "lag", heard_at=heard_at, lag=pulse.pending)
    return _stage("kafka", "live", heard_at=heard_at, lag=pulse.pending)


def _flink(pulse: Pulse) -> dict[str, object]:
    job = pulse.job
    if job is None or job.job_id is None:
        return _stage("flink", "idle", "no_job")
    state, reason = _job_state(pulse.real_now, job)
    age = job.checkpoint_age_ms
    return _stage(
        "flink",
        state,
        reason,
        heard_at=None if age is None else job.measured_real_ms - age,
        restarts=job.restarts,
        detail=job.last_exception,
    )


def _job_state(real_now: int, job: JobState) -> tuple[StageState, str | None]:
    if real_now - job.measured_real_ms > JOB_SILENT_MS:
        return "stale", "job_silent"
    if job.status != "RUNNING":
        return "error", "not_running"
    if (job.checkpoint_age_ms or 0) > CHECKPOINT_OLD_MS:
        return "stale", "checkpoint_old"
    return "live", "restarted" if job.restarts else None


def _redis(pulse: Pulse) -> dict[str, object]:
    heard_at = pulse.redis_read_ms
    if not pulse.redis_ok:
        return _stage("redis", "error", "unreachable", heard_at=heard_at)
    if pulse.unreadable:
        return _stage("redis", "error", "unreadable", heard_at=heard_at, detail=pulse.unreadable)
    if pulse.lost:
        return _stage("redis", "stale", "data_lost", heard_at=heard_at)
    return _stage("redis", "live", heard_at=heard_at)


def _screen(pulse: Pulse) -> dict[str, object]:
    """This very tick is heard of; that the one before came late is worth saying."""
    before = pulse.tick_ms
    if before is not None and pulse.real_now - before > HEARTBEAT_LIMIT_MS:
        return _stage("screen", "stale", "tick_late", heard_at=before)
    return _stage("screen", "live", heard_at=pulse.real_now)


def heard_at(stages: Iterable[Mapping[str, object]]) -> str:
    """Return when each stage was heard of, as it travels beside the documents: `id=ms,...`."""
    return ",".join(f"{s['id']}={s['heard_at']}" for s in stages if s["heard_at"] is not None)
