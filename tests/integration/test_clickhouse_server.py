"""The embedded ClickHouse by the behaviours of its client, which is the one of a real server."""

import contextlib
import gzip
import http.client
import json
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError
from clickhouse_connect.driver.external import ExternalData

from tests.integration.clickhouse_process import connect, eventually

pytestmark = pytest.mark.services
NASTY = "it's \"q\"\n\t\\ ; DROP TABLE pairs -- 日本 'x"
SLOW = "SELECT count() FROM numbers(400000000000) WHERE cityHash64(number) % 7 = 1"


@pytest.fixture(scope="module")
def client(clickhouse_url: str) -> Iterator[Any]:
    client = connect(clickhouse_url)
    yield client
    client.close()


@pytest.fixture
def pairs(client: Any) -> str:
    """A table (number Int64, word String) for one test."""
    name = f"pairs_{uuid.uuid4().hex[:8]}"
    client.command(
        f"CREATE TABLE {name} (number Int64, word String) ENGINE = MergeTree ORDER BY number"
    )
    return name


def numbers(client: Any, table: str) -> list[int]:
    return [
        row[0] for row in client.query(f"SELECT number FROM {table} ORDER BY number").result_rows
    ]


def post(url: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    link = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=10)
    try:
        link.request("POST", path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def test_rows_columns_data_frames_and_arrow_are_inserted(client: Any, pairs: str) -> None:
    names = ["number", "word"]
    assert client.insert(pairs, [[1, "a"], [2, NASTY]], column_names=names).written_rows == 2
    client.insert(pairs, [[3, 4], ["c", "d"]], column_names=names, column_oriented=True)
    client.insert_df(pairs, pd.DataFrame({"number": [5], "word": ["e"]}))
    client.insert_arrow(pairs, pa.table({"number": [6], "word": ["f"]}))
    client.raw_insert(pairs, names, "7\tg\n8\th\n", fmt="TabSeparated")
    client.raw_insert(pairs, names, gzip.compress(b"9\ti\n"), fmt="TSV", compression="gzip")
    client.command(f"INSERT INTO {pairs} VALUES (10, 'j')")
    assert numbers(client, pairs) == list(range(1, 11))
    found = client.query(f"SELECT word FROM {pairs} WHERE number = 2").result_rows
    assert found == [(NASTY,)]


def test_rows_columns_data_frames_and_arrow_are_read(client: Any) -> None:
    said = "SELECT number, toString(number) AS word FROM numbers(3)"
    assert client.query(said).result_rows == [(0, "0"), (1, "1"), (2, "2")]
    assert client.query(said, column_oriented=True).result_columns[0] == [0, 1, 2]
    assert client.query_df(said)["number"].sum() == 3
    assert client.query_np("SELECT number FROM numbers(3)").dtype == np.uint64
    assert client.query_arrow(said)["number"].to_pylist() == [0, 1, 2]
    assert client.raw_query(said, fmt="CSVWithNames") == b'"number","word"\n0,"0"\n1,"1"\n2,"2"\n'
    assert json.loads(client.raw_query(said, fmt="JSONCompact"))["rows"] == 3


def test_an_answer_without_rows_still_names_its_columns(client: Any) -> None:
    empty = client.query("SELECT 1 AS a, {b:String} AS b WHERE 0", parameters={"b": "x"})
    assert (empty.column_names, empty.result_rows) == (("a", "b"), [])
    assert len(client.query_df("SELECT toDate(0) AS day WHERE 0")) == 0
    assert client.query("SELECT 1 AS a, 'b' AS b LIMIT 0").column_names == ("a", "b")


def test_an_answer_of_millions_of_rows_is_streamed(client: Any) -> None:
    said = "SELECT number, toString(number) FROM numbers(500000)"
    with client.query_row_block_stream(said) as blocks:
        assert sum(len(block) for block in blocks) == 500_000
    with client.query_column_block_stream(said) as blocks:
        assert sum(sum(block[0]) for block in blocks) == 124_999_750_000
    with client.query_rows_stream(said) as rows:
        assert next(iter(rows)) == (0, "0")
    with client.query_df_stream(said) as frames:
        assert sum(len(frame) for frame in frames) == 500_000
    assert len(client.query(said).result_rows) == 500_000


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("String", NASTY),
        ("String", ""),
        ("String", "\\N"),
        ("Int64", -(2**62)),
        ("UInt32", 29_000_000),
        ("Date", date(2026, 2, 28)),
        ("DateTime64(3)", datetime(2026, 11, 11, 1, 2, 3, 456000, tzinfo=UTC)),
        ("Array(String)", ["a'b", "c\nd", "\\", ""]),
        ("Array(Int32)", [1, -2]),
        ("Nullable(String)", None),
        ("Nullable(Int64)", 5),
        ("Array(Tuple(Int32, String))", [(1, "x'y")]),
    ],
)
def test_a_parameter_arrives_as_it_was_given(client: Any, kind: str, value: object) -> None:
    answer = client.query(f"SELECT {{given:{kind}}}", parameters={"given": value}, query_tz="UTC")
    found = answer.result_rows[0][0]
    assert found == value or found == value.replace(tzinfo=None)  # type: ignore[attr-defined]


