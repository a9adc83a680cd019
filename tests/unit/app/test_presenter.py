import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from app import ids
from app.ids import Choice
from app.presenter import present
from app.presenter.reading import Reading
from app.published import encode
from app.screen import load_screen
from pipeline.catalogue.model import UNKNOWN
from tests.unit.app import sample_frames
from tests.unit.app.sample_catalogue import catalogue

ROOT = Path(__file__).resolve().parents[3]
SCREEN = load_screen(catalogue())
ENGLISH = Choice("28H", "en", "dark")
STATES = {
    "loading": "no_generation",
    "empty": "no_orders",
    "live": None,
    "stale": "late",
    "degraded": "data_lost",
    "error": "redis_unreachable",
}
TILES = (*ids.TILES,)


def draw(frame: dict[str, Any] | None = None, choice: Choice = ENGLISH) -> dict[str, Any]:
    return present(SCREEN, frame or sample_frames.frame(), choice)


def walk(node: Any) -> list[Any]:
    """Return every Dash component below a prop."""
    if isinstance(node, list | tuple):
        return [found for item in node for found in walk(item)]
    if hasattr(node, "to_plotly_json"):
        return [node, *walk(getattr(node, "children", None))]
    return []


def text(node: Any) -> str:
    if node is None:
        return ""
    if isinstance(node, list | tuple):
        return "".join(text(item) for item in node)
    return text(getattr(node, "children", None)) if hasattr(node, "to_plotly_json") else str(node)


def numbers(drawn: dict[str, Any]) -> list[tuple[int, str]]:
    found = [c for props in drawn.values() for c in walk(props.get("children"))]
    return [
        (int(c.to_plotly_json()["props"]["data-value"]), text(c))
        for c in found
        if "data-value" in c.to_plotly_json()["props"]
    ]


