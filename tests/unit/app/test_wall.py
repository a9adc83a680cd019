"""What the wall believes of the auditor and of the source."""

from dataclasses import replace
from datetime import date

import pytest

from app import reach
from app.reading import Reading
from app.wall import Wall
from pipeline.catalogue.load import load_catalogue
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS, Zone
from pipeline.values.streams import (
    AdapterState,
    AuditorState,
    GenerationMeta,
    PartitionAdapted,
    PartitionAudit,
    SourceState,
)
from tests.e2e.orders import STREAM, fill, make_cells, make_lines, tell_states

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone(CATALOGUE.shop.zone), CATALOGUE.windows, load_promotions())
START = TIME.bounds("28H", date(2026, 11, 11)).start * MINUTE_MS
MINUTES = 10
NOW = START + MINUTES * MINUTE_MS
LINES = make_lines(CATALOGUE, START, MINUTES, 3)
META = GenerationMeta(STREAM, CATALOGUE.plan, "orders", 0, {0: 0}, {0: 0}, 0)


@pytest.fixture
def store() -> MemorySnapshots:
    """Ten minutes of orders of the topic `orders`, all told at real 1 s."""
    store = MemorySnapshots(CATALOGUE)
    fill(store, make_cells(CATALOGUE, TIME, LINES), STREAM)
    tell_states(store, LINES, 1_000, NOW)
    store.put_meta(META)
    return store


@pytest.fixture
def wall(store: MemorySnapshots) -> Wall:
    return Wall(CATALOGUE, TIME, {}, Reading(lambda: store, CATALOGUE, TIME, "A"), "build")


def test_the_end_of_another_topic_does_not_make_the_numbers_whole(
    store: MemorySnapshots, wall: Wall
) -> None:
    empty = AuditorState(
        "another", 1_000, NOW + MINUTE_MS, (PartitionAudit(0, 0, 0, 0, 0, 0, 0, {}, None),)
    )
    store.put_auditor("A", empty)
    for real_now in (1_000, 70_000):  # no auditor comes: the job is believed
        wall.refresh(real_now)
        frame = wall.frame(real_now)
    assert (frame["as_of"] or 0) < NOW
    assert frame["accounting"]["auditor"] is None
    assert frame["accounting"]["agree"] is None


def test_the_adapter_is_heard_of_for_its_own_topic_and_stays_when_redis_dies(
    store: MemorySnapshots, wall: Wall
) -> None:

    def told() -> object:
        wall.refresh(1_000)
        return wall.frame(1_000)["accounting"]["adapter"]

    assert told() is None
    part = PartitionAdapted(0, 0, 4, 4, 9, 6, 2, 1, {"amount": 2})
    store.put_adapter("A", AdapterState("other", "shop", 1, (part,)))
    assert told() is None
    store.put_adapter("A", AdapterState("orders", "shop", 2, (part,)))
    heard = told()
    assert heard is not None
    store.flush()
    assert told() == heard


def test_a_replay_that_is_over_stays_live_though_nobody_tells_of_it() -> None:
    over = SourceState("replayed", "november", 0, NOW, 0.0, 0)
    assert not reach.is_silent(over, 3_600_000)
    assert reach.is_silent(replace(over, speed=1.0), 3_600_000)
    assert not reach.is_silent(None, 3_600_000)


@pytest.mark.parametrize("silent", [False, True])
def test_a_quiet_feed_is_live_and_a_silent_source_is_not(
    store: MemorySnapshots, wall: Wall, silent: bool
) -> None:
    """An adapter that died leaves its orders where nobody here sees them."""
    for second in range(90):
        tell_states(store, LINES, second * 1_000, NOW + second * 1_000)
        if silent:  # since the beginning
            store.put_source(SourceState("live", "adapter", 0, NOW, 1.0, 0))
        wall.refresh(second * 1_000)
        frame = wall.frame(second * 1_000)
    assert frame["state"]["name"] == ("stale" if silent else "live")
    assert frame["as_of"] == NOW + (10_000 if silent else 89_000)


@pytest.mark.parametrize("filled", [False, True])
def test_a_source_that_still_sends_the_past_makes_the_wall_old(
    store: MemorySnapshots, wall: Wall, filled: bool
) -> None:
    """It was stopped for an hour: what is due since then is not in the log yet."""
    for second in range(90):
        tell_states(store, LINES, second * 1_000, NOW + second * 1_000)
        state = SourceState("simulated", "demo", 0, NOW, 1.0, second * 1_000, prefill_done=filled)
        store.put_source(state)
        wall.refresh(second * 1_000)
        frame = wall.frame(second * 1_000)
    assert frame["state"]["name"] == ("live" if filled else "stale")


@pytest.mark.parametrize("behind", [False, True])
def test_orders_that_wait_for_the_adapter_make_the_wall_old(
    store: MemorySnapshots, wall: Wall, behind: bool
) -> None:
    """It catches up an hour of the feed: the topic's own end says nothing of now."""
    part = PartitionAdapted(0, 0, 4, 4, 9, 6, 2, 1, {}, end=900 if behind else 4)
    for second in range(90):
        tell_states(store, LINES, second * 1_000, NOW + second * 1_000)
        store.put_adapter("A", AdapterState("orders", "shop", second * 1_000, (part,)))
        wall.refresh(second * 1_000)
        frame = wall.frame(second * 1_000)
    assert frame["state"]["name"] == ("stale" if behind else "live")


@pytest.mark.parametrize(("partitions", "known"), [((0,), True), ((0, 1), False)])
def test_a_partition_nobody_has_seen_yet_lets_no_instant_be_said_while_catching_up(
    partitions: tuple[int, ...], known: bool
) -> None:
    """A job that began before its topic was filled has no target, and no auditor tells the ends."""
    store = MemorySnapshots(CATALOGUE)
    tell_states(store, LINES, 1_000, NOW)
    store.put_auditor("A", AuditorState("another", 1_000, NOW, ()))
    wall = Wall(CATALOGUE, TIME, {}, Reading(lambda: store, CATALOGUE, TIME, "A"), "build")
    for turn in range(1, 5):
        fill(store, make_cells(CATALOGUE, TIME, LINES[: 6 * turn]), STREAM)
        store.put_meta(replace(META, first=dict.fromkeys(partitions, 0), parallelism=1))
        wall.refresh(1_000 + 500 * turn)
        frame = wall.frame(1_000 + 500 * turn)
    assert (frame["as_of"] is not None) == known
