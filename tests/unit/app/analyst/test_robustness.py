"""Whatever is sent with any argument, the asker is told; nothing fails, nothing runs."""

from typing import Any
from urllib.parse import quote

import pytest

from app.analyst.asking import HISTORY_ONLY, SHARED
from tests.unit.app.analyst.archive import Archive, lines_of
from tests.unit.app.analyst.site import Site, as_live

ROUTES = ("/frame.json", "/view.json", "/export.csv", "/export.json", "/changes.json", "/why.json")
OWN = ("tile", "metric", "dimension", "since", "id")
BAD = (
    "'", '"', "' OR 1=1 --", "1; DROP TABLE events", "{day:Date}", "%(x)s", "\\", "\0", "\n", "\t",
    "../../etc/passwd", "<script>alert(1)</script>", "9" * 400, "-1", "1e400", "NaN", "٣", "日本",
    "\ud800", "\u202e", "=1+1", "x" * 3_000, "null", "[]", "{}", "",
)  # fmt: skip
NAMES = (*sorted(HISTORY_ONLY), *SHARED, *OWN)
LEAF = ("category", "brand", "gender", "province", "warehouse")


@pytest.fixture(scope="module")
def site() -> Site:
    site = Site(Archive(lines_of("2026-06-18", minutes=5)))
    site.show(as_live(site.frame("date=2026-06-18")))
    return site


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_any_argument_does_anything_but_4xx(site: Site, route: str, name: str) -> None:
    base = "date=2026-06-18&metric=orders" if route == "/why.json" else "date=2026-06-18"
    asked = len(site.archive.asked)  # type: ignore[union-attr]
    for bad in BAD:
        first = "" if name == "date" else f"{base}&"
        for query in (f"{first}{name}={encoded(bad)}", f"{first}{name}=a&{name}={encoded(bad)}"):
            status = site.client.get(f"{route}?{query}").status_code
            understood = name == "since" and route == "/view.json" and len(bad) <= 64
            if name == "gen" and bad == "":
                understood = False
            assert status in ((200, 202) if understood and query.count("since") == 1 else (400,)), (
                route, query, status,
            )  # fmt: skip
    new = site.archive.asked[asked:]  # type: ignore[union-attr]
    assert set(new) <= {"days", "read", "top_users", "window_sums"}


@pytest.mark.parametrize("suffix", ["[]", "[0]", "%5B%5D", "%00", "'", ";", "%20"])
@pytest.mark.parametrize("route", ROUTES)
def test_an_argument_that_is_not_one_is_refused(site: Site, route: str, suffix: str) -> None:
    answer = site.client.get(f"{route}?date=2026-06-18&window{suffix}=28H")
    assert answer.status_code == 400


@pytest.mark.parametrize("leaf", LEAF)
def test_a_key_may_be_any_text_and_is_only_compared(site: Site, leaf: str) -> None:
    for bad in ("' OR 1=1 --", "\\", "{x:String}", "日本", "<b>", "=1+1", "../.."):
        frame = site.frame(f"date=2026-06-18&drill={leaf}:{encoded(bad)}")
        assert frame["windows"]["28H"]["metrics"]["gross_sales"]["value"] == 0
        assert frame["state"]["reason"] == "no_orders"


BODIES: tuple[Any, ...] = (
    b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b'{"date":{}}', b'{"date":null}',
    b'{"date":true}', b'{"date":[]}', b'{"date":[[]]}', b'{"date":1.5}', b'{"metric":"orders"}',
    b'{"id":"a","metric":"x\' OR 1=1"}', b'{"id":"a b","metric":"orders"}',
    b'{"id":"../x","metric":"orders"}', b'{"id":"' + b"x" * 65 + b'","metric":"orders"}',
    b'{"id":"a","metric":"orders","sql":"SELECT 1"}', b"[" * 5_000 + b"]" * 5_000,
    b'{"id":"a","metric":"orders","date":"2026-06-18","date\\u0000":"x"}',
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_no_body_of_a_recount_does_anything_but_4xx(site: Site, body: bytes, method: str) -> None:
    answer = site.client.open("/recount.json", method=method, data=body)
    assert answer.status_code == 400
    assert "recount" not in site.archive.asked  # type: ignore[union-attr]


def test_an_argument_in_both_places_is_refused(site: Site) -> None:
    body = {"id": "b", "metric": "orders"}
    answer: Any = site.client.post("/recount.json?id=a", json=body)
    assert (answer.status_code, answer.json["argument"]) == (400, "id")


@pytest.mark.parametrize("path", ["/export.csv", "/why.json", "/changes.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_only_reads_is_only_got(site: Site, path: str, method: str) -> None:
    assert site.server.test_client().open(path, method=method).status_code == 405


def test_before_the_wall_shows_anything_its_numbers_cannot_be_had() -> None:
    site = Site(None)
    for path in ("/export.csv", "/why.json?metric=orders", "/changes.json"):
        answer: Any = site.client.get(path)
        assert (answer.status_code, answer.json) == (503, {"reason": "no_frame"})
