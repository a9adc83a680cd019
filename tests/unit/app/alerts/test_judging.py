"""Alerts do not flap, are raised once, and survive a restart as they were."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.findings import Finding, findings
from app.alerts.judging import MINUTE_MS, UNJUDGED_MINUTES, Alert, Held, Judged, Moment, judge
from app.alerts.stretches import Today
from pipeline.rollup.comparing import ratio_to
from tests.unit.app.alerts.days import CATALOGUE, TODAY, base, rule, table

RULE = rule()
RULES = {RULE.name: RULE}
NOTHING = Held({}, {}, {})
EXPECTED = 20
FLOWS = st.lists(st.integers(0, 2 * EXPECTED), min_size=30, max_size=60)
OTHERS = {"shanghai": [2000] * 100}  # so that the whole is never what fell
THEN = base({"harbin": [EXPECTED] * 400, "shanghai": [2000] * 400})


def finding(out: bool = False, back: bool = False, **more: Any) -> Finding:
    return Finding(RULE, "harbin", out, back, **more)


def follow(flow: list[int], held: Held = NOTHING, first: int = 5) -> tuple[Held, list[Judged]]:
    """Judge a warehouse minute by minute."""
    today = Today(table({"harbin": flow, **OTHERS}, TODAY.start), TODAY, TODAY.start)
    metric = CATALOGUE.metrics["orders_per_minute"]
    steps = []
    for place in range(first, len(flow) + 1):
        found = findings(RULE, metric, today, THEN, TODAY.start + place)
        steps.append(judge(held, found, Moment(TODAY.start + place - 1), RULES))
        held = steps[-1].held
    return held, steps


@settings(deadline=None)  # a busy machine is no fault
@given(FLOWS)
def test_it_is_raised_only_under_the_edge_and_cleared_only_above_the_other(flow: list[int]) -> None:
    _, steps = follow(flow)
    for place, step in enumerate(steps, 5):
        level = ratio_to(sum(flow[place - 5 : place]), 5 * EXPECTED) or 0
        assert all(level < 600_000 for _ in step.raised)
        assert all(level >= 700_000 for _ in step.cleared)


@settings(deadline=None)  # a busy machine is no fault
@given(FLOWS)
def test_between_two_alerts_of_a_place_one_was_cleared(flow: list[int]) -> None:
    _, steps = follow(flow)
    told = [
        kind
        for step in steps
        for kind in ["clear"] * len(step.cleared) + ["raise"] * len(step.raised)
    ]

    assert told == (["raise", "clear"] * len(told))[: len(told)]


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(60, 70), FLOWS)
def test_between_the_edges_nothing_changes(percent: int, before: list[int]) -> None:
    held, _ = follow(before)
    calm = [EXPECTED * percent // 100] * 5
    if not 600_000 <= (ratio_to(sum(calm), 5 * EXPECTED) or 0) < 700_000:
        return
    flow = before + calm + calm
    _, steps = follow(flow, held, len(before) + 5)

    assert all(set(step.held.alerts) == set(steps[0].held.alerts) for step in steps)


@settings(deadline=None)  # a busy machine is no fault
@given(FLOWS)
def test_the_same_minutes_give_the_same_alerts(flow: list[int]) -> None:
    assert follow(flow)[1] == follow(flow)[1]


@settings(deadline=None)  # a busy machine is no fault
@given(FLOWS, st.integers(5, 30))
def test_who_reads_again_from_further_back_raises_and_clears_nothing_twice(
    flow: list[int], first: int
) -> None:
    held, _ = follow(flow)
    again, steps = follow(flow, held, min(first, len(flow)))

    assert {a.id for a in held.alerts.values()} <= {a.id for a in again.alerts.values()}
    assert not any(
        raised.id in {a.id for a in held.alerts.values()} for s in steps for raised in s.raised
    )


def raised(minute: int = 100) -> Alert:
    (alert,) = judge(NOTHING, [finding(out=True, value=1)], Moment(minute), RULES).raised
    return alert


def test_an_alert_is_of_its_minute_and_stands_at_its_end() -> None:
    alert = raised()

    assert (alert.id, alert.minute, alert.since) == ("low:harbin:100", 100, 101 * MINUTE_MS)


def test_what_was_acknowledged_stays_so_while_it_lasts() -> None:
    seen = raised().acknowledged(5, "operator")
    after = judge(Held({seen.place: seen}, {}, {}), [finding(out=True)], Moment(101), RULES)

    assert after.raised == ()
    assert after.held.alerts[seen.place] == seen


def test_without_findings_it_stays_for_an_hour_and_is_then_dropped() -> None:
    held = judge(NOTHING, [finding(out=True)], Moment(100), RULES).held
    still = judge(held, [], Moment(100 + UNJUDGED_MINUTES), RULES)
    gone = judge(still.held, [], Moment(101 + UNJUDGED_MINUTES), RULES)

    assert still.cleared == ()
    assert [cause for _, cause in gone.cleared] == ["unjudged"]


def test_an_alert_of_another_clock_or_of_no_rule_is_dropped() -> None:
    alert = raised()
    held = Held({alert.place: alert}, {}, {})
    before = Moment(40, now_ms=41 * MINUTE_MS)

    assert [c for _, c in judge(held, [], before, RULES).cleared] == ["other_clock"]
    assert [c for _, c in judge(held, [], Moment(101), {}).cleared] == ["no_rule"]
    assert judge(held, [], Moment(40, now_ms=101 * MINUTE_MS), RULES).cleared == ()


def test_a_check_must_be_good_for_its_minutes() -> None:
    check = rule(kind="rollup", dimension=None, metric=None, clear_minutes=2)
    rules = {check.name: check}
    held = judge(NOTHING, [Finding(check, None, True, False)], Moment(100), rules).held
    good = [Finding(check, None, False, True)]

    assert judge(held, good, Moment(101), rules).cleared == ()
    assert [c for _, c in judge(held, good, Moment(102), rules).cleared] == ["back"]
