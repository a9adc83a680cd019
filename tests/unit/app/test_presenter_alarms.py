"""The strip, its panel and the marks: what is said of alerts, in both languages."""

from typing import Any

import pytest

from app import ids
from app.ids import Choice
from app.presenter import present
from app.screen import load_screen
from tests.unit.app import sample_alerts, sample_frames
from tests.unit.app.sample_alerts import LOW, REFUNDS, SALES
from tests.unit.app.sample_catalogue import catalogue
from tests.unit.app.test_presenter import numbers, text, walk

SCREEN = load_screen(catalogue())
SEEN = LOW.acknowledged(sample_frames.as_of(), "operator")


def draw(frame: dict[str, Any], lang: str = "en") -> dict[str, Any]:
    return present(SCREEN, frame, Choice("28H", lang, "dark"))


def strip(frame: dict[str, Any], lang: str = "en") -> list[str]:
    return [text(line) for line in draw(frame, lang)[ids.ALERTS]["children"]]


def test_an_alert_says_when_what_and_how_much() -> None:
    assert strip(sample_alerts.frame(LOW))[0] == (
        "16:41Northeast 2 warehouse 0.57× expected for 5 min, limit 0.6×"
    )
    assert strip(sample_alerts.frame(LOW), "zh")[0] == (
        "16:41东北2仓仓 5 分钟订单为预期的 0.57 倍，下限 0.6 倍"
    )
    assert strip(sample_alerts.frame(REFUNDS))[0].endswith("23.14% over 30 min, limit 20%")


def test_the_worst_two_are_shown_and_the_rest_counted() -> None:
    drawn = draw(sample_alerts.frame(LOW, REFUNDS, SALES))[ids.ALERTS]
    lines = [text(line) for line in drawn["children"]]

    assert drawn["data-worst"] == "act"
    assert lines[0].startswith("16:44Sales per minute")
    assert lines[1].startswith("16:17Refund rate")
    assert lines[2].endswith("+1")
    assert "crit" in drawn["children"][0].className


def test_what_was_acknowledged_is_quiet() -> None:
    drawn = draw(sample_alerts.frame(SEEN))
    line = drawn[ids.ALERTS]["children"][0]

    assert drawn[ids.ALERTS]["data-worst"] == "none"
    assert line.className == "alert seen"
    panel = drawn[ids.ALERTS_PANEL]["children"]
    assert "acknowledged 16:48, operator" in text(panel)
    assert not [c for c in walk(panel) if getattr(c, "data-ack", None)]


def test_the_panel_has_a_button_for_each_that_nobody_has_seen() -> None:
    panel = draw(sample_alerts.frame(LOW, REFUNDS, SEEN, SALES))[ids.ALERTS_PANEL]["children"]
    said = [getattr(c, "data-ack", None) for c in walk(panel)]

    assert [name for name in said if name] == [SALES.id, REFUNDS.id, LOW.id]


@pytest.mark.parametrize(("judged", "words"), [(37, "37 in band"), (0, "No alerts")])
def test_without_alerts_the_strip_counts_messages_as_before(judged: int, words: str) -> None:
    lines = strip(sample_alerts.frame(judged=judged))

    assert "counted" in lines[0]
    assert "Auditor agrees" in lines[1]
    assert lines[2].endswith(words)


def test_a_log_that_cannot_be_written_is_said() -> None:
    assert "Alert log: the disk cannot be written" in strip(sample_alerts.frame(log="OSError"))


def test_a_late_wall_is_not_said_twice() -> None:
    stale = sample_alerts.alert("data_stale", None, 0, limit=120, minutes=1)
    frame = {
        **sample_alerts.frame(stale),
        "windows": sample_frames.frame(sample_frames.state("stale", "late"))["windows"],
    }

    lines = strip(frame)

    assert lines[0].endswith("Data late nothing newer for over 120 s")
    assert "counted" in lines[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_warehouse_in_alert_is_marked_with_how_many_times_what_is_expected(lang: str) -> None:
    body = draw(sample_alerts.frame(LOW), lang)[ids.part(ids.REGIONS, "body")]["children"]
    marked = [c for c in walk(body) if getattr(c, "className", "") == "alarm"]

    assert [getattr(c, "data-id", None) for c in marked] == ["northeast_2", None]
    assert text(marked[1]) == "0.57×"


def test_every_number_of_an_alert_is_in_the_frame() -> None:
    frame = sample_alerts.frame(LOW, REFUNDS, SALES)
    held = {n for one in frame["alerts"] for n in one.values() if isinstance(n, int)} | {37, 1, 3}
    drawn = draw(frame)

    shown = numbers({name: drawn[name] for name in (ids.ALERTS, ids.ALERTS_PANEL)})

    assert {value for value, _ in shown} <= held
    assert (568_750, "0.57") in shown


def test_counts_without_room_are_written_shorter_and_keep_their_integers() -> None:
    frame = sample_alerts.frame()
    frame["accounting"] |= {"counted": 4_124_227_330, "duplicate": 21_212_110, "pending": 1_920_000}
    drawn = draw(frame)[ids.ALERTS]["children"][0]

    assert text(drawn) == "4.124B counted · 21.21M duplicate · 741 refused · 1.920M pending"
    assert (4_124_227_330, "4.124B") in numbers({ids.ALERTS: {"children": drawn}})


def test_before_the_first_message_nothing_is_ticked() -> None:
    frame = sample_alerts.frame()
    frame["accounting"] |= {"consumed": 0, "auditor": None}
    lines = draw(frame)[ids.ALERTS]["children"]

    assert [line.children[0].className for line in lines[:2]] == ["icon i-wait", "icon i-wait"]
