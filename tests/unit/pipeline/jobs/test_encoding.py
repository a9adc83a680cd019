"""What the sink's columns become."""

from pipeline.jobs.encoding import hashes_of


def test_cells_come_together_by_cube_and_bucket() -> None:
    hashes = hashes_of(
        ["brand:7", "users:-8", "brand:7", "audit:0"],
        ["b1", "u1", "b2", "counted"],
        ["3,5,1", "2,20|沪", "1,9,1", "9,10,99"],
    )
    assert hashes == {
        ("brand", 7): ["b1", "3,5,1", "b2", "1,9,1"],
        ("users", -8): ["u1", "2,20|沪"],
        ("audit", 0): ["counted", "9,10,99"],
    }


def test_the_later_row_of_a_cell_wins_within_a_batch() -> None:
    hashes = hashes_of(["brand:7", "brand:7"], ["b1", "b1"], ["1,5,1", "2,9,1"])
    assert hashes == {("brand", 7): ["b1", "2,9,1"]}
