"""Cells in memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.cells import CellValue
from pipeline.values.places import AUDIT
from pipeline.values.table import CellTable
from tests.unit.pipeline.stores.cells import DAY, MINUTE, SEGMENT, catalogue, row

LARGEST = 2**53


@pytest.fixture
def table() -> CellTable:
    return CellTable(catalogue())


def test_a_block_has_every_minute_and_key_and_zeros_where_nothing_was_written(
    table: CellTable,
) -> None:
    table.put(row("category", MINUTE, "a", 2, 30, 1))
    table.put(row("category", MINUTE + 2, "b", 1, 5, 1))
    block = table.block("category", MINUTE, MINUTE + 4)
    assert (block.keys, block.measures) == (("a", "b"), ("paid_amount", "orders"))
    assert block.values.dtype == block.lines.dtype == np.int64
    assert block.values.shape == (4, 2, 2)
    assert block.lines.tolist() == [[2, 0], [0, 0], [0, 1], [0, 0]]
    assert block.values[0].tolist() == [[30, 1], [0, 0]]


def test_a_block_goes_over_the_edges_of_days(table: CellTable) -> None:
    for minute in (MINUTE - 1441, MINUTE - 1, MINUTE, MINUTE + 1440):
        table.put(row("gender", minute, "F", 1, minute))
    block = table.block("gender", MINUTE - 1441, MINUTE + 1441)
    written = np.flatnonzero(block.lines[:, 0]) + MINUTE - 1441
    assert written.tolist() == block.values[block.lines > 0].ravel().tolist()
    assert len(written) == 4


def test_a_block_is_a_copy(table: CellTable) -> None:
    table.put(row("gender", MINUTE, "F", 1, 1))
    table.block("gender", MINUTE, MINUTE + 1).values[:] = 9
    assert table.bucket("gender", MINUTE) == {"F": CellValue(1, (1,))}


def test_a_block_of_nothing_is_empty(table: CellTable) -> None:
    assert table.block("gender", MINUTE, MINUTE).values.shape == (0, 0, 1)
    assert table.block("gender", MINUTE, MINUTE + 5).lines.shape == (5, 0)


def test_keys_grow_and_earlier_minutes_keep_their_cells(table: CellTable) -> None:
    for i in range(100):
        table.put(row("gender", MINUTE + i, f"k{i}", 1, i))
    block = table.block("gender", MINUTE, MINUTE + 100)
    assert block.lines.tolist() == np.eye(100, dtype=int).tolist()
    assert np.diagonal(block.values[:, :, 0]).tolist() == list(range(100))


@pytest.mark.parametrize("cube", ["category", AUDIT])
def test_a_cell_is_replaced_only_by_more_lines_and_no_smaller_measure(
    table: CellTable, cube: str
) -> None:
    assert table.put(row(cube, MINUTE, "a", 5, 10, 10))
    for numbers in [(5, 10, 10), (4, 20, 20), (6, 9, 10), (6, 10, 9)]:
        assert not table.put(row(cube, MINUTE, "a", *numbers))
    assert table.put(row(cube, MINUTE, "a", 6, 10, LARGEST))
    assert table.bucket(cube, MINUTE)["a"] == CellValue(6, (10, LARGEST))


_numbers = st.tuples(st.integers(1, LARGEST), st.integers(0, LARGEST), st.integers(0, LARGEST))
_cells = st.dictionaries(st.text("abcdé,|", max_size=3), _numbers, min_size=1)


@given(st.lists(_cells, max_size=5), st.sampled_from(["category", AUDIT]))
def test_putting_in_bulk_is_putting_one_by_one(
    buckets: list[dict[str, tuple[int, int, int]]], cube: str
) -> None:
    alone, bulk = CellTable(catalogue()), CellTable(catalogue())
    for cells in buckets:
        rows = [row(cube, MINUTE, key, *numbers) for key, numbers in cells.items()]
        texts = "\n".join(r.value.encode() for r in rows)
        replaced = bulk.put_encoded(cube, MINUTE, tuple(cells), texts)
        assert replaced == sum(alone.put(r) for r in rows)
    assert dict(bulk.bucket(cube, MINUTE)) == dict(alone.bucket(cube, MINUTE))


@pytest.mark.parametrize("values", ["1,2", "1,2,3,4", "1,2,x", "1,2,3\n1,2,3", ""])
def test_what_is_not_whole_cells_of_the_cube_is_refused(table: CellTable, values: str) -> None:
    with pytest.raises(ValueError, match=r"shape|cells"):
        table.put_encoded("category", MINUTE, ("a",), values)
    assert table.bucket("category", MINUTE) == {}


def test_a_label_of_a_minute_cube_is_left_out_of_its_numbers(table: CellTable) -> None:
    table.put_encoded("gender", MINUTE, ("F", "M"), "1,2|a,b\n3,4|")
    assert table.bucket("gender", MINUTE) == {"F": CellValue(1, (2,)), "M": CellValue(3, (4,))}


def test_cubes_of_nobody_are_left_out(table: CellTable) -> None:
    assert not table.put(row("of_no_catalogue", 1, "a", 1, 1))
    assert table.put_encoded("of_no_catalogue", 1, ("a",), "1,1") == 0
    assert table.bucket("of_no_catalogue", 1) == {}


def test_a_version_changes_with_a_cell_and_only_then(table: CellTable) -> None:
    before = table.version("gender"), table.version(AUDIT), table.version("category")
    table.put(row("gender", MINUTE, "F", 1, 1))
    table.put(row(AUDIT, 0, "counted", 1, 1, 1))
    after = table.version("gender"), table.version(AUDIT), table.version("category")
    assert (after[0] != before[0], after[1] != before[1], after[2]) == (True, True, before[2])
    table.put(row("gender", MINUTE, "F", 1, 1))
    assert table.version("gender") == after[0]


def test_whole_days_are_forgotten_and_the_audit_stays(table: CellTable) -> None:
    for row_ in (
        row("gender", MINUTE - 1, "F", 1, 1),
        row("gender", MINUTE, "F", 1, 1),
        row("buyers_28H", DAY - 2, "0", 1, 1),
        row("buyers_28H", DAY - 1, "0", 1, 1),
        row("users", SEGMENT - 4, "u", 1, 1, 1),
        row("users", SEGMENT, "u", 1, 1, 1),
        row(AUDIT, 0, "counted", 1, 1, 1),
    ):
        table.put(row_)
    table.forget_before(MINUTE + 5)
    assert table.block("gender", MINUTE - 1, MINUTE + 1).lines.ravel().tolist() == [0, 1]
    assert table.buckets("buyers_28H") == (DAY - 1,)
    assert table.buckets("users") == (SEGMENT,)
    assert table.buckets(AUDIT) == (0,)


def test_many_cells_put_at_once_are_guarded_as_single_ones_are() -> None:
    table = CellTable(catalogue())
    minutes = np.array([MINUTE, MINUTE, MINUTE + 1440, MINUTE], np.int64)
    keys = ["a", "b", "a", "c"]
    numbers = np.array([[2, 5, 1], [1, 7, 1], [1, 9, 1], [3, 3, 3]], np.int64)
    assert table.fill("category", minutes, keys, numbers) == 4
    assert table.fill("category", minutes, keys, numbers) == 0
    version = table.version("category")
    smaller = np.array([[3, 4, 1], [2, 8, 1], [1, 9, 1], [1, 1, 1]], np.int64)
    assert table.fill("category", minutes, keys, smaller) == 1
    assert table.version("category") > version
    assert table.bucket("category", MINUTE)["a"] == CellValue(2, (5, 1))
    assert table.bucket("category", MINUTE)["b"] == CellValue(2, (8, 1))
    assert table.bucket("category", MINUTE + 1440) == {"a": CellValue(1, (9, 1))}


def test_cells_of_another_width_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="2 keys"):
        CellTable(catalogue()).fill(
            "category", np.array([1, 2], np.int64), ["a", "b"], np.zeros((2, 9), np.int64)
        )
