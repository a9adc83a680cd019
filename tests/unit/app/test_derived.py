from typing import Any

from app import derived


def flow(*values: int) -> dict[str, Any]:
    return {"start": 1000, "values": list(values)}


def test_a_pace_is_the_last_minutes_against_as_many_before() -> None:
    assert derived.pace(flow(1, *[10] * 2, *[30] * 2), 2) == {
        "minutes": 2,
        "end": 1005,
        "value": 60,
        "before": 20,
        "change": 2_000_000,
    }


def test_a_falling_pace_is_negative_and_rounded_half_away() -> None:
    found = derived.pace(flow(3, 2), 1)
    assert found is not None
    assert found["change"] == -333_333


def test_what_cannot_be_compared_has_no_change() -> None:
    short = derived.pace(flow(5, 5, 5), 2)
    idle = derived.pace(flow(0, 0, 5, 5), 2)
    assert short is not None
    assert idle is not None
    assert (short["before"], short["change"]) == (None, None)
    assert (idle["before"], idle["change"]) == (0, None)
    assert derived.pace(flow(5), 2) is None


def test_the_chart_says_its_last_minute_and_the_sum_with_its_mean() -> None:
    roles = {"flow": flow(10, 15), "orders": flow(1, 2)}
    assert derived.tile_values("flow", roles) == {
        "minute": {"minute": 1001, "value": 15, "orders": 2},
        "sum": {"end": 1002, "value": 25, "average": 13},
        "stretches": {"start": 1000, "step": 60, "values": [], "sums": []},
    }
    assert derived.tile_values("flow", {"flow": flow(), "orders": flow()})["sum"] is None


def test_the_charts_table_has_whole_hours_and_days_where_there_are_many() -> None:
    hours = derived.stretches([1] * 150, 1000, 150)
    assert hours == {"start": 1000, "step": 60, "values": [60, 60], "sums": [60, 120]}
    days = derived.stretches([1] * 4320, 0, 4320)
    assert (days["step"], days["values"]) == (1440, [1440] * 3)


def test_shares_are_of_the_whole_and_not_of_nothing() -> None:
    rows = [{"key": "a", "value": 1}, {"key": "b", "value": 7}]
    assert derived.shares({"rows": rows, "total": 8}) == {"a": 125_000, "b": 875_000}
    assert derived.shares({"rows": rows[:1], "total": 0}) == {"a": None}


def test_a_step_is_summed_over_its_keys() -> None:
    share = {"rows": [], "total": 0}
    volume = {"start": 100, "step": 10, "complete": 2, "values": {"F": [1, 2], "M": [3, 4]}}
    roles = {"share": share, "volume": volume}
    assert derived.tile_values("gender", roles)["step"] == {"start": 110, "value": 6}
    nothing = {**volume, "complete": 0, "values": {"F": []}}
    assert derived.tile_values("gender", {"share": share, "volume": nothing})["step"] is None


def test_other_tiles_show_metrics_only() -> None:
    assert derived.tile_values("orders", {}) == {}
