"""Injected faults on the wall: in the frame while they matter, and as words with their integers."""

from typing import Any

import pytest

from app import ids, injected
from app.ids import Choice
from app.presenter import present
from app.screen import load_screen
from pipeline.values.injected import InjectedFault
from tests.unit.app import sample_frames
from tests.unit.app.sample_catalogue import catalogue

NOW = 10_000_000
SCREEN = load_screen(catalogue())


def test_a_fault_stands_until_a_minute_after_its_recovery() -> None:
    over = InjectedFault("a", "kill_redis", NOW - 70_000, None, 11_000)
    assert [one["id"] for one in injected.documents([over], NOW)] == ["a"]
    assert injected.documents([over], NOW + 2_000) == []
    never = InjectedFault("b", "kill_redis", NOW - 500_000)
    assert injected.documents([never], NOW)[0]["took_ms"] is None
    assert injected.documents([never], NOW + 200_000) == []


def banner(faults: list[dict[str, Any]], lang: str) -> str:
    frame = sample_frames.frame() | {"injected": faults}
    drawn = present(SCREEN, frame, Choice("28H", lang, "dark"))[ids.INJECTED]
    assert drawn["hidden"] is (not faults)
    return text(drawn["children"])


def text(part: Any) -> str:
    if isinstance(part, list | tuple):
        return "".join(map(text, part))
    if hasattr(part, "children"):
        return text(part.children)
    return "" if part is None else str(part)


@pytest.mark.parametrize(
    ("fault", "english", "chinese"),
    [
        (("kill_redis", None, 11_400), "recovered in 11 s", "11秒后恢复"),
        (("poison", 300, None), "300 broken messages", "损坏消息 300 条"),
        (("late", None, None), "Injecting", "正在注入"),
        (("late", 500, 1_840), "accounted for in 1.8 s", "1.8秒内逐条入账"),
    ],
)
def test_the_banner_says_what_was_done_and_how_it_ended(
    fault: tuple[str, int | None, int | None], english: str, chinese: str
) -> None:
    kind, messages, took = fault
    said = [{"id": "a", "began_at": NOW, "kind": kind, "messages": messages, "took_ms": took}]
    assert english in banner(said, "en")
    assert chinese in banner(said, "zh")


def test_without_faults_there_is_no_banner_and_of_many_one_is_shown() -> None:
    assert banner([], "en") == ""
    many = [
        {"id": str(i), "kind": "kill_kafka", "began_at": NOW, "messages": None, "took_ms": None}
        for i in range(5)
    ]
    assert "+4 more" in banner(many, "en")
