"""Which days are closed and when, what is recorded, and what a recalculation shows and does."""

from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs

from pipeline.catalogue.model import Cube
from pipeline.clock import ManualClock
from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.history.closing import ClosedDay, Closing
from pipeline.history.following import Following
from pipeline.history.live_sums import SnapshotSums
from pipeline.history.recalculation import Recalculation
from pipeline.stores.history_memory import MemoryHistory
from pipeline.stores.history_stretches import day_bounds
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.windows import MinuteRange, date_of
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.past import ArchivePosition, Stretch
from pipeline.values.streams import GenerationMeta, LinkGeneration
from tests.unit.pipeline.stores.history_events import CATALOGUE, DAY, TRADING, columns, order_line

BOUNDS = day_bounds(TRADING, DAY)
NOON = BOUNDS.start + 720


class Live:
    """Says the same of every window."""

    def __init__(self, paid: int) -> None:
        self.paid = paid

    def sums(self, cube: Cube, bounds: MinuteRange) -> Mapping[str, int] | None:
        return {"paid_amount": self.paid}


@pytest.fixture
def history() -> MemoryHistory:
    return MemoryHistory(CATALOGUE, TRADING)


@pytest.fixture
def closing(history: MemoryHistory) -> Closing:
    return Closing(history, CATALOGUE, TRADING, "A", "orders", ManualClock(77))


def archived(history: MemoryHistory, minute: int) -> None:
    at = ArchivePosition(minute, minute * 60_000, minute)
    history.put_progress("A", "orders", {0: at})


def test_a_day_is_due_five_minutes_after_its_end_and_not_before(
    history: MemoryHistory, closing: Closing
) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    assert closing.due() == ()
    archived(history, BOUNDS.end + 4)
    assert closing.due() == ()
    archived(history, BOUNDS.end + 5)
    assert closing.due() == (DAY,)
    closing.close(DAY)
    assert closing.due() == ()


def test_days_without_events_or_of_another_feed_are_not_due(
    history: MemoryHistory, closing: Closing
) -> None:
    history.insert_events(columns([order_line(NOON, "1", topic="backfill")]))
    archived(history, BOUNDS.end + 5000)
    assert closing.due() == ()
    assert closing.due_between(DAY - 3, DAY + 3) == (DAY,)
    assert closing.due_between(DAY + 1, DAY + 3) == ()


def test_days_of_a_topic_archived_before_are_closed_once_the_topics_own_are_over(
    history: MemoryHistory, closing: Closing
) -> None:
    closing.past_topics = ("orders.past",)
    eve = [order_line(NOON - 1440, "1", topic="orders.past")]
    shared = [order_line(NOON, "2", topic="orders.past"), order_line(NOON + 1, "3")]
    history.insert_events(columns([*eve, *shared]))
    history.put_progress("A", "orders.past", {0: ArchivePosition(9, (NOON + 1) * 60_000, 1)})
    assert closing.due() == ()
    archived(history, BOUNDS.end + 5)
    assert closing.due() == (DAY - 1, DAY)


def test_an_event_belongs_to_the_local_day_also_where_that_begins_before_utc(
    history: MemoryHistory, closing: Closing
) -> None:
    rows = [order_line(BOUNDS.start, "1"), order_line(BOUNDS.end - 1, "2")]
    history.insert_events(columns(rows))
    archived(history, BOUNDS.end + 5000)
    assert closing.due() == (DAY,)
    assert closing.close(DAY).record.lines == 2


def test_a_closed_day_writes_the_sums_of_every_window_that_touches_it(
    history: MemoryHistory, closing: Closing
) -> None:
    rows = [order_line(NOON, "1"), order_line(BOUNDS.end - 1, "2", amount_cents=50)]
    history.insert_events(columns(rows))
    closed = closing.close(DAY)
    record = closed.record
    assert history.days("A") == (record,)
    assert (record.generation, record.recounted_ms, record.cause, record.lines) == (
        1, 77, "close", 2,
    )  # fmt: skip
    found = {(one.day, one.window): dict(one.sums)["paid_amount"] for one in closed.windows}
    assert found == {
        (DAY, "24H"): 350,
        (DAY, "28H"): 350,
        (DAY + 1, "4H"): 50,
        (DAY + 1, "28H"): 50,
    }
    assert history.window_sums(DAY, "24H")[0].live is None


def test_live_is_compared_where_the_window_is_over_and_a_difference_is_told(
    history: MemoryHistory, closing: Closing
) -> None:
    closing.live = Live(301)
    history.insert_events(columns([order_line(NOON, "1")]))
    closed = closing.close(DAY)
    told = [(one.day, one.window, name, diff) for one, name, diff in closed.differences()]
    assert sorted(told) == [
        (DAY, "24H", "paid_amount", 1),
        (DAY, "28H", "paid_amount", 1),
        (DAY + 1, "4H", "paid_amount", 301),
    ]
    assert history.window_sums(DAY + 1, "28H")[0].live is None


def test_live_is_not_held_against_what_another_feed_brought(
    history: MemoryHistory, closing: Closing
) -> None:
    closing.live = Live(300)
    backfilled = order_line(NOON, "1", topic="backfill")
    history.insert_events(columns([backfilled, order_line(BOUNDS.end - 1, "2")]))
    closed = closing.close(DAY)
    assert list(closed.differences()) == []
    compared = {(one.day, one.window) for one in closed.windows if one.live is not None}
    assert compared == {(DAY + 1, "4H")}