def test_a_parameter_stays_a_parameter(client: Any, pairs: str) -> None:
    client.insert(pairs, [[1, "a"]], column_names=["number", "word"])
    for attempt in (f"a'; DROP TABLE {pairs}; --", "' OR 1=1 --", "a' UNION ALL SELECT 1 --"):
        asked = f"SELECT count() FROM {pairs} WHERE word = {{word:String}}"
        assert client.query(asked, parameters={"word": attempt}).result_rows == [(0,)]
    with pytest.raises(DatabaseError, match="BAD_QUERY_PARAMETER"):
        client.query("SELECT {n:Int64}", parameters={"n": "1; DROP TABLE x"})
    with pytest.raises(DatabaseError, match="Multi-statements"):
        client.command(f"SELECT 1; DROP TABLE {pairs}")
    assert numbers(client, pairs) == [1]


def test_many_and_long_parameters_travel_as_a_form(clickhouse_url: str) -> None:
    client = connect(clickhouse_url, form_encode_query_params=True)
    long = "长" * 100_000
    said = "SELECT length({long:String}), {other:String}"
    answer = client.query(said, parameters={"long": long, "other": NASTY})
    assert answer.result_rows == [(300_000, NASTY)]


def test_tables_sent_along_can_be_joined_and_are_gone_after(client: Any) -> None:
    sent = ExternalData(
        file_name="sent.csv", data=b"1,a\n2,b\n", fmt="CSV", structure="n Int64, w String"
    )
    for _ in range(2):
        answer = client.query("SELECT sum(n), max(w) FROM sent", external_data=sent)
        assert answer.result_rows == [(3, "b")]
    with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        client.query("SELECT * FROM sent")


def test_settings_hold_for_one_query_only(client: Any) -> None:
    said = "SELECT getSetting('max_block_size')"
    default = client.command(said)
    assert client.command(said, settings={"max_block_size": 777}) == 777
    assert client.command(said) == default
    with pytest.raises(DatabaseError, match="TIMEOUT_EXCEEDED"):
        client.query(SLOW, settings={"max_execution_time": 0.3})
    with pytest.raises(DatabaseError, match="TOO_MANY_ROWS"):
        client.query("SELECT * FROM numbers(1000)", settings={"max_rows_to_read": 10})
    assert client.command(said, settings={"readonly": 1}) == default
    client.command("SELECT 1", settings={"max_block_size": 5})


def test_a_set_of_one_client_does_not_reach_another(clickhouse_url: str) -> None:
    said = "SELECT getSetting('max_block_size')"
    for session in (True, False):
        first = connect(clickhouse_url, autogenerate_session_id=session)
        other = connect(clickhouse_url, autogenerate_session_id=False)
        first.command("SET max_block_size = 4321")
        assert (first.command(said) == 4321) is session
        assert other.command(said) != 4321


def test_errors_have_their_code_and_leave_the_server_well(client: Any, pairs: str) -> None:
    for said, code, name in (
        ("SELEC 1", 62, "SYNTAX_ERROR"),
        ("SELECT '", 62, "SYNTAX_ERROR"),
        ("SELECT * FROM nowhere", 60, "UNKNOWN_TABLE"),
        ("SELECT nothing", 47, "UNKNOWN_IDENTIFIER"),
        ("SELECT toInt32('x')", 6, "CANNOT_PARSE_TEXT"),
        ("SELECT 1 + 'a'", 43, "ILLEGAL_TYPE_OF_ARGUMENT"),
        ("SELECT throwIf(number = 5) FROM numbers(10)", 395, "FUNCTION_THROW_IF"),
        ("SELECT groupArray(number) FROM numbers(900000000)", 241, "MEMORY_LIMIT"),
        ("SELECT 1 INTO OUTFILE '/tmp/never'", 1, "UNSUPPORTED_METHOD"),
    ):
        with pytest.raises(DatabaseError, match=name) as raised:
            client.query(said)
        assert raised.value.code == code, said
        assert client.command("SELECT 1") == 1, said
    with pytest.raises(DatabaseError, match="NO_SUCH_COLUMN"):
        client.raw_insert(pairs, ["nothing"], b"1\n", fmt="TSV")
    with pytest.raises(DatabaseError, match=r"CANNOT_PARSE|INCORRECT_DATA"):
        client.raw_insert(pairs, ["number"], b"1\n2\nx\n", fmt="TSV")
    assert numbers(client, pairs) == []


