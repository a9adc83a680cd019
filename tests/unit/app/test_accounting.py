from dataclasses import replace
from typing import Any

from app import accounting, agreement
from pipeline.values.cells import CellValue
from pipeline.values.streams import AdapterState, AuditorState, PartitionAdapted, PartitionAudit


def cells(**classes: tuple[int, int]) -> dict[str, CellValue]:
    """class -> (rows, position)"""
    return {name: CellValue(n, (position, 5_000)) for name, (n, position) in classes.items()}


def audit(position: int, end: int, last_row: int, **counts: Any) -> PartitionAudit:
    return PartitionAudit(
        0,
        counts.get("first", 0),
        position,
        end,
        last_row,
        counts.get("counted", 0),
        counts.get("duplicate", 0),
        counts.get("rejected", {}),
        None,
    )


def test_an_offset_without_a_row_was_unparseable() -> None:
    tally = accounting.live_tally(
        0, cells(counted=(6, 10), duplicate=(2, 8), bad_field=(1, 3)), 0, None
    )
    assert tally.consumed == 10
    assert tally.rejected == {"bad_field": 1, "unparseable": 1}
    assert tally.without_row == 1


def test_counting_starts_where_the_generation_began_to_read() -> None:
    tally = accounting.live_tally(0, cells(counted=(6, 106)), 100, None)
    assert (tally.consumed, tally.rejected) == (6, {})


def test_a_tail_of_broken_messages_is_consumed_too() -> None:
    tally = accounting.live_tally(0, cells(counted=(6, 6)), 0, audit(9, 9, 6))
    assert (tally.consumed, tally.rejected, tally.pending) == (9, {"unparseable": 3}, 0)


def test_what_the_job_has_not_reached_is_pending_and_everything_adds_up() -> None:
    tally = accounting.live_tally(0, cells(counted=(6, 6)), 0, audit(9, 9, 8))
    assert tally.pending == 2
    assert tally.consumed == 8
    document = accounting.document([tally], None, None)
    assert document["consumed"] == 8
    assert document["pending"] == 2


def test_another_reason_for_the_same_message_is_a_disagreement() -> None:
    theirs = audit(9, 9, 9, counted=8, rejected={"future": 1})
    state = AuditorState("orders", 0, 0, (theirs,))
    mine = accounting.live_tally(0, cells(counted=(8, 9), too_late=(1, 5)), 0, theirs)
    assert agreement.agreement([mine], state) is False


def test_more_rows_than_offsets_are_a_disagreement() -> None:
    """An array of two events at offset 0 and an event behind it: docs/design.md §3."""
    theirs = audit(2, 2, 2, counted=1, rejected={"unparseable": 1})
    state = AuditorState("orders", 0, 0, (theirs,))
    for classes in (cells(counted=(3, 2)), cells(counted=(1, 2), bad_field=(2, 1))):
        mine = accounting.live_tally(0, classes, 0, theirs)
        assert agreement.agreement([mine], state) is False


def test_which_of_two_partitions_had_an_event_first_is_no_disagreement() -> None:
    """A feed that sends again through another producer: each of us reads in an order of its own."""

    def heard(**second: int) -> AuditorState:
        one = audit(4, 4, 4, counted=4)
        two = replace(audit(3, 3, 3, **{"counted": 2, "duplicate": 1, **second}), partition=1)
        return AuditorState("orders", 0, 0, (one, two))

    mine = [
        accounting.live_tally(0, cells(counted=(3, 4), duplicate=(1, 2)), 0, None),
        accounting.live_tally(1, cells(counted=(3, 3)), 0, None),
    ]
    assert agreement.agreement(mine, heard()) is True
    assert agreement.agreement(mine, heard(counted=3, duplicate=0)) is False
    other = [mine[0], accounting.live_tally(1, cells(counted=(2, 3), conflict=(1, 3)), 0, None)]
    assert agreement.agreement(other, heard()) is False


def test_both_words_agree_or_not_only_about_the_same_offsets() -> None:
    theirs = audit(9, 9, 9, counted=8, rejected={"future": 1, "currency": 0})
    state = AuditorState("orders", 0, 0, (theirs,))
    same = accounting.live_tally(0, cells(counted=(8, 9), future=(1, 5)), 0, theirs)
    other = accounting.live_tally(0, cells(counted=(7, 9), future=(2, 5)), 0, theirs)
    behind = accounting.live_tally(0, cells(counted=(7, 7)), 0, theirs)
    assert agreement.agreement([same], state) is True
    assert agreement.agreement([other], state) is False
    assert agreement.agreement([behind], state) is None
    assert agreement.agreement([], state) is None
    assert agreement.agreement([same], None) is None


def test_a_class_that_is_written_a_moment_later_is_no_disagreement() -> None:
    agreed = agreement.Verdict().after(True, 0)
    doubted = agreed.after(False, 1_000).after(None, 1_500).after(False, 2_000)
    assert doubted.agree is True
    assert doubted.after(False, 3_000).after(True, 4_000) == agreed


def test_a_difference_that_stays_is_said() -> None:
    verdict = agreement.Verdict().after(True, 0)
    for at in (1_000, 3_000, 5_000):
        verdict = verdict.after(False, at)
    assert verdict.agree is False
    assert verdict.after(None, 6_000).agree is False
    assert verdict.after(True, 7_000).agree is True


def test_an_empty_topic_is_nothing_to_agree_on() -> None:
    nothing = AuditorState("orders", 0, 0, (audit(0, 0, 0),))
    mine = accounting.live_tally(0, {}, 0, nothing.partitions[0])
    assert agreement.agreement([mine], nothing) is None


def test_a_generation_that_began_later_is_not_compared() -> None:
    theirs = audit(9, 9, 9, counted=9)
    later = accounting.live_tally(0, cells(counted=(4, 9)), 5, theirs)
    assert agreement.agreement([later], AuditorState("orders", 0, 0, (theirs,))) is None


def test_the_document_adds_partitions_up() -> None:
    one = accounting.live_tally(0, cells(counted=(6, 7), future=(1, 7)), 0, None)
    two = accounting.live_tally(1, cells(counted=(3, 5), future=(2, 5)), 0, None)
    theirs = AuditorState("orders", 0, 0, (audit(7, 9, 9, counted=6, rejected={"future": 1}),))
    document = accounting.document([one, two], theirs, None)
    assert document["counted"] == 9
    assert document["rejected"] == {"future": 3}
    assert document["auditor"] == {
        "consumed": 9,
        "counted": 6,
        "duplicate": 0,
        "rejected": {"future": 1},
        "pending": 2,
    }


def test_what_the_mapping_refused_stands_beside_the_topic_with_its_reasons() -> None:
    first = PartitionAdapted(0, 0, 5, 5, 12, 9, 2, 1, {"amount": 1, "message": 1})
    second = PartitionAdapted(1, 0, 3, 3, 4, 1, 3, 0, {"amount": 3})
    said = accounting.document([], None, None, AdapterState("orders", "shop", 1, (first, second)))
    assert said["adapter"] == {
        "foreign": "shop",
        "messages": 8,
        "lines": 16,
        "events": 10,
        "refused": 5,
        "skipped": 1,
        "reasons": {"amount": 4, "message": 1},
    }
    assert accounting.document([], None, None)["adapter"] is None
