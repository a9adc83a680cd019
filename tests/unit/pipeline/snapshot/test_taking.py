"""Taking a picture, with a browser that says what a test wants."""

import base64
import json
from typing import Any

import pytest

from pipeline.errors import Mismatch, ServiceUnavailable
from pipeline.snapshot import taking
from pipeline.snapshot.taking import take

URL = "http://127.0.0.1:1/"
READY = {"view": "v1", "frame": "f1", "silent": False, "missing": []}
WAITING = {"view": "", "frame": "", "silent": False, "missing": ["flow-figure"]}


class Page:
    """A browser whose page goes through `stands`; the last one stays."""

    def __init__(self, stands: list[dict[str, Any]], shown: int = 7, etag: str = "f1") -> None:
        self.stands = stands
        self.shown = shown
        self.etag = etag
        self.error: str | None = None
        self.pictures = 0
        self.resting = False

    def call(self, method: str, timeout_s: float = 0, **params: Any) -> dict[str, Any]:
        if method == "Page.navigate":
            return {"errorText": self.error} if self.error else {}
        assert self.resting
        self.pictures += 1
        return {"data": base64.b64encode(b"picture").decode()}

    def evaluate(self, expression: str, timeout_s: float = 0) -> Any:
        if expression == taking.STANDS:
            return self.stands.pop(0) if len(self.stands) > 1 else self.stands[0]
        if expression == taking.FRAME:
            return {"status": 200, "etag": f'W/"{self.etag}"', "body": json.dumps({"a": [7]})}
        if expression == taking.NUMBERS:
            return [{"place": "hero", "value": self.shown}]
        self.resting = expression == taking.REST
        return None


def taken(page: Page, seconds: float = 1.0) -> taking.Snapshot:
    return take(page, URL, seconds)


def test_it_waits_until_the_page_stands() -> None:
    page = Page([WAITING, WAITING, READY])
    found = taken(page)
    assert (found.png, found.frame, found.numbers) == (b"picture", b'{"a": [7]}', 1)
    assert (found.view_etag, found.frame_etag) == ("v1", "f1")
    assert page.resting is False


def test_a_page_that_changed_meanwhile_is_taken_again() -> None:
    changed = {**READY, "view": "v2"}
    page = Page([READY, changed, READY])
    assert taken(page).view_etag == "v1"
    assert page.pictures == 2


def test_another_frame_than_the_views_is_never_kept() -> None:
    page = Page([READY], etag="f2")
    with pytest.raises(ServiceUnavailable, match="changed faster"):
        taken(page, 0.3)
    assert page.pictures == 0


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ServiceUnavailable, match=r"flow-figure.*--timeout"):
        taken(Page([WAITING]), 0.2)


def test_a_silent_server_gives_no_picture() -> None:
    page = Page([{**READY, "silent": True}])
    with pytest.raises(ServiceUnavailable, match="an answer of the server"):
        taken(page, 0.2)


def test_a_screen_that_is_away_is_named_with_the_next_step() -> None:
    page = Page([READY])
    page.error = "net::ERR_CONNECTION_REFUSED"
    with pytest.raises(ServiceUnavailable, match="make demo"):
        taken(page)


def test_a_number_that_is_not_in_the_frame_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="8 in hero"):
        taken(Page([READY], shown=8))
