"""The snapshot store on a real Redis: the suite, what only a server does, and the guard's law."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused, ServiceUnavailable
from pipeline.stores.reader import SnapshotReader
from pipeline.stores.snapshots import SECONDS_TO_LIVE, RedisSnapshots
from pipeline.values.documents import BrokenDocument
from pipeline.values.places import AUDIT
from tests.integration.real_parts import RealParts
from tests.unit.pipeline.stores.cells import DAY, MINUTE, STREAM, catalogue, row, user
from tests.unit.pipeline.stores.laws import Replays, brute_force, replays, totals
from tests.unit.pipeline.stores.snapshot_suite import SnapshotSuite

pytestmark = pytest.mark.services
# One store serves all examples of a property; each begins by dropping the generation.
SHARED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def server(redis_url: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_url, socket_timeout=30)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def store(server: redis.Redis, redis_url: str) -> Iterator[RedisSnapshots]:
    snapshots = RedisSnapshots(redis_url, catalogue(), timeout_s=30)
    yield snapshots
    snapshots.close()


class TestRedisSnapshots(SnapshotSuite):
    @pytest.fixture
    def lose_everything(self, server: redis.Redis) -> Callable[[], None]:
        return lambda: server.flushall() and None


def test_every_key_of_a_generation_lies_in_one_slot_and_expires(
    store: RedisSnapshots, server: redis.Redis
) -> None:
    store.write(STREAM, [row("gender", MINUTE, "F", 1, 1), row(AUDIT, 0, "counted", 1, 1, 1)])
    store.write(STREAM, [user(f"u{i}", i) for i in range(20)])
    keys = sorted(key.decode() for key in server.scan_iter())
    assert keys == sorted(
        f"daping:{{A:3}}:{name}"
        for name in (
            "life",
            "seq",
            f"cells:gender:{MINUTE}",
            f"cells:users:{DAY * 2}",
            "cells:audit:0",
            f"changed:{DAY}",
            "changed:audit",
            f"ranked:users:{DAY * 2}",
            f"floor:users:{DAY * 2}",
        )
    )
    assert all(SECONDS_TO_LIVE - 60 < server.ttl(key) <= SECONDS_TO_LIVE for key in keys)


def test_scripts_are_sent_again_to_a_server_that_forgot_them(
    store: RedisSnapshots, server: redis.Redis
) -> None:
    for n in (1, 2):
        server.script_flush()
        rows = [row("gender", MINUTE + i, "F", n, n) for i in range(5)]
        assert store.write(STREAM, [*rows, user("u1", n)]) == 6
    assert len(store.changes(STREAM, {str(DAY): 0}).cells) == 5


def test_a_killed_server_comes_back_and_writing_goes_on(
    store: RedisSnapshots, real_parts: RealParts
) -> None:
    store.write(STREAM, [row("gender", MINUTE, "F", 1, 1)])
    real_parts.kill("redis")
    with pytest.raises(ServiceUnavailable, match=r"redis://127\.0\.0\.1:\d+"):
        store.write(STREAM, [row("gender", MINUTE, "F", 2, 2)])
    real_parts.restart("redis")
    assert store.write(STREAM, [row("gender", MINUTE, "F", 2, 2)]) == 1
    assert store.changes(STREAM, {str(DAY): 0}).seq == 1


def test_a_frozen_server_is_given_up_within_the_limit(
    redis_url: str, server: redis.Redis, real_parts: RealParts
) -> None:
    impatient = RedisSnapshots(redis_url, catalogue(), timeout_s=0.2)
    until = time.monotonic() + 60
    while not _answers(impatient):
        assert time.monotonic() < until, "it does not answer though nothing is frozen"
    pid = real_parts.processes["redis"].pid
    os.killpg(pid, signal.SIGSTOP)  # until it is let go, however long this test is held up
    try:
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            impatient.active()
        assert time.monotonic() - began < 60
    finally:
        os.killpg(pid, signal.SIGCONT)


def _answers(store: RedisSnapshots) -> bool:
    try:
        store.active()
    except ServiceUnavailable:
        return False
    return True


def test_an_error_names_the_address_and_not_the_password(redis_url: str) -> None:
    port = redis_url.rpartition(":")[2]
    locked = RedisSnapshots(f"redis://someone:secret@127.0.0.1:{port}", catalogue())
    with pytest.raises(ServiceUnavailable) as told:
        locked.active()
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)


def test_cells_of_another_plan_are_refused(store: RedisSnapshots) -> None:
    store.write(STREAM, [row("gender", MINUTE, "F", 1, 1)])
    with pytest.raises(Refused, match="not a cell of this cube"):
        store.write(STREAM, [row("gender", MINUTE, "F", 2, 1, 1)])


def test_a_broken_document_is_said_with_its_key(store: RedisSnapshots, server: redis.Redis) -> None:
    server.set("daping:source", b'{"kind":"simulated"}')
    with pytest.raises(BrokenDocument, match="daping:source"):
        store.source()


@SHARED
@given(given_replays=replays())
def test_any_interleaving_of_replays_ends_at_the_most_lines_and_nothing_falls(
    store: RedisSnapshots, given_replays: Replays
) -> None:
    store.drop(STREAM)
    cursors, seen = {str(DAY): 0}, dict[str, tuple[int, ...]]()
    for written in given_replays.interleaved:
        store.write(STREAM, written)
        for cell in store.changes(STREAM, cursors).cells:
            numbers = (cell.value.n, *cell.value.measures)
            before = seen.get(cell.key, ())
            assert all(now >= old for now, old in zip_longest(numbers, before, fillvalue=0))
            seen[cell.key] = numbers
    assert seen == given_replays.ends


@SHARED
@given(given_totals=totals(), limit=st.integers(1, 12))
def test_a_ranking_is_what_brute_force_says_and_never_wrongly_proven(
    monkeypatch: pytest.MonkeyPatch,
    store: RedisSnapshots,
    given_totals: dict[tuple[str, int], int],
    limit: int,
) -> None:
    monkeypatch.setattr("pipeline.stores.snapshots._FIRST_DEPTH", 1)
    store.drop(STREAM)
    store.write(STREAM, [user(key, paid, segment) for (key, segment), paid in given_totals.items()])
    ranking = store.ranking(STREAM, "users", sorted({s for _, s in given_totals}), limit)
    best, trimmed = brute_force(given_totals, limit)
    if not trimmed:
        assert ranking.proven
    if ranking.proven:
        assert [(r.key, r.measures[0]) for r in ranking.rows] == best


def test_a_reader_keeps_what_redis_lost_and_says_so(
    store: RedisSnapshots, server: redis.Redis
) -> None:
    reader = SnapshotReader(store, catalogue())
    store.write(STREAM, [row("gender", MINUTE + i, "F", 1, 1) for i in range(3)])
    assert not reader.poll(STREAM, [DAY]).lost
    server.flushall()
    store.write(STREAM, [row("gender", MINUTE, "F", 2, 2)])
    result = reader.poll(STREAM, [DAY])
    assert result.lost
    assert reader.table.block("gender", MINUTE, MINUTE + 3).lines.ravel().tolist() == [2, 1, 1]
