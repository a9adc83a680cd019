"""What every snapshot store does: one suite, run over the one in memory and over a real Redis."""

from collections.abc import Callable

import pytest

from pipeline.errors import Refused
from pipeline.stores.protocol import Changes, RankedRow, Snapshots
from pipeline.values.cells import CellValue
from pipeline.values.places import AUDIT
from pipeline.values.streams import (
    Active,
    AdapterState,
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    PartitionAdapted,
    PartitionAudit,
    SourceState,
)
from tests.unit.pipeline.stores.cells import DAY, KEEP, MINUTE, NEXT, SEGMENT, STREAM, row, user

ALL = {str(DAY): 0, AUDIT: 0}


def cells_of(changes: Changes) -> dict[tuple[str, int, str], CellValue]:
    return {(r.cube, r.bucket, r.key): r.value for r in changes.cells}


class SnapshotSuite:
    """Needs fixtures `store` (empty) and `lose_everything`."""

    def test_a_cell_written_is_read_as_it_was(self, store: Snapshots) -> None:
        rows = [
            row("category", MINUTE, "女装", 2, 2**53 - 1, 1),
            row("category", MINUTE, "", 1, 0, 0),
            row("category", MINUTE + 1, "a b|c,d", 1, 5, 1),
            row("buyers_28H", DAY, "7", 3, 3),
            row(AUDIT, 2, "counted", 9, 9, 1_700_000_000_000),
            row("of_no_catalogue", MINUTE, "x", 1, 1, label="上海|,"),
        ]
        assert store.write(STREAM, rows) == len(rows)
        assert cells_of(store.changes(STREAM, ALL)) == {
            (r.cube, r.bucket, r.key): r.value for r in rows
        }

    def test_a_cell_is_replaced_only_by_more_lines_and_no_smaller_measure(
        self, store: Snapshots
    ) -> None:
        store.write(STREAM, [row("category", MINUTE, "a", 9, 100, 99)])
        refused = [(9, 100, 99), (9, 200, 99), (8, 200, 100), (10, 99, 100), (10, 100, 98)]
        for numbers in refused:
            assert store.write(STREAM, [row("category", MINUTE, "a", *numbers)]) == 0
        assert store.changes(STREAM, ALL).seq == 1
        assert store.write(STREAM, [row("category", MINUTE, "a", 10, 100, 100)]) == 1
        assert cells_of(store.changes(STREAM, ALL))["category", MINUTE, "a"].n == 10

    def test_numbers_are_compared_as_numbers_not_as_texts(self, store: Snapshots) -> None:
        store.write(STREAM, [row("gender", MINUTE, "F", 9, 2**53 - 2)])
        assert store.write(STREAM, [row("gender", MINUTE, "F", 10, 2**53 - 3)]) == 0
        assert store.write(STREAM, [row("gender", MINUTE, "F", 10, 2**53 - 1)]) == 1

    def test_a_key_that_comes_twice_in_one_write_ends_at_the_larger(self, store: Snapshots) -> None:
        rows = [row("gender", MINUTE, "F", n, n) for n in (3, 5, 4)]
        assert store.write(STREAM, rows) == 2
        assert cells_of(store.changes(STREAM, ALL)) == {("gender", MINUTE, "F"): CellValue(5, (5,))}

    def test_thousands_of_keys_go_into_one_bucket(self, store: Snapshots) -> None:
        rows = [row("category", MINUTE, f"k{i}", 1, i, 1) for i in range(5_001)]
        assert store.write(STREAM, rows) == len(rows)
        assert len(store.changes(STREAM, ALL).cells) == len(rows)

    def test_encoded_cells_are_stored_as_they_come(self, store: Snapshots) -> None:
        hashes = {("gender", MINUTE): ["F", "2,30", "M", "1,5"], (AUDIT, 0): ["counted", "3,3,9"]}
        assert store.write_encoded(STREAM, hashes) == 3
        [audit, gender] = sorted(
            store.encoded_changes(STREAM, ALL).buckets, key=lambda bucket: bucket.cube
        )
        assert (audit.keys, audit.values) == (("counted",), "3,3,9")
        assert dict(zip(gender.keys, gender.values.split("\n"), strict=True)) == {
            "F": "2,30",
            "M": "1,5",
        }

    def test_only_what_changed_since_the_cursor_is_read(self, store: Snapshots) -> None:
        store.write(STREAM, [row("gender", MINUTE + i, "F", 1, 1) for i in range(3)])
        first = store.changes(STREAM, ALL)
        assert (len(first.cells), first.more) == (3, False)
        assert store.changes(STREAM, first.cursors).cells == ()
        store.write(STREAM, [row("gender", MINUTE + 1, "F", 2, 2)])
        second = store.changes(STREAM, first.cursors)
        assert [r.bucket for r in second.cells] == [MINUTE + 1]
        assert second.seq == first.seq + 1
        assert second.life == first.life

    def test_only_the_days_asked_for_are_read(self, store: Snapshots) -> None:
        store.write(
            STREAM, [row("gender", MINUTE, "F", 1, 1), row("gender", MINUTE - 1, "F", 2, 2)]
        )
        yesterday = store.changes(STREAM, {str(DAY - 1): 0})
        assert [r.bucket for r in yesterday.cells] == [MINUTE - 1]
        assert list(yesterday.cursors) == [str(DAY - 1)]

    @pytest.mark.parametrize("limit", [1, 3, 7, 8])
    def test_pages_bring_everything_once(self, store: Snapshots, limit: int) -> None:
        buckets = [MINUTE + i for i in range(5)] + [MINUTE - 1, MINUTE - 2]
        store.write(STREAM, [row("gender", bucket, "F", 1, 1) for bucket in buckets])
        found: list[int] = []
        cursors = {str(DAY - 1): 0, str(DAY): 0}
        for _ in range(20):
            page = store.changes(STREAM, cursors, limit)
            assert len(page.cells) <= limit
            found += [r.bucket for r in page.cells]
            cursors = dict(page.cursors)
            if not page.more:
                break
        assert sorted(found) == sorted(buckets)

    def test_a_generation_nobody_wrote_is_empty(self, store: Snapshots) -> None:
        changes = store.changes(STREAM, ALL)
        assert (changes.life, changes.seq, changes.cells) == (None, 0, ())
        assert store.life(STREAM) is None
        assert store.ranking(STREAM, "users", [SEGMENT], 10).rows == ()

    def test_generations_do_not_touch_each_other(self, store: Snapshots) -> None:
        store.write(STREAM, [row("gender", MINUTE, "F", 5, 5)])
        store.write(NEXT, [row("gender", MINUTE, "F", 1, 1)])
        assert cells_of(store.changes(NEXT, ALL))["gender", MINUTE, "F"].n == 1
        assert store.life(STREAM) != store.life(NEXT)
        store.put_meta(meta(NEXT))
        store.drop(NEXT)
        assert store.changes(NEXT, ALL).life is None
        assert store.generations("A") == ()
        assert cells_of(store.changes(STREAM, ALL))["gender", MINUTE, "F"].n == 5

    def test_lost_data_shows_in_life_and_seq_and_writing_goes_on(
        self, store: Snapshots, lose_everything: Callable[[], None]
    ) -> None:
        store.write(STREAM, [row("gender", MINUTE + i, "F", 1, 1) for i in range(3)])
        before = store.changes(STREAM, ALL)
        lose_everything()
        assert store.changes(STREAM, before.cursors).life is None
        assert store.write(STREAM, [row("gender", MINUTE, "F", 2, 2)]) == 1
        after = store.changes(STREAM, ALL)
        assert after.life not in (None, before.life)
        assert after.seq == 1

    def test_a_ranked_bucket_is_told_but_not_listed(self, store: Snapshots) -> None:
        store.write(STREAM, [user("u1", 5), user("u2", 6)])
        changes = store.changes(STREAM, {str(DAY): 0})
        assert (changes.cells, changes.ranked) == ((), (("users", SEGMENT),))

    def test_a_ranking_sums_the_buckets(self, store: Snapshots) -> None:
        store.write(STREAM, [user("u1", 5), user("u2", 6), user("u1", 3, SEGMENT + 1)])
        ranking = store.ranking(STREAM, "users", [SEGMENT, SEGMENT + 1], 10)
        assert ranking.rows == (
            RankedRow("u1", 10, (8, 2), "广东"),
            RankedRow("u2", 7, (6, 1), "广东"),
        )
        assert ranking.proven

    def test_equal_users_are_ordered_by_key(self, store: Snapshots) -> None:
        store.write(STREAM, [user(key, 5) for key in "cadb"])
        rows = store.ranking(STREAM, "users", [SEGMENT], 3).rows
        assert [r.key for r in rows] == ["a", "b", "c"]

    def test_trimmed_users_leave_a_floor_and_the_best_stay_proven(self, store: Snapshots) -> None:
        store.write(STREAM, [user(f"u{i:03}", i) for i in range(100)])
        ranking = store.ranking(STREAM, "users", [SEGMENT], KEEP)
        assert [r.measures[0] for r in ranking.rows] == list(range(99, 99 - KEEP, -1))
        assert ranking.proven
        assert not store.ranking(STREAM, "users", [SEGMENT], KEEP * 2).proven

    def test_a_trimmed_user_comes_back_only_above_the_floor(self, store: Snapshots) -> None:
        store.write(STREAM, [user(f"u{i:03}", i) for i in range(100)])
        assert store.write(STREAM, [user("u002", 89)]) == 0
        assert store.write(STREAM, [user("u002", 500)]) == 1
        assert store.ranking(STREAM, "users", [SEGMENT], 1).rows[0].key == "u002"

    def test_a_ranking_that_a_trimmed_part_could_change_is_not_proven(
        self, store: Snapshots
    ) -> None:
        store.write(STREAM, [user(f"u{i:03}", 1000 + i) for i in range(100)])
        store.write(STREAM, [user("u000", 1010, SEGMENT + 1), user("late", 900, SEGMENT + 1)])
        ranking = store.ranking(STREAM, "users", [SEGMENT, SEGMENT + 1], 3)
        assert not ranking.proven

    def test_ranking_a_cube_that_is_not_ranked_is_refused(self, store: Snapshots) -> None:
        with pytest.raises(Refused, match="gender"):
            store.ranking(STREAM, "gender", [MINUTE], 10)

    def test_activating_compares_with_what_was_seen(self, store: Snapshots) -> None:
        assert store.active() is None
        first = store.activate(None, STREAM)
        assert first == Active(STREAM, 1) == store.active()
        with pytest.raises(Refused):
            store.activate(None, NEXT)
        assert store.activate(first, NEXT) == Active(NEXT, 2) == store.active()
        with pytest.raises(Refused):
            store.activate(first, STREAM)

    def test_generations_are_listed_by_their_metas(self, store: Snapshots) -> None:
        assert store.generations("A") == ()
        for link, number in (("A", 12), ("A", 3), ("B", 5), ("A*", 7)):
            store.put_meta(meta(LinkGeneration(link, number)))
        assert store.generations("A") == (3, 12)
        assert store.generations("A*") == (7,)
        assert store.meta(STREAM) == meta(STREAM)
        assert store.meta(NEXT) is None

    def test_states_come_back_exactly(self, store: Snapshots) -> None:
        source = SourceState("simulated", "双11", 1, 2**53, 0.1, 3, seed=7, sent=9)
        audit = PartitionAudit(0, 1, 2, 3, 4, 5, 6, {"too_late": 7}, None)
        auditor = AuditorState("orders", 1, 2, (audit, audit))
        job = JobState(1, None, "RUNNING", 2, "it\nbroke", None)
        assert (store.source(), store.auditor("A"), store.job("A")) == (None, None, None)
        store.put_source(source)
        store.put_auditor("A", auditor)
        store.put_job("A", job)
        assert (store.source(), store.auditor("A"), store.job("A")) == (source, auditor, job)
        assert store.auditor("B") is None

    def test_processes_that_share_a_feed_tell_of_their_partitions_only(
        self, store: Snapshots
    ) -> None:
        assert store.adapter("A") is None
        store.put_adapter("A", adapted("old", 3, partition(0, 9)))
        store.put_adapter("A", adapted("shop", 5, partition(0, 1), partition(2, 3)))
        store.put_adapter("A", adapted("shop", 6, partition(1, 7)))
        store.put_adapter("A", adapted("shop", 4, partition(2, 4)))
        said = store.adapter("A")
        assert said == adapted("shop", 6, partition(0, 1), partition(1, 7), partition(2, 4))
        assert store.adapter("B") is None


def partition(number: int, refused: int) -> PartitionAdapted:
    counts = (0, 10, 10, 10, 10 - refused, refused, 0)
    return PartitionAdapted(number, *counts, {"amount": refused})


def adapted(foreign: str, at: int, *partitions: PartitionAdapted) -> AdapterState:
    return AdapterState("orders", foreign, at, partitions)


def meta(stream: LinkGeneration) -> GenerationMeta:
    return GenerationMeta(stream, "plan", "orders", 1, {0: 5, 1: 6}, {0: 7, 1: 2**53}, 9)
