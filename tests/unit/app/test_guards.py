"""Dash alone answers most of these with 500, or with its page."""

import json
from collections.abc import Iterator

import pytest
from dash import Dash, Input, Output, dcc, html
from flask import Response
from flask.testing import FlaskClient

from app import guards
from app.access.door import Door
from app.access.table import rule_of
from app.settings import ScreenSettings
from pipeline.clock import SystemClock

UPDATE = "/_dash-update-component"
GOOD = {
    "output": "out.children",
    "outputs": {"id": "out", "property": "children"},
    "inputs": [{"id": "in", "property": "value", "value": "x"}],
    "changedPropIds": ["in.value"],
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    app = Dash("guarded", assets_folder="assets")
    app.layout = html.Div([dcc.Input(id="in"), html.Div(id="out"), html.Div(id="page")])

    @app.callback(Output("out", "children"), Input("in", "value"))  # type: ignore[untyped-decorator]
    def echo(value: str) -> str:
        return f"heard {value}"

    app.clientside_callback(
        "function(v) { return v; }", Output("page", "title"), Input("in", "value")
    )
    app.server.add_url_rule("/healthz", "healthz", view_func=lambda: Response("ok"))
    app.server.add_url_rule("/metrics", "metrics", view_func=lambda: 1 // 0)
    door = Door.of(ScreenSettings(home=tmp_path_factory.mktemp("home")), SystemClock())
    guards.install(app, door, lambda why: {"en": why})
    return app


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    with app.server.test_client() as client:
        yield client


def test_a_true_callback_passes(client: FlaskClient) -> None:
    answer = client.post(UPDATE, json=GOOD)
    assert answer.status_code == 200
    assert answer.get_json()["response"]["out"]["children"] == "heard x"


BAD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe\x00",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "a text": b'"output"',
    "an empty object": b"{}",
    "deep nesting": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "an infinity": b'{"output": Infinity}',
    "an unknown output": json.dumps({**GOOD, "output": "nowhere.children"}).encode(),
    "an output that is a list": json.dumps({**GOOD, "output": ["out"]}).encode(),
    "an output that is an object": json.dumps({**GOOD, "output": {"id": "out"}}).encode(),
    "a callback of the page": json.dumps({**GOOD, "output": "page.title"}).encode(),
    "no inputs": json.dumps({k: v for k, v in GOOD.items() if k != "inputs"}).encode(),
    "inputs null": json.dumps({**GOOD, "inputs": None}).encode(),
    "inputs of numbers": json.dumps({**GOOD, "inputs": [7]}).encode(),
    "too many inputs": json.dumps(
        {**GOOD, "inputs": [{"id": "in", "property": "value"}] * 2}
    ).encode(),
    "an input without property": json.dumps({**GOOD, "inputs": [{"id": "in"}]}).encode(),
    "an unhashable id": json.dumps({**GOOD, "inputs": [{"id": [], "property": "value"}]}).encode(),
    "outputs a number": json.dumps({**GOOD, "outputs": 3}).encode(),
    "outputs null": json.dumps({**GOOD, "outputs": None}).encode(),
    "state a text": json.dumps({**GOOD, "state": "x"}).encode(),
    "changedPropIds a number": json.dumps({**GOOD, "changedPropIds": 5}).encode(),
    "changedPropIds of numbers": json.dumps({**GOOD, "changedPropIds": [5]}).encode(),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_malformed_callback_is_the_senders_fault(client: FlaskClient, body: bytes) -> None:
    answer = client.post(UPDATE, data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_a_callback_without_its_content_type_is_refused(client: FlaskClient) -> None:
    answer = client.post(UPDATE, data=json.dumps(GOOD), content_type="text/plain")
    assert answer.status_code == 415


@pytest.mark.parametrize("path", [UPDATE, "/healthz", "/"])
def test_a_long_body_is_refused_unread(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=b"x" * 5_000_000).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/%252e%252e/app.py",
        "/assets/..%2fapp.py",
        "/assets/..%5capp.py",
        "/assets//etc/passwd",
        "//etc/passwd",
        "/assets/%00",
        "/healthz%00",
        "/assets/client.js%00.png",
        "/assets/nothing.js",
        "/assets/",
        "/app.py",
        "/.git/config",
        "/nowhere",
        "/export",
        "/export.xlsx",
        "/export.csv/",
        "/recount.json/x",
        "/why.json.bak",
        "/Changes.json",
        "/_dash-component-suites/dash/../dash.py",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/dash/nothing.js",
        "/_dash-component-suites/dash/",
        "/_dash-nothing",
        "/é",
        "/" + "a" * 5_000,
    ],
)
def test_a_path_that_is_not_ours_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path, base_url="http://localhost").status_code == 404


ANALYST = ("/export.csv", "/export.json", "/changes.json", "/why.json", "/recount.json")


@pytest.mark.parametrize("path", ANALYST)
def test_what_analysts_ask_passes_the_guard_and_only_so(client: FlaskClient, path: str) -> None:
    far = {"REMOTE_ADDR": "203.0.113.5"}
    rule = rule_of(path)
    assert rule is not None
    read = "GET" in rule.methods
    assert client.get(path).status_code == (200 if read else 405)  # here Dash's page answers
    assert client.get(path, environ_overrides=far).status_code == 401
    assert client.post(path, data=b"x" * 70_000).status_code == 413
    assert client.get(f"{path}%00").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_a_wrong_method_is_refused(client: FlaskClient, method: str) -> None:
    for path in ("/", "/healthz", "/_dash-layout", "/_dash-dependencies", "/_favicon.ico"):
        assert client.open(path, method=method).status_code == 405
    assert client.get(UPDATE).status_code == 405


def test_a_raw_path_is_judged_as_it_came(client: FlaskClient) -> None:
    answer = client.get("/healthz", environ_overrides={"RAW_URI": "/x/%2e%2e/healthz"})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/_dash-layout"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "'unsafe-eval'" not in policy


def test_what_nobody_foresaw_is_told_without_its_cause(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 500
    assert b"division" not in answer.data


def test_only_this_machine_is_answered_without_a_token(client: FlaskClient) -> None:
    far = {"REMOTE_ADDR": "203.0.113.5"}
    assert client.get("/healthz", environ_overrides=far).status_code == 401
    assert client.get("/healthz", environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_cannot_make_a_browser_change_anything(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert client.post(UPDATE, json=GOOD, headers=headers).status_code == 403
    assert client.delete("/recount.json", headers=headers).status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(UPDATE, json=GOOD, headers=own).status_code == 200
