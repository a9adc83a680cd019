import gzip
from typing import Any

import pytest
from flask import Flask

from app import routes
from app.ids import Choice
from app.metrics import Metrics
from app.poller import Poller
from app.routes import Choices, Served
from app.views import Views
from pipeline.clock import ManualClock

NOW = 1_000_000
LIVE = {"name": "live", "as_of": 5, "reason": None, "params": {}}


class FakeWork:
    """A frame whose total the test sets."""

    total = 7

    def refresh(self, real_now: int) -> bool:
        return True

    def frame(self, real_now: int) -> dict[str, Any]:
        return {"total": self.total, "as_of": 5, "state": LIVE, "windows": {}, "zone": "UTC"}


def present(frame: dict[str, Any], choice: Choice) -> dict[str, dict[str, object]]:
    return {"total": {"children": str(frame["total"])}, "name": {"children": choice.lang}}


class Site:
    """A server whose poller turns when the test says so."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.work = FakeWork()
        metrics = Metrics()
        views = Views(present, "b1", metrics)
        self.poller = Poller(self.work, views.publish, self.clock, metrics)
        self.poller.ensure_started = lambda: None  # type: ignore[method-assign]
        choices = Choices(("28H", "4H", "24H"), ("zh", "en"), ("dark", "light"))
        server = Flask("routes")
        routes.register(server, Served(self.poller, views, metrics, choices, self.clock))
        self.client = server.test_client()

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture
def site() -> Site:
    return Site()


def test_before_the_first_frame_everything_says_why(site: Site) -> None:
    for path, code in [("/frame.json", "no_frame"), ("/view.json", "no_frame")]:
        answer = site.get(path)
        assert (answer.status_code, answer.json) == (503, {"reason": code})
    assert site.get("/readyz").json == {"reason": "poller_silent"}
    assert site.get("/healthz").status_code == 200


def test_a_frame_is_sent_with_its_times_in_headers(site: Site) -> None:
    site.poller.turn()
    site.clock.advance(700)
    answer = site.get("/frame.json")
    assert answer.json["total"] == 7
    assert answer.headers["X-Generated-At"] == str(NOW)
    assert answer.headers["X-Server-Time"] == str(NOW + 700)


def test_who_has_the_values_is_told_so_even_from_a_later_tick(site: Site) -> None:
    site.poller.turn()
    for path in ("/frame.json", "/view.json"):
        etag = site.get(path).headers["ETag"]
        site.clock.advance(1000)
        site.poller.turn()
        answer = site.get(path, If_None_Match=etag)
        assert (answer.status_code, answer.data) == (304, b"")


def test_changed_values_have_another_etag(site: Site) -> None:
    site.poller.turn()
    before = {path: site.get(path).headers["ETag"] for path in ("/frame.json", "/view.json")}
    site.work.total = 8
    site.clock.advance(1000)
    site.poller.turn()
    for path, etag in before.items():
        assert site.get(path, If_None_Match=etag).status_code == 200


def test_documents_are_packed_for_those_who_can_unpack(site: Site) -> None:
    site.poller.turn()
    plain = site.get("/frame.json")
    packed = site.get("/frame.json", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data


def test_a_view_is_what_was_asked_for(site: Site) -> None:
    site.poller.turn()
    assert site.get("/view.json").json["choice"] == {
        "window": "28H",
        "lang": "zh",
        "theme": "dark",
        "baseline": "yoy",
    }
    english = site.get("/view.json?window=4H&lang=en&theme=light").json
    assert english["props"]["name"] == {"children": "en"}


def test_since_an_etag_only_changes_come(site: Site) -> None:
    site.poller.turn()
    etag = site.get("/view.json").json["etag"]
    site.work.total = 8
    site.clock.advance(1000)
    site.poller.turn()
    assert site.get(f"/view.json?since={etag}").json["props"] == {"total": {"children": "8"}}
    assert len(site.get("/view.json?since=unknown").json["props"]) == 2


@pytest.mark.parametrize(
    ("query", "argument", "allowed"),
    [
        ("window=99H", "window", ["28H", "4H", "24H"]),
        ("window=", "window", ["28H", "4H", "24H"]),
        ("window=4H&window=24H", "window", ["28H", "4H", "24H"]),
        ("lang=fr", "lang", ["zh", "en"]),
        ("lang=%FF%FE", "lang", ["zh", "en"]),
        ("theme=<script>", "theme", ["dark", "light"]),
        ("theme=dark%00", "theme", ["dark", "light"]),
    ],
)
def test_an_unknown_value_is_named_with_what_is_allowed(
    site: Site, query: str, argument: str, allowed: list[str]
) -> None:
    site.poller.turn()
    answer = site.get(f"/view.json?{query}")
    assert answer.status_code == 400
    assert answer.json == {"argument": argument, "allowed": allowed}


@pytest.mark.parametrize("path", ["/frame.json", "/view.json"])
def test_an_argument_of_no_use_is_refused_by_name(site: Site, path: str) -> None:
    site.poller.turn()
    answer = site.get(f"{path}?nosuch=%27%20OR%201=1")
    assert answer.status_code == 400
    assert answer.json["argument"] == "nosuch"
    assert site.get(f"{path}?window=%27").status_code == 400
    assert site.get(f"{path}?window=4H&baseline=mom").status_code == 200


def test_a_long_since_is_refused(site: Site) -> None:
    site.poller.turn()
    assert site.get("/view.json?since=" + "x" * 65).status_code == 400


def test_ready_means_a_frame_and_a_beating_poller(site: Site) -> None:
    site.poller.turn()
    assert site.get("/readyz").status_code == 200
    site.clock.advance(3_001)
    answer = site.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"reason": "poller_silent"})


def test_the_screen_measures_itself(site: Site) -> None:
    site.poller.turn()
    site.get("/frame.json")
    text = site.get("/metrics").get_data(as_text=True)
    assert "daping_ticks_total 1.0" in text
    assert 'daping_requests_total{path="/frame.json",status="200"} 1.0' in text
    assert "daping_frame_seconds_bucket" in text
