"""When a generation has caught up."""

from pipeline.jobs.progress import missing, positions
from pipeline.stores.memory import MemorySnapshots
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.streams import AuditorState, GenerationMeta, LinkGeneration, PartitionAudit
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

STREAM = LinkGeneration("A", 1)
META = GenerationMeta(LinkGeneration("A", 1), "p", "t", 0, {0: 10, 1: 0}, {0: 20, 1: 0}, 0)


def auditor(position: int, last_row: int) -> AuditorState:
    part = PartitionAudit(0, 0, position, 20, last_row, 0, 0, {}, None)
    return AuditorState("t", 0, 0, (part,))


def test_an_empty_partition_is_reached_at_once() -> None:
    assert missing(META, {0: 20}, None) == {}


def test_rows_before_the_first_offset_are_not_waited_for() -> None:
    assert missing(META, {}, None) == {0: 10}


def test_a_tail_without_rows_is_not_lag_once_the_auditor_has_passed_it() -> None:
    assert missing(META, {0: 17}, auditor(20, 17)) == {}
    assert missing(META, {0: 17}, auditor(19, 17)) == {0: 3}


def test_an_auditor_of_another_topic_says_nothing() -> None:
    state = AuditorState("other", 0, 0, auditor(20, 17).partitions)
    assert missing(META, {0: 17}, state) == {0: 3}


def test_a_partition_is_as_far_as_the_farthest_of_its_classes() -> None:
    store = MemorySnapshots(small_catalogue())
    for name, position in (("bad_field", 4), ("counted", 9), ("duplicate", 7)):
        store.write(STREAM, [CellRow("audit", 0, name, CellValue(1, (position, 0)))])
    store.write(STREAM, [CellRow("audit", 1, "counted", CellValue(1, (2, 0)))])
    assert positions(store, STREAM) == {0: 9, 1: 2}
