"""What the sink writes is what the readers decode."""

from pipeline.jobs.encoding import CellEncoder
from pipeline.sql.flink import CellLayout
from pipeline.values.cells import CellValue

LAYOUT = CellLayout(
    columns=("paid", "orders", "position", "progress"),
    places={"brand": (0, 1), "users": (0,), "audit": (2, 3)},
    labelled=frozenset({"users"}),
)


def test_each_cube_takes_its_measures_in_its_own_order() -> None:
    hashes = CellEncoder(LAYOUT).encode(
        (["brand", "users", "audit"], [7, 8, 0], ["b1", "u1", "counted"], ["", "沪", ""]),
        [3, 2, 9],
        [[2**53 + 1, 20, 0], [1, 1, 0], [0, 0, 10], [0, 0, 99]],
    )
    assert hashes == {
        ("brand", 7): ["b1", CellValue(3, (2**53 + 1, 1)).encode()],
        ("users", 8): ["u1", CellValue(2, (20,), "沪").encode()],
        ("audit", 0): ["counted", CellValue(9, (10, 99)).encode()],
    }


def test_the_later_row_of_a_cell_wins_within_a_batch() -> None:
    hashes = CellEncoder(LAYOUT).encode(
        (["brand", "brand"], [7, 7], ["b1", "b1"], ["", ""]),
        [1, 2],
        [[5, 9], [1, 1], [0, 0], [0, 0]],
    )
    assert hashes == {("brand", 7): ["b1", "2,9,1"]}
