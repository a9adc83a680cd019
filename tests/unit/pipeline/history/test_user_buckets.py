"""Hash buckets of users, held against what Flink 2.3 says (HASH_CODE in its SQL)."""

import pytest

from pipeline.history.user_buckets import user_buckets

# (text, HASH_CODE(text)) as Flink answered.
FLINK = [
    ("a", 97),
    ("ab", 3105),
    ("abcd", 2987074),
    ("u_12345", 769689623),
    ("用户", 954895),
    ("x" * 127, 1169543304),
    ("5-714a2😀4-é023éc99c5c7用a377ébb64-2_1b", 1690043481),
    ("-é_271372_3-4a74a6用b485529aba52834😀5😀45", 1496784606),
]


@pytest.mark.parametrize(("user", "hash_code"), FLINK)
def test_the_bucket_is_that_of_the_live_job(user: str, hash_code: int) -> None:
    for buckets in (16, 7, 1000):
        assert user_buckets([user], buckets).tolist() == [(hash_code + 2**31) % buckets]


def test_the_lowest_hash_has_no_absolute_value() -> None:
    lowest = "polygenelubricants"  # Java's hash of it is -2^31
    assert user_buckets([lowest], 16).tolist() == [0]


def test_many_users_at_once_keep_their_order() -> None:
    users = [user for user, _ in FLINK]
    assert user_buckets(users, 16).tolist() == [(code + 2**31) % 16 for _, code in FLINK]
    assert user_buckets([], 16).tolist() == []
