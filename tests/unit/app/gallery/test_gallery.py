"""The gallery without a browser: its frames are sound, its page has every tile in every state."""

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc, html

from app import ids
from app.answers import BadArgument
from app.gallery import markup, tiles
from app.gallery.tiles import ROWS, STATES
from tests.unit.app.gallery.made import gallery

LANGUAGES = ("zh", "en")


class Page(HTMLParser):
    """What a page says: elements with their attributes, and the text of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: dict[str, str] = {}
        self._row = self._cell = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.elements.append((tag, said))
        self._row = said.get("data-row") or self._row
        if "data-cell" in said:
            self._cell = f"{self._row} {said['data-cell']}"
            self.cells[self._cell] = ""

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.cells[self._cell] += f"{data} "


@cache  # it is the same every time, which one test makes sure of
def page(**query: str) -> Page:
    return Page(gallery().page({name: [value] for name, value in query.items()}))


def test_every_tile_is_there_in_every_state_and_no_id_twice() -> None:
    drawn = page(lang="en")
    assert set(drawn.cells) == {f"{row.tile} {state}" for row in ROWS for state in STATES}
    counted = Counter(said["id"] for _, said in drawn.elements if "id" in said)
    assert [name for name, times in counted.items() if times > 1] == []
    named = {said["id"] for _, said in drawn.elements if "id" in said}
    for _, said in drawn.elements:
        for to in (said.get("aria-labelledby") or "").split():
            assert to in named


@pytest.mark.parametrize("state", STATES)
def test_a_tile_is_in_the_state_of_its_column(state: str) -> None:
    states = {
        said["id"]: said["data-state"]
        for _, said in page(lang="en").elements
        if said.get("data-state") and "id" in said
    }
    for row in ROWS:
        if row.tile in ids.TILES:
            assert states[f"{row.tile}-{state}-{row.tile}"] == state


CHIPS = {  # what must be read in a cell, whatever its numbers
    ("hero", "stale"): ("as of 16:48:06", "截至 16:48:06"),
    ("hero", "degraded"): ("History unreachable", "历史库不可达"),
    ("hero", "error"): ("failed", "查询失败"),
    ("flow", "empty"): ("Not open yet, opens 20:00", "尚未开场，20:00 开场"),
    ("flow", "stale"): ("as of 16:48:06", "截至 16:48:06"),
    ("flow", "error"): ("last good 16:48:06", "最近成功 16:48:06"),
    ("kpis", "empty"): ("Not open yet", "尚未开场"),
    ("kpis", "degraded"): ("YoY —", "同比 —"),
    ("kpis", "error"): ("last good 16:48:06", "最近成功 16:48:06"),
    ("categories", "degraded"): ("History unreachable", "历史库不可达"),
    ("categories", "loading"): ("Waiting for the job", "等待作业启动"),
    ("brands", "stale"): ("16:48", "16:48"),
    ("brands", "degraded"): ("partly", "不全"),
    ("buyers", "degraded"): ("Not proven", "排名未证实"),
    ("gender", "degraded"): ("partly", "不全"),
    ("gender", "error"): ("failed", "查询失败"),
    ("regions", "live"): ("31 warehouses =", "31 仓 ="),
    ("regions", "degraded"): ("Regions and nation differ", "区域合计与全国不符"),
    ("pipeline", "error"): ("not running", "未运行"),
    ("fresh", "stale"): ("17 min old", "17分钟前"),
    ("fresh", "loading"): ("—", "—"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_says_in_words_what_it_is(lang: str) -> None:
    cells = page(lang=lang).cells
    for (tile, state), words in CHIPS.items():
        said = " ".join(cells[f"{tile} {state}"].split())
        assert words[LANGUAGES[::-1].index(lang)] in said, (tile, state, said)


def test_a_tile_without_values_shows_no_number() -> None:
    """Never 0 for "nothing there", nor the last value of a tile that failed."""
    for state in ("loading", "empty"):
        for row in ROWS:
            if row.tile in ids.TILES:
                numbers = [v for v in values(f"{row.tile}-{state}-") if v != "0"]
                assert numbers == [] or row.tile == ids.FLOW, (row.tile, state)


@cache
def tile_alone(name: str) -> str:
    return gallery().page({"lang": ["en"], "tile": [name]})


def values(prefix: str) -> list[str]:
    """Return the integers in a cell's elements, those of a baseline's table included."""
    text = tile_alone(prefix.partition("-")[0])
    start = text.index(f'id="{prefix}')
    return re.findall(r'data-value="(-?\d+)"', text[start : text.index("</figure>", start)])


def test_frames_add_up() -> None:
    frame = gallery().frames.of("live")
    window = frame["windows"][gallery().frames.window]
    total = window["metrics"]["gross_sales"]["value"]
    assert window["checks"]["rollup"]["equal"]
    assert sum(row["value"] for row in window["metrics"]["region_ranking"]["rows"]) == total
    assert sum(row["value"] for row in window["metrics"]["gender_share"]["rows"]) == total
    assert {c["state"] for c in window["comparisons"].values()} == {"ready"}


def test_the_same_page_comes_every_time() -> None:
    assert gallery().page({"tile": ["hero"]}) == gallery().page({"tile": ["hero"]})


@pytest.mark.parametrize(
    "query", [{"tile": "weather"}, {"lang": "fr"}, {"theme": "pink"}, {"window": "4H"}]
)
def test_an_argument_it_does_not_know_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadArgument):
        page(**query)


def test_components_become_html_and_foreign_text_stays_text() -> None:
    made = html.Div(
        ["<b>", html.Button("x", hidden=True, disabled=False, **{"data-a": '"'})],
        className="k",
        style={"--n": 3, "marginTop": "1px"},
    )
    assert markup.html(made) == (
        '<div class="k" style="--n: 3; margin-top: 1px">&lt;b&gt;'
        '<button hidden data-a="&quot;">x</button></div>'
    )
    with pytest.raises(TypeError, match="Store"):
        markup.html(dcc.Store(id="s"))


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "0 s"), (59_999, "59 s"), (61_000, "1 min"), (7_260_000, "2 h 1 min")]
)
def test_an_age_is_written_as_the_page_does(ms: int, said: str) -> None:
    words: Any = {"data-hm": "{h} h {m} min", "data-ms": "{m} min", "data-s": "{s} s"}
    assert tiles.age(ms, words) == said
    assert (tiles.seconds(4_149), tiles.seconds(12_345)) == ("4.1", "12")
