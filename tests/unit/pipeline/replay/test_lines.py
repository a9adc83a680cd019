"""From rows to events: amounts to the penny, refunds by rule, ids by row."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import Faults
from pipeline.events import Accepted, Event, Reader
from pipeline.mapping.numbers import number, smallest_units
from pipeline.replay.lines import plain
from pipeline.replay.sums import Sums
from tests.unit.pipeline.replay.feeds import NOON, ROWS, lines

FOREVER = 2**53


def events() -> list[Event]:
    return [line.event for line in lines().between(0, FOREVER)]


@pytest.mark.parametrize(
    ("price", "quantity", "cents"),
    [(1.005, 1, 101), (2.675, 1, 268), (0.001, 4, 0), (0.001, 5, 1), (-53594.36, 1, 5359436)],
)
def test_an_amount_is_rounded_half_up_from_what_the_file_meant(
    price: float, quantity: int, cents: int
) -> None:
    assert smallest_units(number(plain(price)), quantity, 2, round_half=True) == cents


def test_each_row_becomes_its_event() -> None:
    told = [(e.kind, e.quantity, e.amount_cents, e.line_no) for e in events()]
    assert told == [
        ("sale", 3, 302, 1),
        ("sale", 3, 302, 2),
        ("sale", 1, 0, 3),
        ("refund", 1, 250, 1),
        ("refund", 7, 0, 1),
        ("refund", 1, 5359436, 1),
        ("sale", 1, 37357, 1),
    ]


def test_doubled_rows_have_ids_of_their_own() -> None:
    assert [e.event_id for e in events()[:2]] == ["run:0", "run:1"]


def test_a_row_of_no_pieces_is_skipped_and_counted() -> None:
    made = lines()
    assert len(list(made.between(0, FOREVER))) == len(ROWS) - 1
    assert sum(made.skipped.values()) == 1


def test_texts_follow_the_mapping() -> None:
    first, fourth, fifth = events()[0], events()[3], events()[4]
    assert (first.user_id, first.sku, first.province) == ("13085", "A", "united-kingdom")
    assert (fourth.user_id, fourth.province) == ("", "")
    assert fifth.province == "channel-islands"
    assert (first.gender, first.brand, first.category) == ("", "", "")


def test_every_event_is_valid() -> None:
    reader = Reader("GBP")
    for event in events():
        assert isinstance(reader.read(event.to_json(), event.event_time), Accepted)


def test_a_naive_time_is_local() -> None:
    summer = NOON.replace(month=7)
    assert lines().instant(NOON) == int(datetime(2011, 11, 25, 12, tzinfo=UTC).timestamp() * 1000)
    assert lines().instant(summer) == int(datetime(2011, 7, 25, 11, tzinfo=UTC).timestamp() * 1000)


def test_a_shift_moves_local_dates_over_a_change_of_the_clocks() -> None:
    made = lines()
    made.move(timedelta(days=-140))
    assert made.instant(NOON) == int(datetime(2011, 7, 8, 11, tzinfo=UTC).timestamp() * 1000)


def test_rows_without_a_time_are_named() -> None:
    broken = (("1", "A", 1, "yesterday", 1.0, 1, "EIRE"),)
    with pytest.raises(Faults, match="row 1: InvoiceDate is no time"):
        lines(broken).times()


def test_write_offs_give_no_pieces_back() -> None:
    sums = Sums()
    for event in events():
        sums.add(event)
    assert (sums.paid, sums.refunded) == (37961, 5359686)
    assert (sums.lines, sums.orders, sums.refunded_quantity) == (7, 2, 2)
