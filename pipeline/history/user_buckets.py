"""Which hash bucket of distinct buyers a user is in: what the live job's SQL says, in Python."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LONGEST_UNITS = 256  # of UTF-16: a user's id has at most 128 characters
_POWERS = np.array([pow(31, n, 2**32) for n in range(_LONGEST_UNITS - 1, -1, -1)], np.uint32)


def user_buckets(users: Sequence[str], buckets: int) -> NDArray[np.int64]:
    """Return the bucket of each user: MOD(HASH_CODE(user_id) + 2147483648, buckets).

    Flink's HASH_CODE of a text is the absolute value of Java's `String.hashCode`, which sums the
    units of UTF-16 times powers of 31 in 32 bits; of the lowest number the absolute value is
    itself. (Seen in Flink 2.3 and held against it by a test.)
    """
    hashes = np.fromiter((_java_hash(user) for user in users), np.uint32, len(users))
    signed = hashes.view(np.int32)
    absolute = np.where(signed == -(2**31), signed, np.abs(signed)).astype(np.int64)
    result: NDArray[np.int64] = (absolute + 2**31) % buckets
    return result


def _java_hash(text: str) -> int:
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2").astype(np.uint32)
    return int((units * _POWERS[_LONGEST_UNITS - len(units) :]).sum(dtype=np.uint32))
