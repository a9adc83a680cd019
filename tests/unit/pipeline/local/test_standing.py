"""How parts stand: real processes, and the last line of trouble of logs in every form."""

import os
from pathlib import Path

import pytest

from pipeline.local.standing import last_trouble, standings


def test_a_running_part_has_pid_uptime_and_memory_and_a_dead_one_is_gone(tmp_path: Path) -> None:
    run = {
        "states": {"kafka": "up", "redis": "up", "watch": "waiting"},
        "pids": {"kafka": os.getpid(), "redis": 2**22 + 1},
        "parts": {
            "kafka": {"port": 9092, "log": str(tmp_path / "none.log"), "restarts": 0},
            "redis": {"port": 6379, "restarts": 3, "trouble": "was ended by signal 9"},
        },
    }
    kafka, redis, watch = standings(run)
    assert (kafka.state, kafka.pid, kafka.port, kafka.trouble) == ("up", os.getpid(), 9092, None)
    assert (kafka.memory or 0) > 1_000_000
    assert kafka.up_s is not None
    assert (redis.state, redis.pid, redis.memory) == ("gone", None, None)
    assert (redis.restarts, redis.trouble) == (3, "was ended by signal 9")
    assert (watch.state, watch.pid, watch.port) == ("waiting", None, None)


def test_a_run_of_an_earlier_version_has_parts_too() -> None:
    assert [part.name for part in standings({"states": {"kafka": "up"}, "pids": {}})] == ["kafka"]
    assert standings({}) == ()


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-11 20:00:00 [warning  ] redis unreachable cause=away",
        '{"at": "2026", "part": "watch", "level": "error", "event": "tick failed"}',
        "2026-11-11 20:00:00,123 ERROR org.apache.flink.Runtime [] - out of heap",
        "error: no redis_url: start the embedded parts",
    ],
)
def test_the_last_trouble_is_found(tmp_path: Path, line: str) -> None:
    log = tmp_path / "part.log"
    log.write_text(f"INFO first\n[error    ] an older one\n{line}\n[info     ] all is well\n")
    assert last_trouble(log) == line


def test_a_log_without_trouble_or_no_log_has_none(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    assert last_trouble(log) is None
    log.write_text(
        "2026 WARN java warns of everything\n[info     ] errors=0\n"
        "ERROR quorum.QuorumPeerConfig - Invalid configuration, only one server (ignoring)\n"
    )
    assert last_trouble(log) is None


def test_trouble_of_an_earlier_run_is_over(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    log.write_text("[error    ] yesterday\n")
    size = log.stat().st_size
    assert last_trouble(log, size) is None
    with log.open("a") as more:
        more.write("[error    ] today\n")
    assert last_trouble(log, size) == "[error    ] today"
    log.write_text("[error    ] new\n")  # turned over
    assert last_trouble(log, size) == "[error    ] new"


def test_colours_are_left_out_and_only_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    log.write_text("[error    ] long ago\n" + "x" * 70_000 + "\n")
    assert last_trouble(log) is None
    log.write_text("\x1b[2m20:00\x1b[0m [error    ] \x1b[31mred\x1b[0m\n")
    assert last_trouble(log) == "20:00 [error    ] red"
