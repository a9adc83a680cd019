"""What is believed of a job's positions while it catches up."""

from app.reach import PartitionProgress
from app.settling import AUDITOR_PATIENCE_MS, SETTLE_MS, Ordered, Settling

REAL = 1_700_000_000_000
NOTHING: frozenset[int] = frozenset()


def test_nothing_is_said_while_the_job_catches_up_nor_until_all_has_arrived() -> None:
    """A position of 16:48 may be there seconds before the cells of 16:43."""
    settling = Settling()
    for second, (place, pending) in enumerate([(0, 90_000), (9_000, 80_000), (80_000, 9_000)]):
        assert not settling.settled(REAL + second * 1_000, {0: place}, pending)
    behind = REAL + 1_000  # 9,000 are less than a second's work at that pace
    assert not settling.settled(behind + SETTLE_MS - 1, {0: 89_000}, 0)
    assert settling.settled(behind + SETTLE_MS, {0: 89_000}, 0)


def test_what_a_fast_feed_has_on_its_way_is_no_lag() -> None:
    settling = Settling()
    rates = [settling.settled(REAL + i * 500, {0: i * 25_000}, 20_000) for i in range(9)]
    assert rates == [False] * 6 + [True] * 3, "until it is known how fast the job is"


def test_without_an_auditor_a_wall_goes_by_the_word_of_the_job_after_a_while() -> None:
    settling, patience = Settling(), AUDITOR_PATIENCE_MS
    assert not settling.settled(REAL, {0: 1}, None)
    assert not settling.settled(REAL + patience - 1, {0: 2}, None)
    assert settling.settled(REAL + patience + SETTLE_MS, {0: 3}, None)


def at(partition: int, place: int, seconds: float) -> PartitionProgress:
    return PartitionProgress(partition, place, 10 * place, REAL + int(seconds * 1_000))


def followed(*found: PartitionProgress) -> Ordered:
    ordered = Ordered()
    for one in found:
        ordered.follow(one)
    return ordered


def test_what_was_seen_before_the_last_two_changes_is_certain() -> None:
    seen = [at(0, 100, 0), at(0, 200, 0.5), at(0, 200, 1), at(0, 300, 1.5)]
    for count, certain in ((1, None), (2, None), (3, None), (4, 1_000)):
        ordered = followed(*seen[:count])
        assert ordered.reach(REAL + 1_500, {0}).instant(REAL + 1_500) == certain
    ordered.follow(at(0, 400, 2))
    assert ordered.reach(REAL + 2_000, {0}).instant(REAL + 2_000) == 2_000


def test_the_slowest_partition_decides_what_is_certain() -> None:
    first = [at(0, place, second) for second, place in enumerate((100, 200, 300))]
    second = [at(1, place, second) for second, place in enumerate((40, 50, 60))]
    for waiting in ({0, 1}, {0}, NOTHING):  # one that has just moved holds the others as well
        ordered = followed(*first, *second)
        assert ordered.reach(REAL + 2_000, waiting).instant(REAL + 2_000) == 400


def test_a_partition_of_which_nothing_is_certain_lets_nothing_be_said() -> None:
    ordered = followed(*(at(0, place, second) for second, place in enumerate((100, 200, 300))))
    assert ordered.reach(REAL + 2_000, {0, 1}).instant(REAL + 2_000) is None
    ordered.follow(at(1, 10, 2))
    assert ordered.reach(REAL + 2_000, {0, 1}).instant(REAL + 2_000) is None


def test_what_has_not_moved_for_a_while_has_arrived() -> None:
    ordered = followed(at(0, 100, 0), at(0, 200, 0.5))
    early, late = REAL + 500 + SETTLE_MS - 1, REAL + 500 + SETTLE_MS
    assert ordered.reach(early, {0}).instant(early) is None
    assert ordered.reach(late, {0}).instant(late) == 2_000
