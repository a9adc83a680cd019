"""Scores come back from Redis as it writes doubles."""

import pytest

from pipeline.stores.snapshots import _top


@pytest.mark.parametrize(
    ("text", "score"),
    [(b"0", 0), (b"4503599627370495", 2**52 - 1), (b"5e+15", 5 * 10**15), (b"1e+17", 10**17)],
)
def test_a_score_is_read_also_where_it_has_an_exponent(text: bytes, score: int) -> None:
    top = _top((text, text, [b"1,5,1|x", None]))
    assert (top.last, top.floor) == (score, score)
    assert top.cells[1] is None
