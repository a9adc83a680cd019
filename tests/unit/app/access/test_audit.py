from pathlib import Path
from typing import Any

import orjson
import pytest
from dash import Dash, html
from flask import Response
from flask.testing import FlaskClient

from app import guards
from app.access import table
from app.access.audit import A_MINUTE, KEPT, MINUTE_MS, AuditLog
from app.access.door import Door
from app.access.leaving import note
from app.access.table import CONFIRMED, OPERATOR, POST, TABLE, Rule
from app.settings import ScreenSettings
from pipeline.clock import ManualClock
from tests.unit.app.access.door_site import FAR, NOW_MS, OPERATE, TOKENS, VIEW, bearer

ACT = "/act.json"


def lines(home: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (home / "audit.jsonl").read_bytes().splitlines()]


def test_a_line_is_json_and_the_file_its_owners_alone(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "home", ManualClock(NOW_MS))
    audit.note("let in", role="wall", peer="203.0.113.5")
    said = {"at": NOW_MS, "event": "let in", "role": "wall", "peer": "203.0.113.5"}
    assert lines(tmp_path / "home") == [said]
    assert audit.path.stat().st_mode & 0o777 == 0o600


def test_the_log_is_bounded_and_its_newest_lines_stay(tmp_path: Path) -> None:
    limit = 1000
    audit = AuditLog(tmp_path, ManualClock(NOW_MS), limit)
    for number in range(200):
        audit.note("let in", number=number)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["audit.jsonl", *(f"audit.jsonl.{n + 1}" for n in range(KEPT))]
    assert all(path.stat().st_size <= limit for path in tmp_path.iterdir())
    order = [f"audit.jsonl.{n}" for n in range(KEPT, 0, -1)] + ["audit.jsonl"]
    text = b"".join((tmp_path / name).read_bytes() for name in order)
    numbers = [orjson.loads(line)["number"] for line in text.splitlines()]
    assert numbers == list(range(numbers[0], 200))


def test_refusals_are_counted_once_they_are_many(tmp_path: Path) -> None:
    clock = ManualClock(NOW_MS)
    audit = AuditLog(tmp_path, clock)
    for _ in range(1000):
        audit.refused("203.0.113.5", 401, "/")
    for number in range(2000):
        audit.refused(f"198.51.100.{number}", 401, "/")
    assert len(lines(tmp_path)) == A_MINUTE
    clock.advance(MINUTE_MS)
    audit.flush()
    told = lines(tmp_path)
    assert len(told) == A_MINUTE + 1
    assert (told[-1]["event"], told[-1]["since"]) == ("refused again", NOW_MS)
    assert told[-1]["times"] == {"203.0.113.5": 999, "others": 2000 - (A_MINUTE - 1)}
    audit.flush()
    audit.refused("203.0.113.5", 401, "/")
    assert len(lines(tmp_path)) == A_MINUTE + 2


@pytest.fixture
def acting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An app with a route that acts."""
    rule = Rule(ACT, POST, OPERATOR, acting=True)
    monkeypatch.setattr(table, "TABLE", (*TABLE, rule))
    app = Dash("acting", assets_folder="assets")
    app.layout = html.Div()

    def act() -> Response:
        note("acknowledged alarm 7" + "!" * 500)
        return Response("done", 202)

    app.server.add_url_rule(ACT, "act", act, methods=["POST"])
    door = Door.of(ScreenSettings(home=tmp_path, **TOKENS), ManualClock(NOW_MS))
    guards.install(app, door, lambda why: {"en": why})
    client: FlaskClient = app.server.test_client()
    return client


def test_what_is_done_is_written_down(tmp_path: Path, acting: FlaskClient) -> None:
    asked: dict[str, Any] = {"headers": {"Authorization": bearer(OPERATE), CONFIRMED: "yes"}}
    assert acting.post(ACT, environ_overrides=FAR, **asked).status_code == 202
    (line,) = lines(tmp_path)
    assert line.pop("what").startswith("acknowledged alarm 7!")
    assert line == {
        "at": NOW_MS,
        "event": "acted",
        "role": "operator",
        "way": "token",
        "peer": "203.0.113.5",
        "method": "POST",
        "path": ACT,
        "status": 202,
    }
    assert (tmp_path / "audit.jsonl").stat().st_size < 500


def test_who_may_not_act_is_refused_and_written_down(tmp_path: Path, acting: FlaskClient) -> None:
    for headers, status in (
        ({}, 401),
        ({"Authorization": bearer(VIEW)}, 403),
        ({"Authorization": bearer(OPERATE), "Origin": "http://evil.example"}, 403),
    ):
        answer = acting.post(ACT, headers=headers, environ_overrides=FAR)
        assert answer.status_code == status
    told = [(line["event"], line["status"]) for line in lines(tmp_path)]
    assert told == [("refused", 401), ("refused", 403)]
    assert acting.get(ACT).status_code == 405


def test_nothing_is_done_that_cannot_be_written_down(tmp_path: Path, acting: FlaskClient) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    assert acting.post(ACT, headers={CONFIRMED: "yes"}).status_code == 503


def test_nothing_is_done_that_is_not_confirmed(tmp_path: Path, acting: FlaskClient) -> None:
    for headers in ({}, {CONFIRMED: "no"}, {CONFIRMED: ""}):
        answer = acting.post(ACT, headers=headers)
        assert answer.status_code == 428
        assert CONFIRMED in (answer.json or {})["message"]
    assert acting.post(ACT, headers={CONFIRMED: "yes"}).status_code == 202
