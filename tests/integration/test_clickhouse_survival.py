"""The embedded ClickHouse that is killed, frozen, or started twice."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from tests.integration.clickhouse_process import ClickHouseProcess, serve_command

pytestmark = pytest.mark.services
BATCH = 20_000
STARTED_BY_HAND_S = 120


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ClickHouseProcess]:
    server = ClickHouseProcess.begin(tmp_path)
    try:
        yield server
    finally:
        server.kill()


def insert_until_it_breaks(server: ClickHouseProcess, acknowledged: list[int]) -> None:
    client = server.client(query_retries=0)
    with contextlib.suppress(ClickHouseError, OSError):
        for batch in range(1000):
            rows = [[batch, number] for number in range(BATCH)]
            client.insert("t", rows, column_names=["batch", "number"])
            acknowledged.append(batch)


def test_kill_9_in_the_middle_of_an_insert_leaves_whole_inserts_only(
    server: ClickHouseProcess,
) -> None:
    server.client().command(
        "CREATE TABLE t (batch Int64, number Int64) ENGINE = MergeTree "
        "PARTITION BY intDiv(batch, 1000) ORDER BY (batch, number)"
    )
    for _ in range(2):
        server.client().command("TRUNCATE TABLE t")
        acknowledged: list[int] = []
        thread = threading.Thread(target=insert_until_it_breaks, args=(server, acknowledged))
        thread.start()
        while len(acknowledged) < 4:
            time.sleep(0.005)
        server.kill()
        thread.join(30)
        assert not thread.is_alive()
        server.start()
        said = "SELECT batch, count() FROM t GROUP BY batch ORDER BY batch"
        kept = server.client().query(said).result_rows
        assert {count for _, count in kept} == {BATCH}
        assert {batch for batch, _ in kept} >= set(acknowledged)


def test_partitions_and_versions_survive_a_restart(server: ClickHouseProcess) -> None:
    client = server.client()
    client.command("CREATE DATABASE daping")
    client.command(
        "CREATE TABLE daping.e (at DateTime, id String, rank Int64) "
        "ENGINE = ReplacingMergeTree(rank) PARTITION BY toYYYYMM(at) ORDER BY id"
    )
    for rank in (1, 3, 2):
        said = "INSERT INTO daping.e VALUES ({at:DateTime}, 'x', {rank:Int64})"
        client.command(said, parameters={"at": "2026-11-11 00:00:00", "rank": rank})
    server.process.stop()
    server.start()
    client = server.client(database="daping")
    assert client.query("SELECT id, rank FROM e FINAL").result_rows == [("x", 3)]
    assert client.command("SELECT DISTINCT partition FROM system.parts WHERE table = 'e'") == 202611


def test_a_frozen_server_times_out_and_goes_on_when_thawed(server: ClickHouseProcess) -> None:
    client = server.client(send_receive_timeout=1, query_retries=0)
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises((ClickHouseError, OSError)):
            client.command("SELECT 1")
        assert time.monotonic() - began < 60  # without the limit it hangs
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    assert server.client().command("SELECT 1") == 1


def test_a_second_server_on_the_folder_says_who_has_it(server: ClickHouseProcess) -> None:
    done = subprocess.run(
        serve_command(1, server.home / "clickhouse"),
        capture_output=True,
        text=True,
        timeout=STARTED_BY_HAND_S,
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.strip()
    assert len(said.splitlines()) == 1
    assert "is in use" in said
    assert f"pid {server.process.pid}" in said


def test_it_listens_on_the_loopback_only_and_rests_when_nobody_asks(
    server: ClickHouseProcess,
) -> None:
    process = psutil.Process(server.process.pid)
    listening = [c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]
    # What follows a start may take longer; whoever does not rest never gets below.
    assert any(_core_seconds(process, 2) < 0.1 for _ in range(5))


def _core_seconds(process: psutil.Process, seconds: float) -> float:
    before = process.cpu_times()
    time.sleep(seconds)
    after = process.cpu_times()
    return (after.user + after.system) - (before.user + before.system)


def test_statements_are_logged_with_their_parameters_beside_them(
    server: ClickHouseProcess,
) -> None:
    server.client().query("SELECT {who:String}", parameters={"who": "a secret"})
    log = (server.home / "clickhouse" / "statements.log").read_text()
    line = next(line for line in log.splitlines() if "{who:String}" in line)
    assert '"statement": "SELECT {who:String}\\n FORMAT Native"' in line
    assert '"parameters": {"who": "a secret"}' in line
