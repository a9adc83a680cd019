"""What stands around the tiles in history (docs/design.md §12)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app import ids
from app.ids import Choice
from app.layout import layout
from app.presenter import present
from app.presenter.flow_step import coarser
from app.published import encode
from app.screen import load_screen
from components.flow_models import Burst, Flow
from pipeline.catalogue.load import load_catalogue
from tests.unit.app import sample_frames, sample_past
from tests.unit.app.sample_catalogue import catalogue
from tests.unit.app.test_presenter import text, walk

SCREEN = load_screen(replace(catalogue(), measures=load_catalogue().measures))
ENGLISH = Choice("28H", "en", "light")


def draw(choice: Choice = ENGLISH, **said: Any) -> dict[str, Any]:
    return present(SCREEN, sample_past.frame(**said), choice)


def props(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def named(drawn: dict[str, Any], place: str, attribute: str) -> list[dict[str, Any]]:
    """Return the props of all elements of a place that carry an attribute."""
    return [props(c) for c in walk(drawn[place]["children"]) if attribute in props(c)]


def leading(drawn: dict[str, Any], place: str = ids.TOOLBAR) -> dict[str, Any]:
    """Return words or title of every button -> where it leads."""
    found = named(drawn, place, "data-go")
    return {text(b["children"]) or b["title"]: json.loads(b["data-go"]) for b in found}


def days(drawn: dict[str, Any]) -> dict[str, str]:
    """Return date -> class of the days that can be pressed."""
    return {b["data-date"]: b["className"] for b in named(drawn, ids.CALENDAR, "data-date")}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("window", ["4H", "24H", "28H"])
def test_history_draws_and_everything_drawn_has_its_place(
    window: str, theme: str, lang: str
) -> None:
    drawn = draw(Choice(window, lang, theme))
    placed = {c.id for c in walk(layout(SCREEN, ENGLISH)) if getattr(c, "id", None)}
    encode(drawn)
    assert set(drawn) - placed == set()


def test_the_page_says_which_of_the_two_it_is() -> None:
    assert draw()[ids.WALL]["data-mode"] == "history"
    assert present(SCREEN, sample_frames.frame(), ENGLISH)[ids.WALL]["data-mode"] == "live"


def test_the_header_says_not_live_and_how_final() -> None:
    drawn = draw()
    assert text(drawn[ids.MARK]["children"]).startswith("History, not live")
    assert text(drawn[ids.TITLE]["children"]) == "11.11 Sales, history"
    assert text(drawn[ids.PAST_DATE]["children"]) == "Wed 11 Nov 2026"
    assert text(drawn[ids.PAST_DATA]["children"]) == "Finalrecounted 13 Nov"


def test_a_recalculated_day_is_marked_and_an_open_one_says_how_far() -> None:
    again = draw(cause="recalculate")
    assert text(again[ids.PAST_DATA]["children"]).startswith("Recalculated")
    assert "Recalculated" in text(again[ids.ALERTS]["children"])
    running = draw(final=False, recounted_at=None, until=sample_frames.OPENING + 1248)
    assert text(running[ids.PAST_DATA]["children"]) == "Not finalarchive up to 16:48, 11 Nov"


def test_simulated_orders_stay_marked_in_history() -> None:
    assert "simulated orders" in text(draw()[ids.MARK]["children"])


def test_the_neighbours_are_the_next_days_with_data() -> None:
    to = leading(draw(ask={"date": "2026-03-17"}))
    assert to["Day with data before"] == {"date": "2026-03-14"}
    assert to["Next day with data"] == {"date": "2026-03-18"}
    assert "Next day with data" not in leading(draw())  # the last one there is


def test_the_calendar_lets_days_with_data_be_chosen_and_no_hole() -> None:
    known = days(draw())
    assert "2026-03-14" in known
    assert "2026-03-15" not in known
    assert "2025-10-10" not in known
    assert known["2026-11-11"] == "day data promo on"
    marks = [props(c).get("className", "") for c in walk(draw()[ids.CALENDAR]["children"])]
    assert sum("day hole" in str(mark) for mark in marks) == 3  # 15 and 16 March, and the legend


def test_the_calendar_opens_with_the_month_of_the_day() -> None:
    months = named(draw(ask={"date": "2026-03-17"}), ids.CALENDAR, "data-month")
    assert [m["data-month"] for m in months if m["className"] == "month"] == ["2026-03"]
    assert months[0]["data-month"] == "2025-10"
    assert months[-1]["data-month"] == "2026-11"


def test_a_day_without_data_names_the_nearest() -> None:
    frame = sample_past.frame(final=False, recounted_at=None, ask={"date": "2026-03-15"})
    near = {"before": "2026-03-14", "after": "2026-03-17"}
    for tile in frame["windows"]["28H"]["tiles"].values():
        tile["state"] = {**sample_frames.state("empty", "no_history"), "params": near}
    said = text(present(SCREEN, frame, ENGLISH)["hero-message"]["children"])
    assert "nearest: Sat 14 Mar 2026 / Tue 17 Mar 2026" in said


def test_the_window_of_a_special_day_has_a_button_of_history_alone() -> None:
    said = draw()[ids.SPECIAL_SWITCH]
    assert (said["children"], "20:00" in said["title"]) == ("S24H", True)
    everything = walk(layout(SCREEN, ENGLISH))
    button = next(n for n in everything if getattr(n, "id", "") == ids.SPECIAL_SWITCH)
    assert props(button)["className"] == "past"
    assert props(button)["data-choice-window"] == ids.SPECIAL


def test_the_clock_of_the_wall_is_not_drawn_into_its_past() -> None:
    whole = draw()["flow-figure"]["figure"]
    assert not [note for note in whole["layout"]["annotations"] if note.get("bgcolor")]
    frame = sample_past.frame()
    until = frame["windows"]["28H"]["start"] + 300
    frame["history"]["until"] = until
    cut = present(SCREEN, frame, ENGLISH)["flow-figure"]["figure"]
    pills = [note["text"] for note in cut["layout"]["annotations"] if note.get("bgcolor")]
    assert pills == ["<b>01:00</b>"]


def test_hours_of_units_are_called_hours() -> None:
    frame = sample_past.frame(ask={"step": "60"})
    frame["windows"]["28H"]["metrics"]["gender_volume"]["step"] = 60
    assert "Units, 1 h" in text(present(SCREEN, frame, ENGLISH)["gender-share"]["children"])
    assert "Units, 10 min" in text(draw()["gender-share"]["children"])


def test_promotions_lead_to_their_day_and_a_live_one_back_to_the_wall() -> None:
    drawn = draw()
    assert leading(drawn)["6.18 2026"] == {"date": "2026-06-18"}
    back = [b for b in named(drawn, ids.TOOLBAR, "data-act") if b["data-act"] == "back"]
    assert [text(b["children"]) for b in back] == ["12.12 2026, live"]
    pressed = [b for b in named(drawn, ids.TOOLBAR, "aria-pressed") if b["aria-pressed"] == "true"]
    assert [text(b["children"]) for b in pressed] == ["11.11 2026", "1 min"]


def test_a_drill_leaves_crumbs_that_take_themselves_away() -> None:
    filtered = [
        {"dimension": "region", "key": "east", "name": {"zh": "华东", "en": "East"}},
        {"dimension": "category", "key": "beauty", "name": {"zh": "美妆", "en": "Beauty"}},
    ]
    drawn = draw(ask={"drill": ["region:east", "category:beauty"]}, filter=filtered)
    to = leading(drawn, ids.CRUMBS)
    assert to == {
        "All": {"drill": None},
        "East×": {"drill": ["category:beauty"]},
        "Beauty×": {"drill": ["region:east"]},
    }
    assert "recounted from events" in text(drawn[ids.CRUMBS]["children"])
    assert draw()[ids.CRUMBS]["children"] == []


def test_a_link_whose_day_was_recounted_says_both_values() -> None:
    line = text(
        draw(since_link={"generation": 7, "value": 100_001, "now": 100_101})[ids.ALERTS]["children"]
    )
    assert "Recounted since your link: ¥1,000.01 → now ¥1,001.01" in line


def test_live_and_recount_agree_or_the_difference_is_said() -> None:
    assert "Live and recount agree" in text(draw()[ids.ALERTS]["children"])
    line = text(draw(live_difference={"paid_amount": -250, "orders": 0})[ids.ALERTS]["children"])
    assert "differ by −¥2.50" in line
    assert "No live numbers" in text(draw(live_difference=None)[ids.ALERTS]["children"])


def test_the_cursor_reads_out_the_charts_own_points() -> None:
    data = draw()[ids.CURSOR]["data"]
    window = sample_past.frame()["windows"]["28H"]
    own = window["metrics"]["sales_per_minute"]["values"]
    base = window["comparisons"]["yoy"]["flow"]["values"]
    assert data["values"]["own"] == own
    assert data["values"]["base"] == base[: len(own)]
    assert data["values"]["sum"][-1] == sum(own)
    assert data["values"]["base_sum"][-1] == sum(base[: len(own)])
    assert data["times"][0] == "20:00"
    assert data["times"][-1] == "16:47"
    assert {len(column) for column in data["texts"].values()} == {len(own)}


def test_without_a_baseline_the_cursor_says_the_own_side_only() -> None:
    frame = sample_past.frame()
    for window in frame["windows"].values():
        for compared in window["comparisons"].values():
            compared["state"], compared["reason"] = "missing", "no_history"
            compared["params"] = {"date": "2025-11-11"}
    drawn = present(SCREEN, frame, ENGLISH)
    assert set(drawn[ids.CURSOR]["data"]["values"]) == {"own", "sum"}
    assert "no data of 11 Nov 2025" in text(drawn[ids.CHANGES_PANEL]["children"])


def test_paper_and_pictures_carry_as_of_and_filter() -> None:
    filtered = [{"dimension": "region", "key": "east", "name": {"zh": "华东", "en": "East"}}]
    line = text(draw(ask={"drill": ["region:east"]}, filter=filtered)[ids.STAMP]["children"])
    assert line.startswith("As of 12 Nov 00:00, recount 41 · Filter East")


def test_history_out_of_reach_is_drawn_too() -> None:
    frame = sample_past.frame(origin=None, final=False, recounted_at=None, generation=0)
    frame["windows"]["28H"]["state"] = sample_frames.state("error", "redis_unreachable")
    frame["history"]["days"] = {"first": None, "last": None, "closed": []}
    frame["history"]["promotions"] = []
    drawn = present(SCREEN, frame, ENGLISH)
    encode(drawn)
    assert "out of reach" in text(drawn[ids.PIPELINE]["children"])


def test_the_live_wall_has_a_door_to_the_last_day_with_data() -> None:
    door = present(SCREEN, sample_frames.frame(), ENGLISH)[ids.OPEN_HISTORY]
    assert json.loads(door["data-go"]) == {"date": "last"}


def hourly() -> dict[str, Any]:
    """Return a frame whose flow comes in hours, as `step=60` asks for."""
    frame = sample_past.frame(ask={"step": "60"})
    for window in frame["windows"].values():
        flow = window["metrics"]["sales_per_minute"]
        minutes = flow["values"]
        hours = [sum(minutes[i : i + 60]) for i in range(0, len(minutes) - 59, 60)]
        flow |= {"values": hours, "step": 60, "complete": len(hours), "running": None}
    return frame


def test_hours_are_drawn_as_hours_beside_a_baseline_of_hours() -> None:
    frame = hourly()
    drawn = present(SCREEN, frame, ENGLISH)
    window = frame["windows"]["28H"]
    own = window["metrics"]["sales_per_minute"]["values"]
    base = window["comparisons"]["yoy"]["flow"]["values"]
    figure = drawn[ids.FLOW_FIGURE]["figure"]
    lines = [trace for trace in figure["data"] if list(trace["y"]) == own]
    assert [list(line["x"]) for line in lines] == [list(range(len(own)))]
    folded = [sum(base[i : i + 60]) for i in range(0, len(base), 60)]
    assert any([y for y in trace["y"] if y is not None] == folded for trace in figure["data"])
    assert round(figure["layout"]["xaxis"]["range"][1]) == 28
    assert text(drawn["flow-title"]["children"]) == "Sales per hour"
    assert drawn[ids.CURSOR]["data"]["times"][:2] == ["20:00–21:00", "21:00–22:00"]
    assert drawn[ids.CURSOR]["data"]["values"]["base"] == folded[: len(own)]


def test_a_region_drilled_into_shows_its_warehouses() -> None:
    east = [{"dimension": "region", "key": "east", "name": {"zh": "华东", "en": "East"}}]
    frame = sample_past.frame(ask={"drill": ["region:east"]}, filter=east)
    ranking = frame["windows"]["28H"]["metrics"]["region_ranking"]
    ranking["rows"] = ranking["rows"][:1]
    rows = named(present(load_screen(load_catalogue()), frame, ENGLISH), "regions-body", "data-id")
    keys = [row["data-id"] for row in rows if row.get("className") == "row"]
    assert keys == [child["key"] for child in ranking["rows"][0]["children"]]
    assert len(keys) == 8


def test_a_day_without_data_is_not_called_unfinished() -> None:
    frame = sample_past.frame(final=False, recounted_at=None, ask={"date": "2026-03-15"})
    frame["windows"]["28H"]["state"] = sample_frames.state("empty", "no_orders")
    drawn = present(SCREEN, frame, ENGLISH)
    assert text(drawn[ids.PAST_DATA]["children"]) == "No data"


@pytest.mark.parametrize("step", [10, 60])
@pytest.mark.parametrize("start", [0, 240, 210, 203])  # minutes from the opening to the window
def test_a_step_is_called_by_the_minute_it_begins_at(start: int, step: int) -> None:
    times = {x: f"{x // 60:02}:{x % 60:02}" for x in range(start + 1440)}
    midnight = start + 600
    drawn = coarser(
        Flow(
            start, start + 1440, start, [1] * (1440 // step),
            now=start + 61, ticks=[(midnight, "midnight", True)],
            bursts=[Burst(midnight, "midnight")], clock_texts=times,
        ),
        step,
        SCREEN.band,
    )  # fmt: skip
    assert (drawn.first, drawn.end - drawn.start) == (drawn.start, 1440 // step)
    assert drawn.clock_texts.get(drawn.start) == times[start]
    (tick,), (burst,) = drawn.ticks, drawn.bursts
    assert tick[0] == burst.x == drawn.start + 600 // step
    assert drawn.clock_texts.get(burst.x) == times[midnight]
    assert drawn.now == drawn.start + 61 // step
    assert drawn.start == start // step  # where the cursor looks for it
