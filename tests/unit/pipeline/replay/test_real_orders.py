"""The real orders, through the mapping alone, to the penny."""

from datetime import date

import pytest

from pipeline.mapping.load import load_mapping
from pipeline.replay.feed import read_columns
from pipeline.replay.lines import Lines
from pipeline.replay.sums import Sums
from tests.real_orders import FILE, needs_real_orders
from tests.unit.pipeline.replay.feeds import ONLINE_RETAIL

pytestmark = [
    *needs_real_orders,
]


@pytest.fixture(scope="module")
def made() -> Lines:
    mapping = load_mapping(ONLINE_RETAIL)
    return Lines(mapping, read_columns(FILE, mapping), "run")


def sums(made: Lines, first: date, end: date) -> Sums:
    noon = [made.instant(f"{day} 00:00") for day in (first, end)]
    found = Sums()
    for line in made.between(*noon):
        found.add(line.event)
    return found


def test_november_2011_is_exact(made: Lines) -> None:
    november = sums(made, date(2011, 11, 1), date(2011, 12, 1))
    assert (november.paid, november.refunded) == (150_949_633, 4_774_008)
    assert november.net == 146_175_625
    assert november.lines == 84_711


def test_february_2010_is_exact_by_lines(made: Lines) -> None:
    assert sums(made, date(2010, 2, 1), date(2010, 3, 1)).net == 53_309_142


def test_no_row_is_left_out(made: Lines) -> None:
    assert len(made.times()) == 1_044_847
    assert not made.skipped
