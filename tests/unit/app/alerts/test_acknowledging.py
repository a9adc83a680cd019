"""POST /alerts/acknowledge.json: who may, what is read, and what is answered."""

from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app import acknowledging
from app.access.roles import Role, Viewer
from app.alerts.alerting import Alerting
from app.metrics import Metrics
from pipeline.clock import ManualClock
from tests.unit.app.alerts.days import CATALOGUE
from tests.unit.app.alerts.turns import NOW, turn


@pytest.fixture
def alerting(tmp_path: Path) -> Alerting:
    return Alerting(CATALOGUE, tmp_path, ManualClock(NOW + 1), Metrics())


@pytest.fixture
def client(alerting: Alerting) -> FlaskClient:
    server = Flask("alerts")

    @server.before_request
    def let_in() -> None:  # the guard does this, and refuses other sites (test_door.py)
        g.viewer = Viewer(Role.OPERATOR, "local", "127.0.0.1")

    acknowledging.register(server, alerting)
    return server.test_client()


def test_an_alert_is_acknowledged_and_stays_so_in_the_next_frame(
    alerting: Alerting, client: FlaskClient
) -> None:
    (late,) = alerting.after(turn(121_000))["alerts"]
    assert (late["kind"], late["state"], late["limit"]) == ("stale", "raised", 120)

    answer = client.post(acknowledging.PATH, json={"id": late["id"]})

    assert answer.status_code == 200
    assert (answer.json or {})["state"] == "acknowledged"
    (after,) = alerting.after(turn(122_000))["alerts"]
    assert (after["state"], after["by"], after["acknowledged_at"]) == (
        "acknowledged",
        "operator",
        NOW,
    )


def test_a_restart_does_not_raise_it_again(tmp_path: Path, alerting: Alerting) -> None:
    (late,) = alerting.after(turn(121_000))["alerts"]
    alerting.acknowledge(late["id"], "operator")

    again = Alerting(CATALOGUE, tmp_path, ManualClock(NOW + 9), Metrics())

    assert [a["state"] for a in again.after(turn(130_000))["alerts"]] == ["acknowledged"]
    assert again.after(turn(59_000))["alerts"] == []


def test_worse_stands_before_better_and_is_counted(alerting: Alerting) -> None:
    said = alerting.after(turn(121_000, agree=False))["alerts"]

    assert {one["kind"] for one in said} == {"stale", "accounting"}
    alerting.acknowledge(said[0]["id"], "operator")
    assert alerting.after(turn(121_000, agree=False))["alerts"][-1]["id"] == said[0]["id"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"id": 7}', '{"id": "x", "more": 1}', '{"id": ""}']
)
def test_another_body_is_refused(client: FlaskClient, body: str) -> None:
    assert client.post(acknowledging.PATH, data=body).status_code == 400


def test_an_unknown_id_is_not_found(client: FlaskClient) -> None:
    assert client.post(acknowledging.PATH, json={"id": "low:x:1"}).status_code == 404


def test_only_posting_acknowledges(client: FlaskClient) -> None:
    assert client.get(acknowledging.PATH).status_code == 405
