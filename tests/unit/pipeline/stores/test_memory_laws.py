"""The laws of docs/design.md §5, over the store in memory."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stores.memory import MemorySnapshots
from tests.unit.pipeline.stores.cells import DAY, STREAM, catalogue, user
from tests.unit.pipeline.stores.laws import Replays, brute_force, replays, totals


@given(given_replays=replays())
def test_any_interleaving_of_replays_ends_at_the_most_lines(given_replays: Replays) -> None:
    store = MemorySnapshots(catalogue())
    for written in given_replays.interleaved:
        store.write(STREAM, written)
    cells = store.changes(STREAM, {str(DAY): 0}).cells
    assert {c.key: (c.value.n, *c.value.measures) for c in cells} == given_replays.ends


@given(given_totals=totals(), limit=st.integers(1, 12))
def test_a_ranking_is_what_brute_force_says_and_never_wrongly_proven(
    given_totals: dict[tuple[str, int], int], limit: int
) -> None:
    store = MemorySnapshots(catalogue())
    store.write(STREAM, [user(key, paid, segment) for (key, segment), paid in given_totals.items()])
    ranking = store.ranking(STREAM, "users", sorted({s for _, s in given_totals}), limit)
    best, trimmed = brute_force(given_totals, limit)
    assert ranking.proven or trimmed
    if ranking.proven:
        assert [(r.key, r.measures[0]) for r in ranking.rows] == best
