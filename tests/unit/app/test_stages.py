from dataclasses import replace

import pytest

from app.stages import Pulse, heard_at, stages
from pipeline.values.streams import AuditorState, JobState, SourceState

NOW = 1_000_000
SOURCE = SourceState("simulated", "demo", 0, 0, 1.0, NOW - 500)
JOB = JobState(NOW - 900, "abc", "RUNNING", 0, None, 3_000)
ALIVE = Pulse(
    NOW, SOURCE, AuditorState("orders", NOW - 700, NOW, ()), JOB, 4, NOW, True, False, NOW
)


def stage(pulse: Pulse, name: str) -> dict[str, object]:
    return next(s for s in stages(pulse) if s["id"] == name)


def test_all_five_are_live_in_the_order_of_the_way() -> None:
    assert [(s["id"], s["state"]) for s in stages(ALIVE)] == [
        (name, "live") for name in ("source", "kafka", "flink", "redis", "screen")
    ]
    assert stage(ALIVE, "kafka")["lag"] == 4
    assert stage(ALIVE, "flink")["heard_at"] == NOW - 900 - 3_000


def test_what_is_heard_travels_as_one_text() -> None:
    text = heard_at(stages(replace(ALIVE, auditor=None)))
    assert text == f"source={NOW - 500},flink={NOW - 3_900},redis={NOW},screen={NOW}"


@pytest.mark.parametrize(
    ("name", "pulse", "state", "reason"),
    [
        ("source", replace(ALIVE, source=None), "idle", "no_source"),
        ("source", replace(ALIVE, real_now=NOW + 6_000), "stale", "heartbeat_old"),
        ("source", replace(ALIVE, source=replace(SOURCE, speed=0.0)), "idle", "paused"),
        ("kafka", replace(ALIVE, auditor=None), "idle", "auditor_silent"),
        ("kafka", replace(ALIVE, real_now=NOW + 11_000), "stale", "auditor_silent"),
        ("kafka", replace(ALIVE, pending=5_001), "stale", "lag"),
        ("flink", replace(ALIVE, job=None), "idle", "no_job"),
        ("flink", replace(ALIVE, job=replace(JOB, status="RESTARTING")), "error", "not_running"),
        ("flink", replace(ALIVE, job=replace(JOB, restarts=2)), "live", "restarted"),
        ("flink", replace(ALIVE, real_now=NOW + 11_000), "stale", "job_silent"),
        (
            "flink",
            replace(ALIVE, job=replace(JOB, checkpoint_age_ms=60_001)),
            "stale",
            "checkpoint_old",
        ),
        ("redis", replace(ALIVE, redis_ok=False), "error", "unreachable"),
        ("redis", replace(ALIVE, unreadable="boom"), "error", "unreadable"),
        ("redis", replace(ALIVE, lost=True), "stale", "data_lost"),
        ("screen", replace(ALIVE, tick_ms=NOW - 3_001), "stale", "tick_late"),
    ],
)
def test_a_fault_shows_at_its_own_stage(name: str, pulse: Pulse, state: str, reason: str) -> None:
    found = stage(pulse, name)
    assert (found["state"], found["reason"]) == (state, reason)


def test_the_last_exception_is_told() -> None:
    failed = replace(ALIVE, job=replace(JOB, restarts=1, last_exception="boom"))
    assert stage(failed, "flink")["detail"] == "boom"
