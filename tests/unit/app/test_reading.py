"""What the screen knows when parts come, die and come back, on a store in memory."""

from datetime import date

import pytest

from app.reading import Reading
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import ServiceUnavailable
from pipeline.stores import reader as reader_module
from pipeline.stores.memory import MemorySnapshots
from pipeline.stores.protocol import Snapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.documents import BrokenDocument
from pipeline.values.streams import LinkGeneration
from tests.e2e.orders import STREAM, fill, make_cells, make_lines, tell_states

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
BOUNDS = TIME.bounds("28H", date(2026, 11, 11))
START = BOUNDS.start * MINUTE_MS
NEXT = LinkGeneration("A", 2)


class Wire:
    """A connection that can be cut, and led to another store."""

    def __init__(self) -> None:
        self.store: Snapshots = MemorySnapshots(CATALOGUE)
        self.cut = False

    def connect(self) -> Snapshots:
        return self if self.cut else self.store  # type: ignore[return-value]

    def source(self) -> None:
        raise ServiceUnavailable("redis at 127.0.0.1:1 does not answer")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def reading(wire: Wire) -> Reading:
    return Reading(wire.connect, CATALOGUE, TIME, "A")


def feed(store: Snapshots, minutes: int, stream: LinkGeneration = STREAM) -> None:
    lines = make_lines(CATALOGUE, START, minutes, 3)
    fill(store, make_cells(CATALOGUE, TIME, lines), stream)
    tell_states(store, lines, 1_000, START + minutes * MINUTE_MS)


def paid(reading: Reading) -> int:
    block = reading.known.table.block("category", BOUNDS.start, BOUNDS.end)
    return int(block.values.sum(axis=(0, 1))[block.measures.index("paid_amount")])


def test_nothing_is_known_of_an_empty_redis(reading: Reading) -> None:
    reading.refresh(0)
    assert reading.known.redis_ok
    assert not reading.known.read
    assert not reading.known.asked
    assert not reading.known.lost


def test_a_generation_is_read_and_followed(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 10)
    assert reading.refresh(0)
    first = paid(reading)
    assert first > 0
    feed(wire.store, 20)
    assert reading.refresh(500)
    assert paid(reading) > first
    assert not reading.refresh(1000)


def test_rankings_follow_their_segments(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 10)
    reading.refresh(0)
    eve = TIME.segments("4H", date(2026, 11, 11))
    before = reading.known.rankings_of(eve)["users"]
    assert len(before.rows) >= 10
    feed(wire.store, 20)
    reading.refresh(500)
    after = reading.known.rankings_of(eve)["users"]
    assert after.rows[0].measures[0] > before.rows[0].measures[0]


@pytest.mark.parametrize("fault", [ServiceUnavailable("gone"), BrokenDocument("not a cell")])
def test_a_ranking_that_could_not_be_read_is_asked_for_again(
    wire: Wire, reading: Reading, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    feed(wire.store, 10)
    reading.refresh(0)
    eve = TIME.segments("4H", date(2026, 11, 11))
    before = reading.known.rankings_of(eve)["users"]
    feed(wire.store, 20)  # and then nothing more, as in a window that is over

    def broken(*_: object) -> None:
        raise fault

    with monkeypatch.context() as during:
        during.setattr(wire.store, "ranking", broken)
        reading.refresh(500)
    assert reading.known.rankings_of(eve)["users"] == before
    assert reading.refresh(1000)
    after = reading.known.rankings_of(eve)["users"]
    assert after == wire.store.ranking(STREAM, "users", eve, 10)
    assert after != before


def test_a_dead_redis_leaves_what_was_known(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 10)
    reading.refresh(0)
    before = paid(reading)
    store, wire.cut = wire.store, True
    reading._store = wire  # type: ignore[assignment]
    assert reading.refresh(500)
    assert not reading.known.redis_ok
    assert not reading.refresh(1000)
    assert (paid(reading), reading.known.redis_read_ms) == (before, 0)
    wire.cut, wire.store = False, store
    assert reading.refresh(1500)
    assert reading.known.redis_ok


def test_lost_data_is_said_until_a_new_generation_is_read(
    wire: Wire, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "SETTLE_S", 0)
    feed(wire.store, 10)
    reading.refresh(0)
    before = paid(reading)
    assert isinstance(wire.store, MemorySnapshots)
    wire.store.flush()
    reading.refresh(500)
    assert reading.known.lost
    assert paid(reading) == before
    assert reading.known.source is not None
    feed(wire.store, 10, NEXT)
    reading.refresh(1000)
    assert not reading.known.lost
    assert reading.known.stream == NEXT
    assert reading.known.active is not None
    assert reading.known.active.stream == NEXT


def test_what_a_redis_still_has_after_a_loss_is_not_ranked(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 20)
    reading.refresh(0)
    eve = TIME.segments("4H", date(2026, 11, 11))
    before = reading.known.rankings_of(eve)["users"]
    assert isinstance(wire.store, MemorySnapshots)
    wire.store.flush()
    feed(wire.store, 2)  # the job goes on and writes what changes
    reading.refresh(500)
    assert reading.known.lost
    assert reading.known.rankings_of(eve)["users"] == before


def test_broken_words_of_a_part_do_not_hold_up_the_numbers(
    wire: Wire, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(wire.store, 10)
    reading.refresh(0)

    def broken(link: str) -> None:
        raise BrokenDocument("daping:auditor:A is broken")

    monkeypatch.setattr(wire.store, "auditor", broken)
    before = paid(reading)
    feed(wire.store, 12)
    assert reading.refresh(500)
    assert paid(reading) > before
    assert reading.known.redis_ok
    assert reading.known.unreadable == "daping:auditor:A is broken"
    monkeypatch.undo()
    assert reading.refresh(1000)
    assert reading.known.unreadable is None


def test_another_redis_is_shown_only_when_it_was_read(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 10)
    reading.refresh(0)
    before = paid(reading)
    wire.cut, wire.store = True, MemorySnapshots(CATALOGUE)
    reading._store = wire  # type: ignore[assignment]
    reading.refresh(500)
    wire.cut = False
    reading.refresh(1000)
    assert paid(reading) == before
    feed(wire.store, 12, NEXT)
    reading.refresh(1500)
    assert paid(reading) > before


def test_a_partition_moves_only_when_its_position_does(wire: Wire, reading: Reading) -> None:
    feed(wire.store, 10)
    reading.refresh(0)
    reading.refresh(5_000)
    assert reading.known.progress[0].moved_real_ms == 0
    feed(wire.store, 11)
    reading.refresh(6_000)
    assert reading.known.progress[0].moved_real_ms == 6_000


def test_the_day_before_the_first_source_is_todays(reading: Reading) -> None:
    span = reading._span(START)
    assert TIME.segments("28H", date(2026, 11, 11)) in span.segments
    assert BOUNDS.start // 1440 in span.days
    assert (BOUNDS.end - 1) // 1440 in span.days
