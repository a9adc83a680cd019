"""The fast lane says what the whole way says, to the byte, and leaves to it what is not plain."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app import quick
from app.access.hiding import HidingTokens
from app.access.roles import Role
from app.quick import Quick
from app.routes import VIEW
from app.server import EXTENSION
from tests.unit.app.access.door_site import NOW_MS, TOKENS, WALL, DoorSite, bearer

HERE, FAR, PROXY = "127.0.0.1", "203.0.113.5", "10.0.0.9"
Answer = tuple[str, list[tuple[str, str]], bytes]


class Both:
    """A screen with a frame, asked through the fast lane and past it."""

    def __init__(self, home: Path) -> None:
        settings = {"trusted_proxy": PROXY, "proxy_user_header": "X-User", **TOKENS}
        self.site = DoorSite(home, **settings)
        outermost = self.site.app.server.wsgi_app
        assert isinstance(outermost, HidingTokens)
        assert isinstance(outermost._server, Quick)
        self.lane, self.passed = outermost._server, 0
        self.whole = self.lane._server
        self.lane._server = self.counted
        self.poller = self.site.app.server.extensions[EXTENSION]
        self.poller.turn()

    def counted(self, environ: dict[str, Any], start: Any) -> Any:
        self.passed += 1
        return self.whole(environ, start)

    def session(self, age_s: int = 0) -> str:
        assert self.site.door.sessions is not None
        value = self.site.door.sessions.issue(Role.WALL, NOW_MS // 1000 - age_s)
        return f"{self.site.door.cookie}={value}"

    def ask(self, query: str = "", peer: str = HERE, **heads: str) -> tuple[Answer, Answer]:
        """Return the answers of the lane and of the whole way."""
        given = [(name.replace("_", "-"), value) for name, value in heads.items()]

        def environ() -> dict[str, Any]:
            builder = EnvironBuilder(VIEW, query_string=query, headers=given)
            made = builder.get_environ()
            return made | {"REMOTE_ADDR": peer, "RAW_URI": f"{VIEW}?{query}"}

        return self.run(self.lane, environ()), self.run(self.whole, environ())

    @staticmethod
    def run(server: Any, environ: dict[str, Any]) -> Answer:
        body, status, heads = run_wsgi_app(server, environ)
        return status, sorted(heads), b"".join(body)


@pytest.fixture
def both(tmp_path: Path) -> Both:
    return Both(tmp_path)


def test_what_is_plain_is_answered_alike_without_the_whole_way(both: Both) -> None:
    first, _ = both.ask("lang=en", Accept_Encoding="gzip")
    etag = dict(first[1])["ETag"]
    both.site.clock.advance(1_500)
    both.poller.turn()
    cases: list[dict[str, str]] = [
        {},
        {"query": "window=24H&lang=en&theme=light&baseline=mom", "Accept_Encoding": "gzip, br"},
        {"query": "lang=en&since=" + etag.strip('W/"'), "Accept_Encoding": "gzip;q=0"},
        {"query": "lang=en", "peer": FAR, "Cookie": both.session()},
        {"query": "lang=en", "peer": PROXY, "X_User": "li", "X_Forwarded_Proto": "https"},
    ]
    for case in cases:
        mine, whole = both.ask(**case)
        assert mine == whole, case
        assert mine[0] == "200 OK", case
        tag = dict(mine[1])["ETag"]
        unchanged, whole = both.ask(**case, If_None_Match=tag)
        assert unchanged == whole, case
        assert unchanged[0].startswith("304"), case
    assert both.passed == 0


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ({"query": "lang=xx"}, 400),
        ({"query": "lang=en&lang=zh"}, 400),
        ({"query": "lang=en&drop=1"}, 400),
        ({"query": "lang=%65n"}, 200),
        ({"query": "since=" + "a" * 65}, 400),
        ({"query": "date=yesterday"}, 400),
        ({"peer": FAR}, 401),
        ({"peer": FAR, "Cookie": "daping_8050=wall.1.x"}, 401),
        ({"peer": FAR, "Authorization": bearer(WALL)}, 200),
        ({"peer": FAR, "Authorization": bearer("w" * 30)}, 401),
        ({"peer": FAR, "X_Forwarded_For": HERE}, 401),
        ({"If_None_Match": "*"}, 304),
        ({"Host": "evil.example", "peer": HERE}, 401),
    ],
)
def test_what_is_not_plain_goes_the_whole_way(
    both: Both, case: dict[str, str], status: int
) -> None:
    mine, whole = both.ask(**case)
    assert (mine[0], mine[2]) == (whole[0], whole[2])
    assert mine[0].startswith(str(status))
    assert both.passed == 1


def test_a_worn_session_is_renewed_on_the_whole_way(both: Both) -> None:
    mine, _ = both.ask(peer=FAR, Cookie=both.session(age_s=2 * 86_400))
    assert both.passed == 1
    assert "Set-Cookie" in dict(mine[1])


def test_another_method_or_a_body_goes_the_whole_way() -> None:
    plain = EnvironBuilder(VIEW).get_environ()
    assert quick.is_plain(plain)
    for other in (
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "HEAD"},
        {"CONTENT_LENGTH": "5"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"RAW_URI": "/x/../view.json"},
        {"daping.tokens": ["t"]},
    ):
        assert not quick.is_plain(plain | other), other


def test_viewers_and_answers_are_counted_in_the_lane_too(both: Both) -> None:
    for _ in range(3):
        both.run(both.lane, EnvironBuilder(VIEW).get_environ() | {"REMOTE_ADDR": HERE})
    assert both.passed == 0
    both.site.clock.advance(1_000)
    said = both.site.get("/metrics", peer=HERE).text
    assert 'daping_requests_total{path="/view.json",status="200"} 3.0' in said
    assert "daping_viewers 0.0" in said  # 3 questions in ten seconds: less than half a page
