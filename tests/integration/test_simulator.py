"""The simulator on a real Kafka: what the ledger holds is what Kafka holds, whatever was killed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.simulator.ledger import Ledger
from pipeline.simulator.recovery import held_by_kafka, missing
from pipeline.stores.topics import Topics
from tests.integration.real_parts import RealParts

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]


def start(parts: RealParts, home: Path, topic: str, *options: str) -> "subprocess.Popen[bytes]":
    parts.ensure("kafka", "redis")
    environment = parts.environment(DAPING_HOME=str(home), DAPING_TOPIC=topic)
    command = [sys.executable, "-m", "pipeline", "simulate", *options]
    with (home / "simulate.log").open("ab") as out:
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


def entries_and_kafka(home: Path, parts: RealParts, topic: str) -> tuple[int, int, int]:
    """Return entries of the ledger, messages in Kafka, entries that Kafka lacks."""
    ledger = Ledger(home / "ledger" / "simulated")
    held = held_by_kafka(Topics(parts.endpoints["kafka"]), topic)
    count = held.total()
    lacking = missing(ledger.entries(), held)
    ledger.close()
    return ledger.count, count, len(lacking)


def ledger_lines(home: Path) -> int:
    files = (home / "ledger" / "simulated").glob("[0-9]*.jsonl")
    return sum(path.read_bytes().count(b"\n") for path in files)


def wait_for_lines(home: Path, more_than: int) -> int:
    until = time.monotonic() + 120
    while (count := ledger_lines(home)) <= more_than:
        assert time.monotonic() < until, (home / "simulate.log").read_text()
        time.sleep(0.02)
    return count


@pytest.mark.parametrize("moment", [0, 15_000])
def test_a_killed_simulator_goes_on_without_loss_or_repetition(
    real_parts: RealParts, tmp_path: Path, moment: int
) -> None:
    topic = f"killed.{moment}"
    options = ("--lines", "60000", "--until", "2026-11-11 16:49")
    process = start(real_parts, tmp_path, topic, *options, "--speed", "60")
    before = wait_for_lines(tmp_path, moment)
    process.send_signal(signal.SIGKILL)
    process.wait(10)

    again = start(real_parts, tmp_path, topic, *options, "--speed", "60")

    assert again.wait(180) == 0, (tmp_path / "simulate.log").read_text()
    lines, sent, lacking = entries_and_kafka(tmp_path, real_parts, topic)
    assert lines == sent > before
    assert lacking == 0


def test_a_dead_broker_is_waited_for(real_parts: RealParts, tmp_path: Path) -> None:
    topic = "waited.for"
    process = start(real_parts, tmp_path, topic, "--lines", "30000", "--speed", "60")
    wait_for_lines(tmp_path, 30_000)
    real_parts.kill("kafka")
    time.sleep(3)
    at_death = ledger_lines(tmp_path)
    real_parts.restart("kafka")
    wait_for_lines(tmp_path, at_death)
    process.send_signal(signal.SIGTERM)

    assert process.wait(120) == 0, (tmp_path / "simulate.log").read_text()
    # A broker that dies may keep a batch and not say so: it is sent again, a duplicate by its ids.
    ledger = Ledger(tmp_path / "ledger" / "simulated")
    held = held_by_kafka(Topics(real_parts.endpoints["kafka"]), topic)
    known = {hash((one.arrived_ms, one.key, one.payload)) for one in ledger.entries()}
    assert held.keys() <= known
    assert missing(ledger.entries(), held) == []


def test_a_pause_is_acknowledged_and_ends_with_its_request(
    real_parts: RealParts, tmp_path: Path
) -> None:
    process = start(real_parts, tmp_path, "paused", "--lines", "20000", "--speed", "30")
    wait_for_lines(tmp_path, 20_000)
    folder = tmp_path / "ledger" / "simulated"
    asked = {"token": "t", "until_real_ms": int(time.time() * 1000) + 300_000}
    (folder / "pause").write_text(json.dumps(asked))
    until = time.monotonic() + 120
    while not (folder / "paused").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    at_rest = ledger_lines(tmp_path)
    time.sleep(1.5)
    assert ledger_lines(tmp_path) == at_rest
    assert json.loads((folder / "paused").read_text())["messages"] == at_rest

    (folder / "pause").unlink()

    wait_for_lines(tmp_path, at_rest)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0


def test_a_topic_with_foreign_messages_is_refused(real_parts: RealParts, tmp_path: Path) -> None:
    real_parts.ensure("kafka", "redis")
    topics = Topics(real_parts.endpoints["kafka"])
    topics.ensure("foreign")
    writer = topics.producer("foreign")
    writer.send("k", b"{}", 1)
    writer.flush()

    process = start(real_parts, tmp_path, "foreign", "--lines", "1000")

    assert process.wait(120) == 1
    assert "knows nothing of" in (tmp_path / "simulate.log").read_text()
