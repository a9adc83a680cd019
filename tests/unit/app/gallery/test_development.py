"""The gallery exists in development mode only."""

import pytest
from flask.testing import FlaskClient

from app.server import create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.stores.memory import MemorySnapshots


def client(development: bool) -> FlaskClient:
    app = create_app(
        ScreenSettings(development=development),
        MemorySnapshots(load_catalogue()),
        history=lambda: None,
    )
    asking: FlaskClient = app.server.test_client()
    return asking


def test_without_development_mode_there_is_no_gallery() -> None:
    answer = client(False).get("/gallery")
    assert answer.status_code == 404
    assert b"<html" not in answer.data


def test_in_development_mode_it_says_that_it_shows_samples() -> None:
    asking = client(True)
    answer = asking.get("/gallery?tile=fresh&lang=en&theme=light")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert b"Samples only" in answer.data
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert asking.get("/gallery?tile=weather").get_json()["argument"] == "tile"


def test_the_wall_does_not_load_the_gallerys_files() -> None:
    page = client(True).get("/")
    assert b"figures.js" in page.data
    assert b"gallery" not in page.data


@pytest.mark.parametrize("said", ["1", "true"])
def test_the_environment_says_it(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    assert not ScreenSettings().development
    monkeypatch.setenv("DAPING_DEVELOPMENT", said)
    assert ScreenSettings().development
