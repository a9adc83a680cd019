"""The comparisons of a frame as the tiles draw them."""

from typing import Any

import pytest

from app import ids
from app.ids import Choice
from app.presenter import present
from app.published import encode
from app.screen import load_screen
from tests.unit.app import sample_comparisons, sample_frames
from tests.unit.app.sample_catalogue import catalogue
from tests.unit.app.test_presenter import text, walk

SCREEN = load_screen(catalogue())
ENGLISH = Choice("28H", "en", "dark")
MONTH = Choice("28H", "en", "dark", "mom")
REASONS = [
    ("loading", "reading", "reading history"),
    ("missing", "no_history", "no data of 18 Jun 2026"),
    ("missing", "no_promotion_before", "no promotion before"),
    ("missing", "no_such_date", "no such date"),
    ("unreachable", "history_unreachable", "history unreachable"),
    ("unreachable", "history_slow", "history too slow"),
]


def draw(frame: dict[str, Any], choice: Choice = ENGLISH) -> dict[str, Any]:
    drawn = present(SCREEN, frame, choice)
    encode(drawn)
    return drawn


def without(yoy: dict[str, Any] | None = None, mom: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a sample frame in which one or both comparisons are another."""
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        window["comparisons"] |= {"yoy": yoy} if yoy else {}
        window["comparisons"] |= {"mom": mom} if mom else {}
    return frame


def said(frame: dict[str, Any], kind: str = "yoy") -> dict[str, Any]:
    found: dict[str, Any] = frame["windows"]["28H"]["comparisons"][kind]
    return found


def values(node: Any) -> list[int]:
    props = [c.to_plotly_json()["props"] for c in walk(node)]
    return [int(p["data-value"]) for p in props if "data-value" in p]


def titles(figure: dict[str, Any]) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def test_the_hero_stands_against_both_baselines_each_with_its_own_end() -> None:
    frame = sample_frames.frame()
    deltas = draw(frame)["hero-deltas"]["children"]
    yoy, mom = (said(frame, kind)["metrics"]["gross_sales"] for kind in ("yoy", "mom"))
    expected = [yoy["change"], yoy["value"], mom["change"], mom["value"]]
    assert values(deltas) == expected
    assert "by 16:48, 11 Nov 2025" in text(deltas)
    assert "by 16:48, 18 Jun 2026" in text(deltas)
    chinese = text(draw(frame, Choice("28H", "zh", "dark"))["hero-deltas"]["children"])
    assert "（2025-11-11 16:48）" in chinese


def test_a_window_that_ends_at_midnight_is_compared_by_24_of_the_day_it_closes() -> None:
    drawn = draw(sample_frames.frame(), Choice("4H", "en", "dark"))
    assert "by 24:00, 10 Nov 2025" in text(drawn["hero-deltas"]["children"])


@pytest.mark.parametrize(("state", "reason", "words"), REASONS)
def test_a_missing_baseline_is_a_dash_with_its_reason_and_no_curve(
    state: str, reason: str, words: str
) -> None:
    gone = sample_comparisons.without("mom", state, reason, date="2026-06-18")
    drawn = draw(without(mom=gone), MONTH)
    assert f"—MoM: {words}" in text(drawn["hero-deltas"]["children"])
    figure = drawn[ids.FLOW_FIGURE]["figure"]
    assert not [trace for trace in figure["data"] if trace.get("fill")]
    kpi = text(drawn[ids.KPIS]["children"][0])
    assert kpi.count("—") == 1
    assert "share" in text(drawn["regions-note"]["children"])
    assert "YoY" in text(drawn["hero-deltas"]["children"])  # the other one is still there


def test_history_that_is_away_degrades_the_tiles_and_not_the_numbers() -> None:
    gone = sample_comparisons.without("yoy", "unreachable", "history_unreachable")
    drawn = draw(without(gone))
    for tile in (ids.HERO, ids.FLOW, ids.CATEGORIES, ids.REGIONS):
        assert drawn[tile]["data-state"] == "degraded"
        assert text(drawn[f"{tile}-chip"]["children"]) == "History unreachable"
    for tile in (ids.BRANDS, ids.BUYERS, ids.GENDER):  # they compare nothing
        assert drawn[tile]["data-state"] == "live"
    assert drawn["hero-body"]["children"].to_plotly_json()["props"]["data-value"]


def test_what_was_read_before_history_went_away_is_still_compared() -> None:
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        window["comparisons"]["yoy"]["reason"] = "history_unreachable"
    drawn = draw(frame)
    assert drawn[ids.HERO]["data-state"] == "degraded"
    assert len(values(drawn["hero-deltas"]["children"])) == 4


def test_a_shop_without_history_sees_the_pace_of_the_last_minutes_instead() -> None:
    gone = {k: sample_comparisons.without(k, "missing", "no_clickhouse") for k in ("yoy", "mom")}
    frame = without(gone["yoy"], gone["mom"])
    drawn = draw(frame)
    paces = frame["windows"]["28H"]["tiles"]["hero"]["values"]["paces"]
    assert values(drawn["hero-deltas"]["children"])[0] == paces[0]["value"]
    assert drawn[ids.HERO]["data-state"] == "live"
    assert "—" not in text(drawn[ids.KPIS]["children"])


def test_a_rate_changes_by_points_and_where_less_is_better_no_colour_judges() -> None:
    frame = sample_frames.frame()
    refunds = draw(frame)[ids.KPIS]["children"][4]
    found = said(frame)["metrics"]["refund_rate"]
    assert found["difference"] in values(refunds)
    assert "0.31 pp" in text(refunds)
    metric = SCREEN.metric("refunds", "total")
    names = [str(getattr(c, "className", "")) for c in walk(refunds)]
    judged = any("delta up" in name or "delta down" in name for name in names)
    assert judged == (metric.better == "up")


def test_this_minute_is_told_against_what_is_expected_of_it() -> None:
    frame = sample_frames.frame()
    minute, ahead = draw(frame)["flow-readouts"]["children"]
    expected = said(frame)["minute"]
    assert values(minute)[:2] == [expected["value"], expected["ratio"]]
    assert "in band 0.6–1.6" in text(minute)
    assert text(ahead).startswith("Ahead of 11.11 2025+¥")
    lead = said(frame)["lead"]
    found = said(frame)["metrics"]["gross_sales"]["difference"]
    assert values(ahead) == [found, lead["minutes"]]


@pytest.mark.parametrize(("part", "words"), [(2, "above 0.6–1.6"), (0.4, "below 0.6–1.6")])
def test_an_unusual_minute_says_on_which_side(part: float, words: str) -> None:
    frame = sample_frames.frame()
    minute = said(frame)["minute"]
    minute |= {"expected": int(minute["value"] / part), "in_band": False}
    minute["ratio"] = int(part * 1_000_000)
    assert words in text(draw(frame)["flow-readouts"]["children"][0])


def test_the_lead_is_a_line_to_where_the_baseline_gets_there() -> None:
    frame = sample_frames.frame()
    lead = said(frame)["lead"]
    figure = draw(frame)[ids.FLOW_FIGURE]["figure"]
    line = next(s for s in figure["layout"]["shapes"] if s.get("yref") == "y2")
    assert line["x1"] - line["x0"] == lead["minutes"]
    assert line["x0"] == max(figure["data"][-1]["x"])
    hours, minutes = divmod(lead["minutes"], 60)
    assert any(f"{hours} h {minutes} min ahead" in name for name in titles(figure))


def test_past_all_of_the_baseline_there_is_no_line_but_a_word() -> None:
    frame = sample_frames.frame()
    gone = {"minutes": None, "direction": "ahead", "reaches": None, "beyond": True}
    said(frame)["lead"] = gone
    drawn = draw(frame)
    shapes = drawn[ids.FLOW_FIGURE]["figure"]["layout"]["shapes"]
    assert not [s for s in shapes if s.get("yref") == "y2"]
    assert "more than all of it" in text(drawn["flow-readouts"]["children"])


def test_categories_have_a_tick_where_they_are_expected_and_how_many_times_it() -> None:
    frame = sample_frames.frame()
    drawn = draw(frame)["categories-body"]["children"]
    rows = [c for c in walk(drawn) if getattr(c, "className", "") == "row"]
    for row in rows:
        found = said(frame)["categories"][row.to_plotly_json()["props"]["data-id"]]
        assert values(row)[-1] == found["ratio"]
        assert any(type(c).__name__ == "U" for c in walk(row))
    assert "1.22×" in text(drawn)


def test_expectations_of_another_minute_are_not_drawn_on_this_one() -> None:
    frame = sample_frames.frame()
    said(frame)["minute"]["minute"] -= 5
    assert "×" not in text(draw(frame)["categories-body"]["children"])


def test_regions_show_their_change_and_keep_their_share_on_hover() -> None:
    frame = sample_frames.frame()
    drawn = draw(frame)["regions-body"]["children"]
    rows = [c for c in walk(drawn) if getattr(c, "className", "") == "row"]
    for row in rows:
        found = said(frame)["regions"][row.to_plotly_json()["props"]["data-id"]]
        assert values(row)[-1] == found["change"]
    assert any("share 31.8%" in str(getattr(c, "title", "")) for c in walk(rows[0]))


def test_the_switch_takes_the_other_baseline_everywhere() -> None:
    frame = sample_frames.frame()
    drawn = draw(frame, MONTH)
    assert "6.18 2026" in text(drawn["flow-note"]["children"])
    assert said(frame, "mom")["metrics"]["orders"]["change"] in values(drawn[ids.KPIS]["children"])
    figure = drawn[ids.FLOW_FIGURE]["figure"]
    dotted = next(t for t in figure["data"] if t["line"].get("dash") == "dot")
    assert dotted["y"][-1] == sum(said(frame, "yoy")["flow"]["values"])


def test_two_dates_against_each_other_are_drawn_like_any_baseline() -> None:
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        window["comparisons"] = {"versus": {**window["comparisons"]["yoy"], "kind": "versus"}}
    drawn = draw(frame)
    assert "11.11 2025 ¥" in text(drawn["hero-deltas"]["children"])
    assert drawn[ids.FLOW_FIGURE]["figure"]["layout"]["shapes"]


def test_the_chart_says_why_it_has_no_baseline() -> None:
    away: dict[str, Any] = {"kind": "yoy", "state": "missing", "reason": "no_history"}
    away |= {"params": {}, "name": None}
    frame = without(yoy={**away, "date": "2025-11-11"})
    assert draw(frame)["flow-note"]["children"] == "YoY: no data of 11 Nov 2025"
    none = {**away, "reason": "no_clickhouse", "date": None}
    frame = without(yoy=none, mom={**none, "kind": "mom"})
    assert draw(frame)["flow-note"]["children"] == "no history set up: no YoY, no MoM"


def test_before_the_first_complete_minute_nothing_is_called_zero() -> None:
    frame = sample_frames.frame()
    said(frame)["elapsed"] = 0
    said(frame)["metrics"]["gross_sales"] |= {"own": 0, "value": 0, "change": None}
    assert "no complete minute yet" in text(draw(frame)["hero-deltas"]["children"])


def test_a_baseline_that_is_no_date_goes_by_the_day_it_begins() -> None:
    frame = sample_frames.frame()
    range_of_days = {**said(frame), "name": None, "date": None}
    shown = draw(without(yoy=range_of_days))
    assert text(shown["flow-note"]["children"]).endswith("10 Nov 2025")