def test_what_a_failed_query_had_written_never_comes_with_the_next_answer(client: Any) -> None:
    for fmt in ("JSON", "TabSeparatedWithNames", "Native"):
        with pytest.raises(DatabaseError, match="THROW_IF"):
            client.raw_query("SELECT throwIf(number = 200000) FROM numbers(300000)", fmt=fmt)
        assert client.raw_query("SELECT 1", fmt="TSV") == b"1\n"


def test_an_exception_in_the_middle_of_a_stream_is_an_exception(client: Any) -> None:
    said = "SELECT number, throwIf(number = 2000000, 'broke off') FROM numbers(3000000)"
    blocks = client.query_row_block_stream(said, settings={"max_threads": 1})
    with blocks, pytest.raises(StreamFailureError, match="broke off"):
        list(blocks)
    assert client.command("SELECT 1") == 1


@pytest.mark.parametrize("kind", ["lz4", "zstd", "gzip", "br", False])
def test_both_directions_are_compressed(clickhouse_url: str, pairs: str, kind: Any) -> None:
    client = connect(clickhouse_url, compress=kind)
    rows = [[number, "word " * 10] for number in range(50_000)]
    client.insert(pairs, rows, column_names=["number", "word"])
    assert client.query(f"SELECT number, word FROM {pairs}").result_rows[-1][1] == "word " * 10
    with client.query_row_block_stream(f"SELECT number FROM {pairs}") as blocks:
        assert sum(row[0] for block in blocks for row in block) == sum(range(50_000))
    with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        client.query("SELECT * FROM nowhere")


