"""`services status`: all of it on one screen, whatever is away."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.commands.services import command
from pipeline.commands.status import Archive, Status, look
from pipeline.commands.status_screen import ScreenStanding
from pipeline.commands.status_text import write
from pipeline.errors import ConfigurationError
from pipeline.local.standing import PartStanding
from pipeline.settings import Settings
from pipeline.values.streams import (
    AdapterState,
    AuditorState,
    JobState,
    PartitionAdapted,
    SourceState,
)

NOW = 1_794_400_000_000
MIB = 1024**2
SCREEN = ScreenStanding(
    "live", None, NOW - 2_000, 2.0, 37, 1_240_181, 12_110, 741, True, 0.4, 3, 12, 1
)
PARTS = (
    PartStanding("kafka", "up", 4711, 9092, 252, 412 * MIB, 0, None, None, "kafka.log"),
    PartStanding(
        *("taskmanager", "restarting", None, None, None, None, 2),
        "was ended by signal 9; last in its log: Heap space exhausted while taking a checkpoint",
        NOW - 65_000,
        "taskmanager.log",
    ),
)
WHOLE = Status(
    now_ms=NOW,
    home="/home/shop/.daping",
    supervisor=("demo", 4700),
    left_behind=False,
    run={"profile": "laptop"},
    topic="orders.demo",
    parts=PARTS,
    generation="A:3",
    job=JobState(NOW - 800, "1f", "RUNNING", 1, "TimeoutException: heartbeat", 3_200),
    source=SourceState("simulated", "simulated", 0, 0, 60.0, NOW - 400),
    auditor=AuditorState("orders.demo", NOW - 500, 0, ()),
    adapter=AdapterState(
        "orders.demo", "shop.sales", NOW, (PartitionAdapted(0, 0, 9, 9, 20, 17, 2, 1),)
    ),
    archive=Archive(240_101, 12, NOW, 397),
    screen=SCREEN,
    screen_url="http://127.0.0.1:8050/",
    faults={"clickhouse": "ClickHouse at http://127.0.0.1:8123 does not answer"},
)


def text(status: Status, width: int) -> str:
    out = io.StringIO()
    write(status, Console(file=out, width=width, highlight=False))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 160])
def test_everything_is_on_one_screen(width: int) -> None:
    said = " ".join(text(WHOLE, width).split())
    for part in (
        "demo, pid 4700, /home/shop/.daping · topic orders.demo · profile laptop",
        "kafka up 4711 9092 4 min 412 MiB 0",
        "taskmanager restarting — — — — 2",
        "wall live · data 2.0 s old · lag 37 · alerts 1",
        "viewers 3 · tick 12 ms · Redis read 0.4 s ago",
        "1,240,181 counted · 12,110 duplicate · 741 refused · auditor agrees",
        "RUNNING · generation A:3 · restarts 1 · checkpoint 4.0 s ago · told 0.8 s ago",
        "240,101 messages taken, 12 behind · 397 days closed",
        "simulated: simulated · 60× speed · heard 0.4 s ago",
        "shop.sales · 20 lines · 17 events · 2 refused · 1 skipped",
        "1 min ago: was ended by signal 9; last in its log: Heap space",
        "last exception: TimeoutException: heartbeat",
        "ClickHouse at http://127.0.0.1:8123 does not answer",
    ):
        assert part in said
    lines = text(WHOLE, width).splitlines()
    assert max(map(len, lines[1:])) <= width
    assert len(lines) <= 30


def test_what_is_not_known_is_a_dash_and_never_a_zero() -> None:
    screen = replace(SCREEN, age_s=None, lag=None, viewers=None, tick_ms=None, agree=None)
    said = text(replace(WHOLE, screen=screen), 160)
    assert "no data yet · lag unknown" in said
    assert "viewers — · tick —" in said
    assert "auditor: no word yet" in said


def test_nothing_runs_is_said_with_what_starts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAPING_HOME", str(tmp_path))
    monkeypatch.setattr("pipeline.commands.status.fetch", no_screen)
    for name in ("REDIS_URL", "CLICKHOUSE_URL", "KAFKA", "CONFIG"):
        monkeypatch.delenv(f"DAPING_{name}", raising=False)
    done = CliRunner().invoke(command, ["status"])
    assert done.exit_code == 0
    assert f"nothing runs for {tmp_path}" in done.output
    assert "make demo" in done.output
    (tmp_path / "run.json").write_text('{"states": {"kafka": "up"}, "pids": {"kafka": 1}}')
    assert "earlier supervisor was killed" in CliRunner().invoke(command, ["status"]).output
    found = json.loads(CliRunner().invoke(command, ["status", "--json"]).output)
    assert (found["supervisor"], found["parts"], found["left_behind"]) == (None, [], True)


def test_a_screen_alone_is_read(tmp_path: Path) -> None:
    counts = {"counted": 7, "duplicate": 1, "refused": 2, "pending": 3, "auditor": {}}
    frame = {"as_of": 5, "state": {"name": "stale", "reason": "late"}, "alerts": []}
    answers = {
        "http://127.0.0.1:8051/frame.json": json.dumps(
            {**frame, "accounting": {**counts, "agree": None}}
        ).encode(),
        "http://127.0.0.1:8051/metrics": b"daping_viewers 4.0\ndaping_tick_seconds 0.0123\n",
    }
    settings = Settings(home=tmp_path, host="0.0.0.0", port=8051)
    status = look(settings, answers.__getitem__)
    assert status.screen is not None
    assert (status.screen.state, status.screen.reason, status.screen.lag) == ("stale", "late", 3)
    assert (status.screen.viewers, status.screen.tick_ms, status.screen.age_s) == (4, 12, None)
    assert status.faults == {}


def no_screen(url: str) -> bytes:
    raise ConfigurationError(f"no screen answers at {url}")


@pytest.mark.parametrize(
    ("frame", "metrics"),
    [
        (b"<!DOCTYPE html>", b""),
        (b"[]", b""),
        (b"{}", b""),
        (b'{"accounting": null, "state": null}', b""),
        (b"{}", b"<!DOCTYPE html>"),
        (b"{}", b"\xff"),
    ],
)
def test_another_program_at_the_screens_address_is_a_line(
    tmp_path: Path, frame: bytes, metrics: bytes
) -> None:
    answers = {"http://127.0.0.1:8052/frame.json": frame, "http://127.0.0.1:8052/metrics": metrics}
    status = look(Settings(home=tmp_path, host="127.0.0.1", port=8052), answers.__getitem__)
    assert status.screen is None
    assert "http://127.0.0.1:8052/ is no screen of ours" in status.faults["screen"]
