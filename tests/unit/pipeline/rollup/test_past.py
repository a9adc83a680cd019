"""A past stretch reads like a live table: evaluate counts both alike, at any earlier minute."""

from datetime import date

import numpy as np
import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.rollup.evaluate import evaluate
from pipeline.rollup.past import PastCells, begins_too_early, lines_of_day
from pipeline.rollup.side import FirstBuyers, Side
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import MinuteRange, TradingTime, epoch_day
from pipeline.trading.zone import Zone
from pipeline.values.cells import CellValue
from pipeline.values.past import PastStretch, Stretch
from tests.brute_comparison import DIMENSIONS, METRICS, Case, Line
from tests.comparison_cases import random_lines
from tests.past_lines import past_of

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone("Asia/Shanghai"), CATALOGUE.windows, load_promotions())
DAY = date(2026, 11, 11)
BOUNDS = TIME.bounds("28H", DAY)
KEYS = {d: ["", *list(CATALOGUE.dimensions[d].members)[:5]] for d in DIMENSIONS}
LINES = random_lines(5, "Asia/Shanghai", [Case(DAY, "28H", "yoy", k) for k in (100, 900)], KEYS)
TOTALS = [m.name for m in CATALOGUE.metrics.values() if m.shape == "total"]


def past(bounds: MinuteRange = BOUNDS) -> PastStretch:
    return past_of(CATALOGUE, LINES, Stretch("A", bounds, (20_000,)))


def before(until: int, bounds: MinuteRange = BOUNDS) -> list[Line]:
    return [line for line in LINES if bounds.start <= line.minute < min(until, bounds.end)]


def totals(cells: PastCells, bounds: MinuteRange, segments: tuple[int, ...]) -> dict[str, object]:
    found = evaluate(CATALOGUE, cells, {}, bounds, segments, epoch_day(DAY), bounds.end)
    return {name: found[name]["value"] for name in TOTALS}


@pytest.mark.parametrize("elapsed", [-5, 0, 1, 100, 101, 900, 1680, 1700])
def test_evaluate_counts_a_past_stretch_up_to_a_minute(elapsed: int) -> None:
    until = BOUNDS.start + elapsed
    found = totals(PastCells(past(), until), BOUNDS, TIME.segments("28H", DAY))
    assert found == {name: METRICS[name](before(until)) for name in TOTALS}
    assert len({repr(value) for value in found.values()}) > 1 or elapsed <= 0


def test_a_stretch_that_is_no_window_has_its_own_buyers() -> None:
    odd = MinuteRange(BOUNDS.start + 37, BOUNDS.start + 1111)
    found = totals(PastCells(past(odd)), odd, ())
    assert found == {name: METRICS[name](before(odd.end, odd)) for name in TOTALS}
    assert found["buyers"] != totals(PastCells(past()), BOUNDS, ())["buyers"]


def test_cells_from_the_cut_on_are_nothing_and_the_stretch_itself_stays() -> None:
    stretch = past()
    cells = PastCells(stretch, BOUNDS.start + 900)
    block = cells.block("gender", BOUNDS.start + 890, BOUNDS.start + 910)
    assert block.lines[:10].any()
    assert not block.lines[10:].any()
    assert not block.values[10:].any()
    assert not cells.block("gender", BOUNDS.start + 900, BOUNDS.start + 910).lines.any()
    assert stretch.table.block("gender", BOUNDS.start + 900, BOUNDS.start + 910).lines.any()


def test_buyers_are_one_cell_and_no_cell_while_nobody_bought() -> None:
    stretch = past()
    running = np.cumsum(stretch.first_buyers)
    cells = PastCells(stretch, BOUNDS.start + 900)
    count = int(running[899])
    assert dict(cells.bucket("buyers_28H", epoch_day(DAY))) == {"": CellValue(count, (count,))}
    assert PastCells(stretch, BOUNDS.start).bucket("buyers_28H", epoch_day(DAY)) == {}


# ---- one side of a comparison ------------------------------------------------------------------


def side(elapsed: int, bounds: MinuteRange = BOUNDS) -> Side:
    return Side.of_past(CATALOGUE, past(), bounds, bounds.start + elapsed)


def test_a_side_is_cut_inside_its_stretch() -> None:
    assert side(-3).until == BOUNDS.start
    assert side(10**6).until == BOUNDS.end
    assert Side.of(CATALOGUE, past().table, BOUNDS, None).until == BOUNDS.start


def test_cuts_that_go_on_or_back_count_as_a_new_one_does() -> None:
    shared = side(0).held
    for elapsed in (0, 5, 100, 240, 241, 900, 899, 100, 1680):
        kept = side(elapsed)
        again = Side(CATALOGUE, kept.cells, kept.bounds, kept.until, kept.buyers, shared)
        assert again.cubes() == kept.cubes()


def test_a_part_that_starts_later_does_not_know_its_buyers() -> None:
    whole = TIME.bounds("24H", DAY)
    assert side(600).buyers_before(BOUNDS.start + 600) is not None
    assert side(600, whole).buyers_before(whole.start + 600) is None
    assert side(100, TIME.bounds("4H", DAY)).buyers_before(BOUNDS.start + 100) is not None


def test_buyers_are_not_known_past_what_the_archive_has() -> None:
    known = side(600).with_buyers(FirstBuyers(past().first_buyers, BOUNDS.start + 500))
    assert known.buyers_before(BOUNDS.start + 501) is None
    assert known.total(CATALOGUE.metrics["buyers"]) == {"value": None}
    bought = METRICS["buyers"](before(BOUNDS.start + 500))
    assert known.cut_at(BOUNDS.start + 500).total(CATALOGUE.metrics["buyers"]) == {"value": bought}


def test_a_stretch_that_begins_before_history_is_not_half_known() -> None:
    eve, day = epoch_day(DAY) - 1, epoch_day(DAY)
    bare = MinuteRange(TIME.bounds("24H", DAY).start - 1680, BOUNDS.end)
    stretch = past_of(CATALOGUE, LINES, Stretch("A", bare, (eve - 1, eve, day)))
    cubes = [cube.name for cube in CATALOGUE.minute_cubes()]
    assert (
        lines_of_day(stretch, eve - 1, TIME, cubes) == 0 < lines_of_day(stretch, day, TIME, cubes)
    )
    assert begins_too_early(stretch, [eve, day], TIME, cubes)
    assert not begins_too_early(stretch, [eve - 2, day], TIME, cubes)  # a day without orders
    assert not begins_too_early(stretch, [], TIME, cubes)