def test_clients_at_once_get_their_own_answers(clickhouse_url: str, pairs: str) -> None:
    wrong: list[object] = []

    def work(me: int) -> None:
        own = connect(clickhouse_url)
        for turn in range(8):
            own.insert(pairs, [[me * 100 + turn, str(me)]], column_names=["number", "word"])
            asked = f"SELECT count() FROM {pairs} WHERE word = {{me:String}}"
            said = "SELECT {me:String}, number FROM numbers(20000)"
            rows = own.query(said, parameters={"me": str(me)}).result_rows
            if {row[0] for row in rows} != {str(me)} or len(rows) != 20000:
                wrong.append((me, turn))
            if own.query(asked, parameters={"me": str(me)}).result_rows != [(turn + 1,)]:
                wrong.append((me, turn, "count"))

    threads = [threading.Thread(target=work, args=(me,)) for me in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(numbers(connect(clickhouse_url), pairs)) == 64


def test_a_slow_query_does_not_hold_up_a_short_one(clickhouse_url: str) -> None:
    slow, short = connect(clickhouse_url), connect(clickhouse_url)
    ended = threading.Event()

    def run() -> None:
        with pytest.raises(DatabaseError, match="TIMEOUT_EXCEEDED"):
            slow.query(SLOW, settings={"max_execution_time": 12})
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    assert short.command("SELECT 1") == 1
    assert not ended.is_set()
    thread.join(60)
    assert ended.is_set()


def test_a_query_is_killed_by_its_id(clickhouse_url: str) -> None:
    slow, killer = connect(clickhouse_url), connect(clickhouse_url)
    ended: list[str] = []

    def run() -> None:
        with pytest.raises(DatabaseError) as raised:
            slow.query(SLOW, settings={"query_id": "the 'slow' one"})
        ended.append(str(raised.value))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    said = "KILL QUERY WHERE query_id = {id:String} ASYNC"
    eventually(lambda: "waiting" in killer.command(said, parameters={"id": "the 'slow' one"}))
    thread.join(60)
    assert "QUERY_WAS_CANCELLED" in ended[0]
    assert killer.command(said, parameters={"id": "nobody"}) == ""
    assert slow.command("SELECT 1") == 1


def test_a_client_that_hangs_up_takes_its_query_with_it(clickhouse_url: str) -> None:
    at = urllib.parse.urlsplit(clickhouse_url)
    watcher = connect(clickhouse_url)
    running = (
        "SELECT count() FROM system.processes "
        "WHERE query LIKE '%400000000000%' AND query NOT LIKE '%processes%'"
    )
    link = http.client.HTTPConnection(at.netloc, timeout=10)
    link.request("POST", "/", SLOW)
    eventually(lambda: watcher.command(running) == 1)
    link.close()
    eventually(lambda: watcher.command(running) == 0)
    link = http.client.HTTPConnection(at.netloc, timeout=10)
    link.request("POST", "/", "SELECT number FROM numbers(400000000000)")
    answer = link.getresponse()
    assert len(answer.read(100_000)) == 100_000
    answer.close()
    link.close()
    eventually(lambda: watcher.command(running) == 0)


def test_databases_are_kept_apart(clickhouse_url: str, client: Any) -> None:
    client.command("CREATE DATABASE IF NOT EXISTS `orders_demo`")
    inside = connect(clickhouse_url, database="orders_demo")
    inside.command("CREATE TABLE IF NOT EXISTS only_here (a Int8) ENGINE = Memory")
    assert inside.command("SELECT currentDatabase()") == "orders_demo"
    assert inside.command("EXISTS TABLE only_here") == 1
    assert client.command("EXISTS TABLE only_here") == 0
    with pytest.raises(DatabaseError, match="UNKNOWN_DATABASE"):
        connect(clickhouse_url, database="nowhere")


def test_malformed_requests_are_refused_and_nothing_else_happens(
    clickhouse_url: str, client: Any
) -> None:
    assert client.ping()
    assert post(clickhouse_url, "/", b"")[0] == 400
    assert post(clickhouse_url, "/", b"\xff\xfe\0")[0] == 400
    assert post(clickhouse_url, "/?param_x", b"SELECT {x:Int8}")[0] == 400
    assert post(clickhouse_url, "/?no-setting=1", b"SELECT 1")[0] == 404
    assert post(clickhouse_url, "/nowhere", b"SELECT 1")[0] == 404
    assert post(clickhouse_url, "/", b"torn", **{"Content-Encoding": "lz4"})[0] in (400, 500)
    assert post(clickhouse_url, "/", b"x", **{"Content-Encoding": "rot13"})[0] in (400, 500)
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    assert post(clickhouse_url, "/", b"no form", **form)[0] == 400
    assert post(clickhouse_url, "/", b"SELECT 1", Origin="http://evil.example")[0] == 403
    assert post(clickhouse_url, "/", b"SELECT 1", Host="evil.example")[0] == 403
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        assert post(clickhouse_url, f"/?a={'x' * 300_000}", b"SELECT 1")[0] == 431
    at = urllib.parse.urlsplit(clickhouse_url)
    link = http.client.HTTPConnection(at.netloc, timeout=10)
    link.request("GET", "/?query=CREATE%20TABLE%20x%20(a%20Int8)%20ENGINE=Memory")
    assert b"READONLY" in link.getresponse().read()
    link.close()
    assert client.command("SELECT 1") == 1


def test_partitions_are_replaced_and_versions_deduplicated(client: Any) -> None:
    name = f"p_{uuid.uuid4().hex[:8]}"
    columns = "(link String, day Int32, n Int64) ENGINE = MergeTree"
    columns += " PARTITION BY (link, day) ORDER BY n"
    for table in (name, f"{name}_side"):
        client.command(f"CREATE TABLE {table} {columns}")
    client.insert(name, [["A", 1, 5], ["A", 2, 6]], column_names=["link", "day", "n"])
    client.insert(f"{name}_side", [["A", 1, 50]], column_names=["link", "day", "n"])
    client.command(f"ALTER TABLE {name} REPLACE PARTITION ('A', 1) FROM {name}_side")
    assert client.query(f"SELECT day, n FROM {name} ORDER BY day").result_rows == [(1, 50), (2, 6)]
    client.command(
        f"CREATE TABLE {name}_r (id Int64, rank Int64) "
        "ENGINE = ReplacingMergeTree(rank) ORDER BY id"
    )
    for rank in (2, 1, 3):
        client.insert(f"{name}_r", [[7, rank]], column_names=["id", "rank"])
    assert client.query(f"SELECT * FROM {name}_r FINAL").result_rows == [(7, 3)]