def test_late_events_make_a_new_generation_for_two_days_and_nothing_else_does(
    history: MemoryHistory, closing: Closing
) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    archived(history, BOUNDS.end + 5)
    closing.close(DAY)
    assert closing.changed() == ()
    history.insert_events(columns([order_line(NOON, "1")]))  # a repeat
    assert closing.changed() == ()
    history.insert_events(columns([order_line(NOON, "late")]))
    assert closing.changed() == (DAY,)
    assert closing.close(DAY).record.generation == 2
    history.insert_events(columns([order_line(NOON, "later")]))
    archived(history, BOUNDS.end + 4 * 1440)
    assert closing.changed() == ()


class Away(MemoryHistory):
    away = True

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        if self.away:
            raise ServiceUnavailable("ClickHouse does not answer")
        return super().progress(link, topic)


def test_following_outlives_a_clickhouse_that_is_away_and_says_so_once(closing: Closing) -> None:
    history = Away(CATALOGUE, TRADING)
    closing.history = history
    told: list[ClosedDay] = []
    following = Following(closing, told.append)
    history.insert_events(columns([order_line(NOON, "1")]))
    archived(history, BOUNDS.end + 5)
    with capture_logs() as said:
        following.look()
        following.look()
    assert [(one["event"], one["cause"]) for one in said] == [
        ("waiting for history", "ClickHouse does not answer")
    ]
    history.away = False
    with capture_logs() as said:
        following.look()
        following.look()
    assert [one["event"] for one in said] == ["history answers again"]
    assert [one.record.day for one in told] == [DAY]


@pytest.mark.parametrize("step", ["fact_sums", "next_generation", "build_facts", "close_day"])
def test_late_events_are_counted_though_history_went_away_while_it_was_asked(
    history: MemoryHistory, closing: Closing, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[ClosedDay] = []
    following = Following(closing, told.append)
    history.insert_events(columns([order_line(NOON, "1")]))
    archived(history, BOUNDS.end + 5)
    following.look()
    following.look()
    history.insert_events(columns([order_line(NOON, "late")]))

    def away(*_: object, **__: object) -> None:
        raise ServiceUnavailable("ClickHouse does not answer")

    with monkeypatch.context() as during:
        during.setattr(history, step, away)
        following.look()
    following.look()
    assert [one.record.lines for one in told] == [1, 2]
    following.look()
    assert len(told) == 2


def test_a_recalculation_shows_every_sum_before_and_after_and_then_makes_it(
    history: MemoryHistory, closing: Closing
) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    closing.close(DAY)
    history.insert_events(columns([order_line(NOON, "2", brand="Öl")]))
    recalculation = Recalculation(closing, DAY - 2, DAY + 2)
    assert recalculation.days() == (DAY,)
    changes = {(c.cube, c.measure): c for c in recalculation.changes(DAY)}
    paid = changes["brand", "paid_amount"]
    assert (paid.before, paid.after, paid.difference) == (300, 600, 300)
    assert changes["buyers_24H", "buyers"].difference == 0
    (closed,) = recalculation.run([DAY])
    assert (closed.record.cause, closed.record.generation) == ("recalculate", 2)
    assert all(c.difference == 0 for c in recalculation.changes(DAY))


def test_a_recalculation_of_one_cube_leaves_the_others(
    history: MemoryHistory, closing: Closing
) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    closing.close(DAY)
    history.insert_events(columns([order_line(NOON, "2")]))
    recalculation = Recalculation(closing, DAY, DAY, ("brand",))
    assert {change.cube for change in recalculation.changes(DAY)} == {"brand"}
    assert len(list(recalculation.run(recalculation.days()))) == 1
    assert recalculation.changes(DAY)[0].difference == 0
    everything = Recalculation(closing, DAY, DAY).changes(DAY)
    assert {c.cube for c in everything if c.difference} >= {"gender", "category"}


def test_a_cube_or_a_range_there_is_not_is_refused_by_name(closing: Closing) -> None:
    with pytest.raises(ConfigurationError, match="planet"):
        Recalculation(closing, DAY, DAY, ("planet",))
    with pytest.raises(ConfigurationError, match="--from"):
        Recalculation(closing, DAY, DAY - 1)


def test_live_sums_are_those_of_redis_while_it_has_the_whole_window() -> None:
    snapshots = MemorySnapshots(CATALOGUE)
    stream = LinkGeneration("A", 3)
    sums = SnapshotSums(snapshots, CATALOGUE, "A")
    gender = CATALOGUE.cubes["gender"]
    assert sums.sums(gender, BOUNDS) is None
    snapshots.put_meta(GenerationMeta(stream, CATALOGUE.plan, "orders", 0, {}, {}, NOON - 5))
    snapshots.activate(None, stream)
    cells = [
        CellRow("gender", minute, key, CellValue(1, (7, 1, 1, 1, 1, 1)))
        for minute in (NOON, NOON + 1)
        for key in ("F", "M")
    ]
    snapshots.write(stream, cells)
    assert sums.sums(gender, BOUNDS) is None  # it began within the window
    whole = sums.sums(gender, MinuteRange(NOON - 5, NOON + 1))
    assert whole is not None
    assert whole["paid_amount"] == 14
    assert SnapshotSums(snapshots, CATALOGUE, "B").sums(gender, BOUNDS) is None


def test_a_stretch_of_a_closed_day_is_final(history: MemoryHistory, closing: Closing) -> None:
    history.insert_events(columns([order_line(NOON, "1")]))
    stretch = Stretch("A", TRADING.bounds("24H", date_of(DAY)), (DAY,))
    assert not history.read(stretch).final
    closing.close(DAY)
    assert history.read(stretch).final
