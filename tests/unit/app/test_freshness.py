import pytest

from app import freshness, reach
from app.freshness import Health, State, judge
from app.reach import PartitionProgress, Reach
from pipeline.values.streams import AuditorState, PartitionAudit, SourceState

REAL = 1_000_000


def part(number: int, progress: int | None, moved: int = REAL) -> PartitionProgress:
    return PartitionProgress(number, 10, progress, moved)


def auditor(*parts: PartitionAudit, at: int = REAL) -> AuditorState:
    return AuditorState("orders", at, 777_000, parts)


def audited(
    partition: int, position: int, end: int, last_row: int, first: int = 0
) -> PartitionAudit:
    return PartitionAudit(partition, first, position, end, last_row, position, 0, {}, None)


def health(**changes: object) -> Health:
    values: dict[str, object] = {
        "as_of": 100_000,
        "now": 100_000,
        "speed": 1.0,
        "redis": True,
        "active": True,
        "read": True,
    }
    return Health(**{**values, **changes})  # type: ignore[arg-type]


def test_the_slowest_partition_decides() -> None:
    assert reach.as_of(Reach([part(0, 500), part(1, 300)]), REAL, None, REAL) == 300


def test_a_partition_idle_for_ten_seconds_holds_nobody_back() -> None:
    parts = [part(0, 500), part(1, 300, REAL - 10_000)]
    assert reach.as_of(Reach(parts), REAL, None, REAL) == 500
    parts = [part(0, 500), part(1, 300, REAL - 9_999)]
    assert reach.as_of(Reach(parts), REAL, None, REAL) == 300


def test_a_partition_with_messages_waiting_always_holds_the_others_back() -> None:
    parts = [part(0, 500), part(1, 300, REAL - 60_000)]
    assert reach.as_of(Reach(parts, frozenset({1})), REAL, None, REAL) == 300


def test_while_nothing_of_a_partition_is_counted_nobody_can_say_an_instant() -> None:
    said = Reach([part(0, 500)], frozenset({1}))
    assert reach.as_of(said, REAL, None, REAL) is None
    assert judge(health(as_of=None, pending=5), 60_000).name == "stale"


def test_what_waits_is_known_from_the_auditor_and_before_it_from_the_start() -> None:
    assert reach.unfinished(None, {0: 9, 1: 4}, {0: 9, 1: 3}) == {1}
    read_all = auditor(audited(0, 12, 12, 9))
    assert reach.unfinished(read_all, {0: 12}, {0: 9}) == frozenset()
    assert reach.unfinished(read_all, {0: 12}, {0: 8}) == {0}
    still_reading = auditor(audited(0, 9, 12, 9))
    assert reach.unfinished(still_reading, {}, {0: 9}) == {0}


def test_when_everything_is_idle_and_nobody_vouches_the_instant_stands_still() -> None:
    parts = [part(0, 500, REAL - 60_000), part(1, 300, REAL - 60_000)]
    assert reach.as_of(Reach(parts), REAL, 299, REAL) == 299
    assert reach.as_of(Reach(parts), REAL, None, REAL) is None


def test_the_instant_never_goes_back() -> None:
    assert reach.as_of(Reach([part(0, 300)]), REAL, 400, REAL) == 400


def test_an_instant_of_another_clock_is_forgotten_when_the_source_is_heard_of() -> None:
    told = 400 + 10 * 3_600_000
    assert reach.as_of(Reach([part(0, 300)]), REAL, told, 400) == 300
    assert reach.as_of(Reach([part(0, 300)], end=told), REAL, told, 400) == 300
    assert reach.as_of(Reach([part(0, 300)], end=390), REAL, told, 400) == 390


def test_rows_without_a_time_say_nothing_about_progress() -> None:
    assert reach.as_of(Reach([part(0, None), part(1, 300)]), REAL, None, REAL) == 300


def test_at_the_end_of_the_log_the_auditors_instant_counts() -> None:
    reached = reach.reached_end(auditor(audited(0, 9, 9, 9)), {0: 9}, REAL)
    assert reach.as_of(Reach([part(0, 300)], end=reached), REAL, 400, REAL) == 777_000


def test_a_tail_of_broken_messages_is_not_lag() -> None:
    state = auditor(audited(0, 12, 12, 9))
    assert reach.reached_end(state, {0: 9}, REAL) == 777_000
    assert reach.reached_end(state, {0: 8}, REAL) is None


def test_an_empty_partition_is_at_its_end() -> None:
    assert reach.reached_end(auditor(audited(0, 5, 5, 5, first=5)), {}, REAL) == 777_000


def test_an_auditor_behind_the_log_or_long_silent_vouches_for_nothing() -> None:
    assert reach.reached_end(auditor(audited(0, 8, 9, 8)), {0: 9}, REAL) is None
    late = auditor(audited(0, 9, 9, 9), at=REAL - 10_000)
    assert reach.reached_end(late, {0: 9}, REAL) is None
    assert reach.reached_end(None, {0: 9}, REAL) is None


@pytest.mark.parametrize(
    ("speed", "limit"), [(0.0, 60_000), (0.5, 60_000), (1.0, 60_000), (60.0, 3_600_000)]
)
def test_a_fast_clock_ages_its_numbers_as_fast(speed: float, limit: int) -> None:
    assert freshness.limit_ms(60, speed) == limit


def test_the_source_clock_is_a_line_through_real_time() -> None:
    source = SourceState("simulated", "demo", 1_000, 50_000, 60.0, 1_000)
    assert freshness.source_now(source, 3_000) == 170_000
    assert freshness.source_now(None, 3_000) == 3_000


def test_a_number_is_stale_only_beyond_its_limit() -> None:
    assert judge(health(now=160_000), 60_000).name == "live"
    state = judge(health(now=160_001), 60_000)
    assert (state.name, state.as_of, state.reason) == ("stale", 100_000, "late")


def test_the_likeliest_cause_of_lateness_is_named() -> None:
    late = {"now": 200_000}
    assert judge(health(**late, redis=False), 60_000).reason == "redis_unreachable"
    assert judge(health(**late, job_running=False), 60_000).reason == "job_down"
    assert judge(health(**late, job_running=True, pending=3), 60_000).reason == "catching_up"


def test_lost_data_degrades_but_never_hides_age() -> None:
    assert judge(health(lost=True), 60_000).reason == "data_lost"
    assert judge(health(lost=True, now=200_000), 60_000).name == "stale"


def test_before_the_first_value_the_state_says_why() -> None:
    assert judge(health(read=False, active=False), 60_000).reason == "no_generation"
    assert judge(health(read=False), 60_000) == State("loading", None, "reading")
    first = judge(health(read=False, redis=False, active=False), 60_000)
    assert (first.name, first.reason) == ("error", "redis_unreachable")


def test_with_a_value_a_dead_redis_is_no_error() -> None:
    assert judge(health(redis=False), 60_000).name == "live"


def test_an_empty_window_says_so_and_age_outweighs_it() -> None:
    empty = State("empty", 100_000, "no_orders")
    assert judge(health(), 60_000, empty) is empty
    assert judge(health(now=200_000), 60_000, empty).name == "stale"


def test_damage_is_told_when_nothing_graver_is() -> None:
    damage = State("degraded", 100_000, "rollup_gap", {"gap": 3})
    assert judge(health(), 60_000, damage=damage) is damage
    assert judge(health(fault="screen_fault"), 60_000, damage=damage).name == "error"


def test_the_worst_state_leads() -> None:
    states = [State("live"), State("degraded"), State("stale"), State("empty")]
    assert freshness.worst(states).name == "stale"
    assert freshness.worst([]).name == "live"
