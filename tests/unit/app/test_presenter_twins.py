"""The tables behind the charts say what the charts show, in both languages."""

from typing import Any

import pytest

from app import ids
from app.ids import Choice
from tests.unit.app import sample_comparisons, sample_days, sample_frames
from tests.unit.app.test_presenter import STATES, draw, text, walk

LANGUAGES = ["zh", "en"]


def table(drawn: dict[str, Any], tile: str) -> tuple[list[str], dict[str, list[int | None]]]:
    """Return the heads of a tile's table, and its integers by row."""
    parts = walk(drawn[f"{tile}-twin"]["children"])
    heads = [text(p) for p in parts if p._type == "Th" and p.scope == "col"]
    rows = {}
    for part in parts:
        cells = walk(part)[1:] if part._type == "Tr" else []
        if cells and cells[0].scope == "row":
            rows[text(cells[0])] = [integer(cell) for cell in cells[1:]]
    return heads, rows


def integer(cell: Any) -> int | None:
    said = cell.to_plotly_json()["props"].get("data-value")
    return None if said is None else int(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_flow_by_the_hour_beside_the_baselines(lang: str) -> None:
    frame = sample_frames.frame()
    window = frame["windows"]["28H"]
    values = window["metrics"]["sales_per_minute"]["values"]
    base = window["comparisons"]["yoy"]["flow"]["values"]
    heads, rows = table(draw(frame, Choice("28H", lang, "dark")), ids.FLOW)
    assert len(heads) == 5
    eve, day = ("11月10日", "11月11日") if lang == "zh" else ("10 Nov", "11 Nov")
    assert list(rows)[:2] == [f"{eve} 20:00–21:00", f"{eve} 21:00–22:00"]
    assert list(rows)[3] == f"{eve} 23:00–24:00"
    assert rows[f"{eve} 21:00–22:00"] == [
        sum(values[60:120]), sum(values[:120]), sum(base[60:120]), sum(base[:120])
    ]  # fmt: skip
    assert rows[f"{day} 16:00–17:00"][:2] == [None, None]  # it is not over
    assert len(rows) == 28


def test_without_a_baseline_the_flow_has_its_own_columns_only() -> None:
    frame = sample_frames.frame()
    gone = sample_comparisons.without("yoy", "missing", "no_history", date="2025-11-11")
    frame["windows"]["28H"]["comparisons"]["yoy"] = gone
    heads, rows = table(draw(frame), ids.FLOW)
    assert len(heads) == 3
    assert len(rows) == sample_days.NOW // 60


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_is_there_in_every_state(state: str, lang: str) -> None:
    frame = sample_frames.frame(sample_frames.state(state, STATES[state]))
    drawn = draw(frame, Choice("28H", lang, "dark"))
    for tile in (ids.FLOW, ids.BRANDS, ids.GENDER):
        assert text(drawn[f"{tile}-twin"]["children"])
    own = [row[0] for row in table(drawn, ids.FLOW)[1].values()]
    assert any(own) == (state in ("live", "stale", "degraded"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_brand_of_one_list_has_no_rank_in_the_other(lang: str) -> None:
    drawn = draw(choice=Choice("28H", lang, "dark"))
    heads, rows = table(drawn, ids.BRANDS)
    assert len(heads) == 5
    assert rows["Kestrel"][0] == 1
    assert [row[0] for row in rows.values()].count(None) == len(rows) - 10
    assert [row[2] for row in rows.values()].count(None) == len(rows) - 10


def test_units_by_gender_are_those_of_the_bars() -> None:
    frame = sample_frames.frame()
    volume = frame["windows"]["28H"]["metrics"]["gender_volume"]
    heads, rows = table(draw(frame), ids.GENDER)
    assert heads[1:3] == ["Women", "Men"]
    assert len(rows) == 24
    assert [row[0] for row in rows.values()] == volume["values"]["F"][-24:]


def test_before_the_opening_the_baseline_stands_alone() -> None:
    said = sample_frames.state("empty", "not_open", opens=sample_frames.OPENING)
    drawn = draw(sample_frames.frame(said))
    assert drawn[ids.FLOW]["data-body"] == "kept"
    assert text(drawn["flow-right"]["children"]) == "Not open yet, opens 20:00"
    assert [t for t in drawn[ids.FLOW_FIGURE]["figure"]["data"] if t.get("fill")]
    assert drawn[ids.HERO]["data-body"] == "as-stated"


def test_rankings_are_lists_and_marks_have_names() -> None:
    drawn = draw()
    body = walk(drawn["regions-body"]["children"])
    assert body[0].role == "list"
    assert {c.role for c in body if getattr(c, "className", "") == "row"} == {"listitem"}
    marks = next(c for c in body if getattr(c, "className", "") == "houses")
    assert "East 1" in marks.to_plotly_json()["props"]["aria-label"]
