"""Following a generation from its changes."""

from collections.abc import Mapping
from copy import deepcopy

import pytest

from pipeline.errors import ServiceUnavailable
from pipeline.stores import reader as reader_module
from pipeline.stores.bulk import EncodedChanges
from pipeline.stores.memory import MemorySnapshots
from pipeline.stores.reader import SnapshotReader
from pipeline.values.documents import BrokenDocument
from pipeline.values.places import AUDIT
from pipeline.values.streams import LinkGeneration
from tests.unit.pipeline.stores.cells import (
    DAY,
    MINUTE,
    NEXT,
    SEGMENT,
    STREAM,
    catalogue,
    row,
    user,
)


@pytest.fixture
def store() -> MemorySnapshots:
    return MemorySnapshots(catalogue())


@pytest.fixture
def reader(store: MemorySnapshots) -> SnapshotReader:
    return SnapshotReader(store, catalogue())


def lines(reader: SnapshotReader, minutes: int = 3) -> list[int]:
    block = reader.table.block("gender", MINUTE, MINUTE + minutes)
    return [int(number) for number in block.lines.sum(axis=1)]


def write_minutes(store: MemorySnapshots, stream: LinkGeneration, n: int, minutes: int = 3) -> None:
    store.write(stream, [row("gender", MINUTE + i, "F", n, n) for i in range(minutes)])


def test_a_reader_that_read_nothing_has_an_empty_table(reader: SnapshotReader) -> None:
    assert reader.stream is None
    assert lines(reader) == [0, 0, 0]


