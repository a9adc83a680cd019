"""The door of a real gunicorn that was told to listen everywhere, asked over a real interface."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from app.access.roles import Role
from app.access.table import TABLE
from app.server import create_app
from app.settings import ScreenSettings

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
TOKENS = {
    Role.WALL: "wall-token-0123456789",
    Role.ANALYST: "view-token-0123456789",
    Role.OPERATOR: "operate-token-0123456789",
}
VARIABLES = {
    "DAPING_WALL_TOKEN": TOKENS[Role.WALL],
    "DAPING_VIEW_TOKEN": TOKENS[Role.ANALYST],
    "DAPING_OPERATOR_TOKEN": TOKENS[Role.OPERATOR],
}
CALL_S = 30.0  # of the test's own requests: a busy machine may answer after seconds
# Everything gunicorn can be told to log of a request.
LOGGED = (
    '%(h)s "%(r)s" %(U)s "%(q)s" %(s)s "%(f)s" "%({authorization}i)s" "%({location}o)s" '
    '"%({raw_uri}e)s" "%({query_string}e)s" "%({http_authorization}e)s" "%({daping.tokens}e)s"'
)


def own_address() -> str:
    """Return an address of this machine that is not loopback."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET and not one.address.startswith("127."):
                return str(one.address)
    pytest.skip("this machine has no interface but loopback")


@dataclass(frozen=True)
class Served:
    """A running server, and where it writes."""

    port: int
    home: Path

    def far(self, path: str = "") -> str:
        return f"http://{own_address()}:{self.port}{path}"

    def near(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def written(self) -> str:
        """Return everything that was written down: logs and the audit log."""
        return "".join(path.read_text() for path in sorted(self.home.glob("*.[jl]*")))


def command(home: Path, port: int) -> list[str]:
    server = ["-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4"]
    logs = ["--access-logfile", f"{home}/access.log", "--error-logfile", f"{home}/error.log"]
    bind = ["--access-logformat", LOGGED, "-b", f"0.0.0.0:{port}"]
    return [sys.executable, *server, "--log-level", "debug", *logs, *bind, "app.wsgi:server"]


def environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAPING_")}
    ours = {"DAPING_HOME": str(home), "DAPING_REDIS_URL": "redis://127.0.0.1:1/0"}
    return {**kept, **ours, **more}


@contextmanager
def serving(home: Path, more: dict[str, str]) -> Iterator[Served]:
    """A server that listens everywhere although DAPING_HOST says nothing of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(command(home, port), cwd=ROOT, env=environment(home, more))
    served = Served(port, home)
    try:
        wait_for(served, process)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def wait_for(served: Served, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(served.near("/healthz"), timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail("the server did not come up")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    own_address()
    with serving(tmp_path_factory.mktemp("served"), VARIABLES) as served:
        yield served


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A path of every route the server has, and some of none."""
    server = create_app(ScreenSettings(home=tmp_path_factory.mktemp("paths"))).server
    rules = [rule.rule for rule in server.url_map.iter_rules()]
    return [*(re.sub(r"<[^>]+>", "client.js", rule) for rule in rules), "/nowhere", "/.git/config"]


def test_without_a_token_every_route_is_401(served: Served, paths: list[str]) -> None:
    with httpx.Client(timeout=CALL_S) as client:
        for path in paths:
            for method in ("GET", "POST", "DELETE"):
                answer = client.request(method, served.far(path))
                assert answer.status_code == 401, (method, path)
                assert answer.headers["Cache-Control"] == "no-store"
        assert client.get(served.near("/healthz")).status_code == 200


def test_told_to_listen_everywhere_without_a_token_it_answers_this_machine_alone(
    tmp_path: Path, paths: list[str]
) -> None:
    own_address()
    with serving(tmp_path, {}) as served, httpx.Client(timeout=CALL_S) as client:
        for path in paths:
            assert client.get(served.far(path)).status_code == 401, path
            asked = {"Authorization": "Bearer None", "X-Forwarded-For": "127.0.0.1"}
            assert client.get(served.far(path), headers=asked).status_code == 401, path
        assert client.get(served.near("/metrics")).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_answered_by_the_table(served: Served, role: Role) -> None:
    with httpx.Client(timeout=CALL_S) as client:
        first = client.get(served.far(f"/?token={TOKENS[role]}"))
        assert (first.status_code, first.headers["Location"]) == (303, "/")
        for rule in TABLE:
            path = f"{rule.path}client.js" if rule.path == "/assets/" else rule.path
            for method in rule.methods - {"HEAD"}:
                own = {"Origin": served.far()}
                answer = client.request(method, served.far(path), headers=own)
                assert answer.status_code not in (401, 405), (method, path)
                assert (answer.status_code == 403) == (role < rule.least), (method, path)
        past = client.get(served.far("/view.json?date=2026-06-18"))
        assert (past.status_code == 403) == (role < Role.ANALYST)


def test_a_token_is_nowhere_after_the_first_visit(served: Served) -> None:
    token = TOKENS[Role.ANALYST]
    with httpx.Client(follow_redirects=True, timeout=CALL_S) as client:
        page = client.get(served.far(f"/?lang=en&token={token}&window=24H"))
        assert page.status_code == 200
        assert str(page.url) == served.far("/?lang=en&window=24H")
        assert token not in str(dict(client.cookies))
        for path in ("/", "/_dash-layout", "/_dash-dependencies", "/view.json", "/frame.json"):
            assert token not in client.get(served.far(path)).text
        assert client.get(served.far("/metrics")).status_code == 200
    said = {"Authorization": f"Bearer {token}", "Referer": token}
    httpx.get(served.far("/"), headers=said, timeout=CALL_S)
    httpx.get(served.far(f"/nowhere?%74oken={token}"), timeout=CALL_S)
    httpx.post(served.far(f"/?token={token}"), timeout=CALL_S)
    httpx.get(served.near(f"/?token={token}"), timeout=CALL_S)
    httpx.get(served.far("/?token=a-wrong-one-0123456789"), timeout=CALL_S)
    broken = f"GET /?token={token} HTTP/9.9\r\n\r\n".encode()
    with socket.create_connection((own_address(), served.port), CALL_S) as raw:
        raw.sendall(broken)
        raw.recv(1000)
    written = served.written()
    assert '"GET /?lang=en&window=24H HTTP/1.1"' in written
    assert '"event":"let in"' in written
    assert not [token for token in TOKENS.values() if token in written]
    assert "a-wrong-one" not in written


def test_a_wall_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    own_address()
    with httpx.Client(timeout=CALL_S) as client:
        with serving(tmp_path, VARIABLES) as served:
            client.get(served.far(f"/?token={TOKENS[Role.WALL]}"))
        with serving(tmp_path, VARIABLES) as served:
            assert client.get(served.far("/frame.json")).status_code != 401
            assert client.get(served.far("/metrics")).status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"DAPING_HOST": "0.0.0.0"},
        {"DAPING_WALL_TOKEN": "short"},
        {"DAPING_TRUSTED_PROXY": "everybody"},
        {"DAPING_VIEW_TOKEN": "0123456789" * 2, "DAPING_WALL_TOKEN": "0123456789" * 2},
    ],
    ids=["bind", "short", "proxy", "twice"],
)
def test_an_unsafe_server_ends_with_one_line(tmp_path: Path, more: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = subprocess.run(
        command(tmp_path, port),
        cwd=ROOT,
        env=environment(tmp_path, more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode != 0
    lines = [line for line in told.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert next(iter(more)).split("=")[0] in lines[0]
    assert "Traceback" not in told.stderr + (tmp_path / "error.log").read_text()