@pytest.mark.parametrize("window", ["4H", "24H", "28H"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_draws_in_every_window_and_language(state: Any, lang: Any, window: Any) -> None:
    frame = sample_frames.frame(sample_frames.state(state, STATES[state]))
    drawn = draw(frame, Choice(window, lang, "light"))
    encode(drawn)
    assert {drawn[tile]["data-state"] for tile in TILES} == {state}


@pytest.mark.parametrize("state", ["empty", "error"])
def test_a_tile_with_nothing_shows_a_dash_and_the_reason(state: Any) -> None:
    drawn = draw(sample_frames.frame(sample_frames.state(state, STATES[state])))
    for tile in TILES:
        said = text(drawn[f"{tile}-message"]["children"])
        assert said.startswith("—" + SCREEN.word("en", f"reasons.{STATES[state]}"))
    assert "0" not in text(drawn["hero-body"]["children"])


def test_the_hero_carries_its_integer_and_reads_as_one_number() -> None:
    frame = sample_frames.frame()
    value = frame["windows"]["28H"]["metrics"]["gross_sales"]["value"]
    digits = draw(frame)["hero-body"]["children"].to_plotly_json()["props"]
    assert digits["data-value"] == str(value)
    assert digits["aria-label"] == text(digits["children"]) == f"¥{value // 100:,}"


def test_numbers_are_elements_with_their_integer() -> None:
    found = numbers(draw())
    assert len(found) > 80
    assert all(shown for _, shown in found)


def test_a_feed_without_a_dimension_says_so_instead_of_ranking_unknown() -> None:
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        rows = window["metrics"]["region_ranking"]["rows"]
        window["metrics"]["region_ranking"]["rows"] = [{**rows[0], "key": UNKNOWN}]
        window["metrics"]["category_minute"]["rows"] = []  # a minute without any sale
        for tile in ("regions", "categories"):
            cube = SCREEN.metric(tile, "ranking").cube
            window["cubes"][cube] = {UNKNOWN: {"paid_amount": 5}, "a1": {"paid_amount": 0}}
    drawn = draw(frame)
    for tile in (ids.REGIONS, ids.CATEGORIES):
        assert drawn[tile]["data-state"] == "empty"
        assert "Not in this feed" in text(drawn[f"{tile}-message"]["children"])


def test_an_ordinary_day_is_counted_from_the_window_chosen() -> None:
    frame = sample_frames.frame()
    frame["promotion"] = None
    drawn = draw(frame, Choice("24H", "en", "dark"))
    assert drawn[ids.SINCE_LABEL]["children"] == "Since 00:00"
    assert drawn[ids.UNTIL_LABEL]["children"] == "Until 24:00"
    assert int(drawn[ids.SINCE]["data-instant"]) == frame["windows"]["24H"]["start"] * 60_000


def test_a_place_without_a_roll_up_claims_no_sum_of_warehouses() -> None:
    frame = sample_frames.frame()
    roles = {**SCREEN.roles, "regions": {"ranking": "category_minute"}}
    drawn = present(dataclasses.replace(SCREEN, roles=roles), frame, Choice("28H", "en", "dark"))
    assert drawn["regions-right"]["children"] is None


def test_a_partly_missing_dimension_shows_its_unknown_row() -> None:
    frame = sample_frames.frame()
    row = frame["windows"]["28H"]["metrics"]["category_minute"]["rows"][3]
    row["key"] = UNKNOWN
    assert "Unknown" in text(draw(frame)["categories-body"]["children"])
    assert "未知" in text(draw(frame, Choice("28H", "zh", "dark"))["categories-body"]["children"])


def test_simulated_and_replayed_orders_are_marked_in_place_of_the_scope() -> None:
    frame = sample_frames.frame()
    assert draw(frame)[ids.MARK]["children"] == "Simulated orders, 60× speed, seed 1111"
    frame["source"] = {**frame["source"], "kind": "replayed"}
    assert draw(frame)[ids.MARK]["children"] == "Replayed orders, 2026-11-11, 60× speed"
    frame["source"]["speed"] = 0
    assert draw(frame)[ids.MARK]["children"] == "Replayed orders, 2026-11-11, clock stands"
    frame["source"] = None
    assert draw(frame)[ids.MARK] == {"children": "Nation", "className": ""}


def test_lines_the_mapping_refused_stand_first_among_the_reasons() -> None:
    frame = sample_frames.frame()
    frame["accounting"]["adapter"] = {"foreign": "shop", "refused": 5, "reasons": {"amount": 5}}
    drawn = draw(frame)
    assert "Auditor agrees · not mapped 5 · unparseable 512" in text(drawn[ids.ALERTS]["children"])
    assert (5, "5") in numbers({ids.ALERTS: drawn[ids.ALERTS]})


def test_a_disagreeing_auditor_is_an_alert() -> None:
    frame = sample_frames.frame()
    frame["accounting"]["agree"] = False
    alerts = draw(frame)[ids.ALERTS]["children"]
    assert "Auditor disagrees" in text(alerts)
    assert any("crit" in str(a.className) for a in alerts)


def test_a_roll_up_is_told_only_when_it_was_compared() -> None:
    frame = sample_frames.frame()
    assert "32 warehouses = 7 regions" in text(draw(frame)["regions-right"]["children"])
    frame["windows"]["28H"]["checks"]["rollup"]["comparable"] = False
    assert "=" not in text(draw(frame)["regions-right"]["children"])


def test_foreign_names_cannot_carry_markup() -> None:
    frame = sample_frames.frame()
    frame["windows"]["28H"]["metrics"]["brand_by_amount"]["rows"][0]["key"] = "<b>x</b>\x07"
    assert "bx/b" in text(draw(frame)["brands-left"]["children"])


def test_a_promotion_without_orders_yet_draws() -> None:
    frame = sample_frames.frame()
    for window in frame["windows"].values():
        window["metrics"] |= sample_frames.metrics([], window["start"], 0)
        window["tiles"] = sample_frames.tiles(window["metrics"], sample_frames.state())
    frame["promotion"] = frame["source"] = frame["as_of"] = None
    encode(draw(frame))


def test_every_word_used_is_there_and_every_word_there_is_used() -> None:
    patterns = {p for path in (ROOT / "app").glob("**/*.py") for p in word_patterns(path)}
    unused = [w for w in SCREEN.words if not any(re.fullmatch(p, w) for p in patterns)]
    assert unused == []
    for pattern in patterns:
        assert any(re.fullmatch(pattern, word) for word in SCREEN.words), pattern


def word_patterns(path: Path) -> list[str]:
    """Return what a module's texts of the form group.key match, as patterns."""
    made = []
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    inner = {id(part) for n in nodes if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in (n for n in nodes if id(n) not in inner):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        pattern = "".join(
            re.escape(part.value)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
            else "[a-z_0-9]+"
            for part in parts
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
        group, dot, key = pattern.partition(r"\.")
        if dot and group in groups() and key and re.fullmatch(r"[a-z_0-9\[\]+-]+", key):
            made.append(pattern)
    return made


def groups() -> set[str]:
    return {key.split(".")[0] for key in SCREEN.words}


@pytest.mark.parametrize("folder", ["components", "app/presenter"])
def test_no_word_of_the_screen_is_written_in_the_code(folder: Any) -> None:
    for path in (ROOT / folder).glob("**/*.py"):
        for literal in literals(path):
            chinese = re.sub("[万亿]", "", literal)
            assert not re.search(r"[\u4e00-\u9fff]", chinese), (path, literal)
            assert not re.search(r"[A-Z][a-z]+ [a-z]+", literal), (path, literal)


def literals(path: Path) -> list[str]:
    """Return the texts of a module, its docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kathmandu", "America/New_York"])
def test_midnight_is_found_in_a_range_that_begins_at_any_minute(zone: str) -> None:
    reading = Reading(SCREEN, {**sample_frames.frame(), "zone": zone}, ENGLISH)
    first = 29_700_000
    midnights = [m for m in range(first, first + 3000) if reading.clock(m) == "00:00"]
    assert len(midnights) == 2
    for start in (first, first + 7, first + 29, midnights[0] - 1, midnights[0]):
        assert list(reading.midnights(start, first + 3000)) == midnights
    assert reading.midnights(first, midnights[0]) == ()