def test_a_poll_brings_what_changed_and_an_idle_one_says_nothing_did(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    write_minutes(store, STREAM, 1)
    first = reader.poll(STREAM, [DAY])
    assert (first.changed, first.lost, first.complete) == (True, False, True)
    assert lines(reader) == [1, 1, 1]
    assert not reader.poll(STREAM, [DAY]).changed
    store.write(STREAM, [row("gender", MINUTE, "F", 2, 2)])
    assert reader.poll(STREAM, [DAY]).changed
    assert lines(reader) == [2, 1, 1]


def test_the_audit_is_always_read(store: MemorySnapshots, reader: SnapshotReader) -> None:
    store.write(STREAM, [row(AUDIT, 0, "counted", 3, 3, 9)])
    reader.poll(STREAM, [])
    assert reader.table.bucket(AUDIT, 0)["counted"].measures == (3, 9)


def test_a_day_asked_for_later_is_read_whole(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    store.write(STREAM, [row("gender", MINUTE - 1, "F", 5, 5)])
    write_minutes(store, STREAM, 1)
    reader.poll(STREAM, [DAY])
    assert reader.table.bucket("gender", MINUTE - 1) == {}
    assert reader.poll(STREAM, [DAY - 1, DAY]).changed
    assert reader.table.bucket("gender", MINUTE - 1)["F"].n == 5


def test_ranked_buckets_are_told(store: MemorySnapshots, reader: SnapshotReader) -> None:
    store.write(STREAM, [user("u1", 5)])
    assert reader.poll(STREAM, [DAY]).ranked == {("users", SEGMENT)}
    assert reader.poll(STREAM, [DAY]).ranked == set()


def test_lost_data_is_told_until_the_next_generation_and_the_table_is_kept(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    write_minutes(store, STREAM, 5)
    reader.poll(STREAM, [DAY])
    store.flush()
    assert reader.poll(STREAM, [DAY]).lost
    assert lines(reader) == [5, 5, 5]
    store.write(STREAM, [row("gender", MINUTE + 1, "F", 6, 6), row("gender", MINUTE, "F", 4, 4)])
    assert reader.poll(STREAM, [DAY]).lost
    assert lines(reader) == [5, 6, 5]
    write_minutes(store, NEXT, 7)
    assert not reader.poll(NEXT, [DAY]).lost


def test_lost_data_is_noticed_when_the_new_seq_is_already_larger(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    write_minutes(store, STREAM, 1)
    reader.poll(STREAM, [DAY])
    store.flush()
    for n in range(2, 9):
        write_minutes(store, STREAM, n)
    assert reader.poll(STREAM, [DAY]).lost
    assert lines(reader) == [8, 8, 8]


def test_another_generation_is_shown_only_when_it_was_read_whole(
    store: MemorySnapshots, reader: SnapshotReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_minutes(store, STREAM, 9)
    reader.poll(STREAM, [DAY])
    write_minutes(store, NEXT, 3)
    store.write(NEXT, [user("u1", 5)])
    monkeypatch.setattr(reader_module, "PAGE", 1)
    monkeypatch.setattr(reader_module, "MOST_PAGES", 2)
    result = reader.poll(NEXT, [DAY])
    assert (result.changed, result.complete, reader.stream) == (False, False, STREAM)
    assert lines(reader) == [9, 9, 9]
    result = reader.poll(NEXT, [DAY])
    assert (result.changed, result.complete, reader.stream) == (True, True, NEXT)
    assert result.ranked == {("users", SEGMENT)}
    assert lines(reader) == [3, 3, 3]


def test_a_failed_poll_leaves_the_table_and_the_next_goes_on(
    store: MemorySnapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = False
    read = store.encoded_changes

    def encoded_changes(
        stream: LinkGeneration, cursors: Mapping[str, int], limit: int = 1
    ) -> EncodedChanges:
        if away:
            raise ServiceUnavailable("away")
        return read(stream, cursors, limit)

    monkeypatch.setattr(store, "encoded_changes", encoded_changes)
    reader = SnapshotReader(store, catalogue())
    write_minutes(store, STREAM, 1)
    reader.poll(STREAM, [DAY])
    away = True
    write_minutes(store, STREAM, 2)
    with pytest.raises(ServiceUnavailable):
        reader.poll(STREAM, [DAY])
    assert lines(reader) == [1, 1, 1]
    away = False
    assert reader.poll(STREAM, [DAY]).complete
    assert lines(reader) == [2, 2, 2]


def test_cells_that_do_not_fit_the_catalogue_are_said(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    store.write(STREAM, [row("gender", MINUTE, "F", 1, 1, 1)])
    with pytest.raises(BrokenDocument, match=f"gender:{MINUTE} of A:3"):
        reader.poll(STREAM, [DAY])


def test_a_forgotten_day_that_is_asked_for_again_is_read_again(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    write_minutes(store, STREAM, 1)
    reader.poll(STREAM, [DAY])
    reader.forget_before(MINUTE + 1440)
    assert lines(reader) == [0, 0, 0]
    reader.poll(STREAM, [DAY])
    assert lines(reader) == [1, 1, 1]


def test_an_older_state_of_the_same_redis_is_a_loss(
    store: MemorySnapshots, reader: SnapshotReader
) -> None:
    """A Redis that comes back from its last save keeps its life, and its seq has fallen."""
    write_minutes(store, STREAM, 1)
    reader.poll(STREAM, [DAY])
    saved = deepcopy(store._generations)
    write_minutes(store, STREAM, 2)
    assert not reader.poll(STREAM, [DAY]).lost
    store._generations = saved
    found = reader.poll(STREAM, [DAY])
    assert (found.lost, found.changed) == (True, False)
    assert lines(reader) == [2, 2, 2]


class Seconds:
    """A clock that is turned by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def write_until(store: MemorySnapshots, stream: LinkGeneration, n: int) -> None:
    store.write(stream, [row(AUDIT, 0, "counted", n, n, 0), row("gender", MINUTE, "F", n, n)])


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def patient(store: MemorySnapshots, seconds: Seconds) -> SnapshotReader:
    """A reader that shows a generation which has counted nine lines."""
    reader = SnapshotReader(store, catalogue(), seconds)
    write_until(store, STREAM, 9)
    reader.poll(STREAM, [DAY])
    return reader


def test_no_number_falls_when_a_generation_that_is_behind_becomes_active(
    store: MemorySnapshots, patient: SnapshotReader, seconds: Seconds
) -> None:
    write_until(store, NEXT, 8)
    found = patient.poll(NEXT, [DAY])
    assert (found.changed, found.complete, patient.stream) == (False, False, STREAM)
    assert lines(patient, 1) == [9]
    write_until(store, NEXT, 10)
    seconds.now += 5
    assert patient.poll(NEXT, [DAY]).complete is False  # its last cells may be on their way
    seconds.now += reader_module.SETTLE_S
    assert patient.poll(NEXT, [DAY]).complete is True
    assert (patient.stream, lines(patient, 1)) == (NEXT, [10])


def test_a_generation_that_never_comes_level_is_shown_in_the_end(
    store: MemorySnapshots, patient: SnapshotReader, seconds: Seconds
) -> None:
    """Its topic was made again: there is less of it."""
    write_until(store, NEXT, 3)
    patient.poll(NEXT, [DAY])
    seconds.now += reader_module.LEVEL_PATIENCE_S - 0.1
    patient.poll(NEXT, [DAY])
    assert patient.stream == STREAM
    seconds.now += 0.1
    assert patient.poll(NEXT, [DAY]).changed
    assert (patient.stream, lines(patient, 1)) == (NEXT, [3])


def test_a_generation_of_another_link_is_not_waited_for(
    store: MemorySnapshots, patient: SnapshotReader
) -> None:
    other = LinkGeneration("B", 1)
    write_until(store, other, 2)
    assert patient.poll(other, [DAY]).changed
    assert patient.stream == other
