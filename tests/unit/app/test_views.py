from typing import Any

import orjson
import pytest
from dash import html

from app.ids import Choice
from app.metrics import Metrics
from app.views import NothingToDraw, Views

WALL = Choice("28H", "zh", "dark")
OTHER = Choice("4H", "en", "light")


class Pencil:
    """Draws the total and a name; counts, and breaks when told to."""

    def __init__(self) -> None:
        self.drawn: list[Choice] = []
        self.broken = False

    def __call__(self, frame: dict[str, Any], choice: Choice) -> dict[str, dict[str, object]]:
        self.drawn.append(choice)
        if self.broken:
            raise ZeroDivisionError
        return {
            "total": {"children": str(frame["total"]), "data-value": frame["total"]},
            "name": {"children": html.B(choice.window)},
        }


@pytest.fixture
def pencil() -> Pencil:
    return Pencil()


@pytest.fixture
def views(pencil: Pencil) -> Views:
    return Views(pencil, "b1", Metrics())


def frame(total: int, as_of: int = 5) -> dict[str, Any]:
    live = {"name": "live", "reason": None}
    return {
        "total": total,
        "as_of": as_of,
        "zone": "Asia/Shanghai",
        "source": None,
        "state": live,
    }


def ask(views: Views, choice: Choice = WALL, since: str | None = None, now: int = 0) -> Any:
    return orjson.loads(views.ask(choice, since, now).body)


def test_without_a_frame_there_is_nothing_to_draw(views: Views) -> None:
    with pytest.raises(NothingToDraw, match="no_frame"):
        views.ask(WALL, None, 0)


def test_a_page_of_an_earlier_server_keeps_its_numbers_while_this_one_still_reads(
    views: Views,
) -> None:
    loading = {**frame(0), "state": {"name": "loading", "reason": "reading"}}
    views.publish(loading, "f1", 0)
    first = ask(views)
    with pytest.raises(NothingToDraw, match="reading"):
        views.ask(WALL, "an etag of the server before", 0)
    assert ask(views, since=first["etag"])["props"] == {}
    views.publish(frame(7), "f2", 1)
    assert ask(views, since="an etag of the server before")["props"]["total"]["children"] == "7"


def test_a_view_carries_components_as_their_json_and_the_clock(views: Views) -> None:
    views.publish(frame(7), "f1", 0)
    view = ask(views)
    assert view["props"]["total"] == {"children": "7", "data-value": 7}
    assert view["props"]["name"]["children"]["type"] == "B"
    assert view["clock"]["zone"] == "Asia/Shanghai"
    assert view["choice"] == {"window": "28H", "lang": "zh", "theme": "dark", "baseline": "yoy"}
    assert (view["build"], view["as_of"]) == ("b1", 5)


def test_since_a_known_etag_only_what_changed_is_sent(views: Views) -> None:
    views.publish(frame(7), "f1", 0)
    first = ask(views)
    views.publish(frame(8), "f2", 1000)
    assert ask(views, since=first["etag"])["props"] == {"total": {"children": "8", "data-value": 8}}


def test_since_an_unknown_etag_everything_is_sent(views: Views) -> None:
    views.publish(frame(7), "f1", 0)
    assert set(ask(views, since="nonsense")["props"]) == {"total", "name"}


def test_nothing_changed_is_an_empty_view_with_the_same_etag(views: Views) -> None:
    views.publish(frame(7), "f1", 0)
    first = ask(views)
    views.publish(frame(7), "f1", 1000)
    again = ask(views, since=first["etag"])
    assert (again["etag"], again["props"]) == (first["etag"], {})


def test_a_view_names_the_frame_it_was_drawn_from_even_if_nothing_else_changed(
    views: Views,
) -> None:
    views.publish(frame(7), "f1", 0)
    first = ask(views)
    views.publish(frame(7), "f2", 1000)
    again = ask(views, since=first["etag"])
    assert (first["frame"], again["frame"], again["props"]) == ("f1", "f2", {})


def test_a_view_is_drawn_once_per_frame_for_all_viewers(views: Views, pencil: Pencil) -> None:
    views.publish(frame(7), "f1", 0)
    for _ in range(50):
        ask(views)
    views.publish(frame(8), "f2", 1000)
    bodies = {views.ask(WALL, None, 1000).body for _ in range(50)}
    assert pencil.drawn == [WALL, WALL]
    assert len(bodies) == 1


def test_choices_are_apart(views: Views, pencil: Pencil) -> None:
    views.publish(frame(7), "f1", 0)
    assert ask(views)["etag"] != ask(views, OTHER)["etag"]
    assert set(ask(views, OTHER, since=ask(views)["etag"])["props"]) == {"total", "name"}


def test_what_nobody_looked_at_for_half_a_minute_is_not_drawn(views: Views, pencil: Pencil) -> None:
    views.publish(frame(7), "f1", 0)
    ask(views, now=0)
    views.publish(frame(8), "f2", 30_000)
    views.publish(frame(9), "f3", 30_001)
    assert len(pencil.drawn) == 2


def test_a_broken_drawing_is_no_view_and_the_next_frame_heals_it(
    views: Views, pencil: Pencil
) -> None:
    views.publish(frame(7), "f1", 0)
    first = ask(views)
    pencil.broken = True
    views.publish(frame(8), "f2", 1000)
    with pytest.raises(NothingToDraw, match="screen_fault"):
        views.ask(WALL, first["etag"], 1000)
    pencil.broken = False
    views.publish(frame(9), "f3", 2000)
    assert ask(views, since=first["etag"], now=2000)["props"]["total"]["children"] == "9"


def test_the_clock_is_the_sources(views: Views) -> None:
    source = {"anchor_real_ms": 10, "anchor_ms": 20, "speed": 60}
    views.publish({**frame(7), "source": source}, "f1", 0)
    assert ask(views)["clock"] == {**source, "zone": "Asia/Shanghai"}
