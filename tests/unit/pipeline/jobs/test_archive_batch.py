"""What the archive's sink makes of a batch of rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.jobs.archive_batch import ArchiveBatch, Origin
from pipeline.sql.archive import ARCHIVE_COLUMNS
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.values.past import ArchivePosition

ORIGIN = Origin("A", "orders", 3)
INTEGERS = ("partition", "offset", "arrived_ms", "progress", "line_no", "event_ms", "minute",
            "quantity", "amount_cents")  # fmt: skip


def batch(*rows: dict[str, Any]) -> ArchiveBatch:
    def column(name: str) -> NDArray[Any]:
        empty: int | str = 0 if name in INTEGERS else ""
        kind = np.int64 if name in INTEGERS else object
        return np.array([row.get(name, empty) for row in rows], kind)

    return ArchiveBatch(tuple(column(name) for name in ARCHIVE_COLUMNS))


def row(kind: str, partition: int, offset: int, progress: int = 0, **more: Any) -> dict[str, Any]:
    return {"class": kind, "partition": partition, "offset": offset, "progress": progress, **more}


def test_only_counted_rows_become_events_with_all_columns_in_their_order() -> None:
    events = batch(
        row("counted", 0, 5, event_id="a", amount_cents=10**15 - 1),
        row("duplicate", 0, 6, event_id="a"),
        row("bad_field", 1, 7),
        row("counted", 1, 8, event_id="b"),
    ).events(ORIGIN)
    assert tuple(events) == EVENT_COLUMNS
    assert events["event_id"].tolist() == ["a", "b"]
    assert events["amount_cents"].tolist() == [10**15 - 1, 0]
    assert events["offset"].tolist() == [5, 8]
    assert {events["link"][0], events["topic"][1]} == {"A", "orders"}
    assert events["generation"].tolist() == [3, 3]


def test_integers_stay_integers() -> None:
    events = batch(row("counted", 0, 0, amount_cents=2**53 + 1)).events(ORIGIN)
    assert events["amount_cents"].dtype == np.int64
    assert events["amount_cents"].tolist() == [2**53 + 1]


def test_a_batch_of_refused_rows_has_no_events_and_still_moves_on() -> None:
    refused = batch(row("bad_field", 2, 40), row("currency", 2, 41, progress=900))
    assert len(refused.events(ORIGIN)["event_id"]) == 0
    assert refused.positions({}, 77) == {2: ArchivePosition(42, 900, 77)}


def test_each_partition_has_its_own_position() -> None:
    found = batch(
        row("counted", 0, 5, 500), row("counted", 1, 9, 100), row("duplicate", 0, 6, 400)
    ).positions({}, 7)
    assert found == {0: ArchivePosition(7, 500, 7), 1: ArchivePosition(10, 100, 7)}


def test_rows_read_again_after_a_restart_tell_nothing_new_and_progress_never_falls() -> None:
    known = {0: ArchivePosition(7, 900, 1)}
    assert batch(row("counted", 0, 5, 500)).positions(known, 7) == {}
    assert batch(row("counted", 0, 7, 500)).positions(known, 7) == {0: ArchivePosition(8, 900, 7)}
