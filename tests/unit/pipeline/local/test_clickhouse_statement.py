"""What the server tells of a statement by itself."""

import pytest

from pipeline.local.clickhouse.answering import native_header
from pipeline.local.clickhouse.statement import (
    Ending,
    Insert,
    killed_query,
    named_format,
    split_insert,
    writes_a_file,
)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\x0a\x0a FORMAT", b" \t", b"\xff\x00", b"FORMAT TSV"]
)
def test_the_bytes_after_the_format_line_are_data_to_the_last_one(data: bytes) -> None:
    head = b"INSERT INTO `t` (`a`, `b`) FORMAT Native\n" + data
    assert split_insert(head) == Insert("INSERT INTO `t` (`a`, `b`) ", "Native", data)


def test_the_word_format_counts_outside_of_names_quotes_and_comments_only() -> None:
    head = b"-- FORMAT x\n/* FORMAT y */ insert into `FORMAT z` (format, b) "
    head += b"settings a='FORMAT q' format TSV\n1"
    found = split_insert(head)
    assert found is not None
    assert (found.format, found.data) == ("TSV", b"1")
    assert found.into.endswith("settings a='FORMAT q' ")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SELECT 1 FORMAT Native\n",
        b"INSERT INTO t VALUES (1, 'FORMAT TSV')",
        b"INSERT INTO t SELECT 1 FORMAT Native\n",
        b"INSERT INTO t FORMAT",
    ],
)
def test_other_statements_bring_no_data(said: bytes) -> None:
    assert split_insert(said) is None


def test_the_format_of_an_answer_is_the_last_one_named_outside_of_parentheses() -> None:
    assert named_format("SELECT 'é' \n FORMAT Native") == Ending("Native", 14)
    assert named_format("SELECT * FROM (SELECT 1 FORMAT CSV)") is None
    assert named_format("SELECT ' FORMAT CSV' -- FORMAT CSV") is None


def test_a_file_is_written_only_by_into_outfile() -> None:
    assert writes_a_file("SELECT 1 INTO OUTFILE 'x'")
    assert writes_a_file("SELECT 1 into /* */ outfile 'x'")
    assert not writes_a_file("SELECT 'INTO OUTFILE'")


def test_the_id_of_a_killed_query_is_read_from_literal_or_parameter() -> None:
    assert killed_query("KILL QUERY WHERE query_id = 'a\\'b' ASYNC", {}) == "a'b"
    said = "kill query where query_id={id:String} SYNC"
    assert killed_query(said, {"id": "a\\'b"}) == "a'b"
    assert killed_query("SELECT 'KILL QUERY WHERE query_id = 1'", {}) is None
    assert killed_query("KILL QUERY WHERE query_id = 'a' OR 1", {}) is None


def test_an_empty_native_block_has_names_and_types() -> None:
    described = b'{"data": [["a", "UInt8", ""], ["b", "String", ""]]}'
    assert native_header(described) == b"\x02\x00\x01a\x05UInt8\x01b\x06String"
