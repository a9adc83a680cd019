"""What a page is made of travels packed, and is kept by the browser as long as it may."""

import gzip
from pathlib import Path

import brotli
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from app import packing

SCRIPT = "/assets/big.js?m=1"
TEXT = "/* a script */ const words = 'the same words again and again';\n" * 40


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    (tmp_path / "big.js").write_text(TEXT, encoding="utf-8")
    (tmp_path / "face.woff2").write_bytes(b"wOF2" * 400)
    dash = Dash("packed", assets_folder=str(tmp_path))
    dash.layout = html.Div(TEXT)
    packing.install(dash.server)
    made: FlaskClient = dash.server.test_client()
    return made


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
@pytest.mark.parametrize("path", [SCRIPT, "/_dash-layout", "/"])
def test_texts_are_packed_as_the_browser_can_unpack(
    client: FlaskClient, path: str, encoding: str, unpack: object
) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data)
    if path != "/":  # its token is new with every load
        assert unpack(packed.data) == plain.data  # type: ignore[operator]


def test_who_cannot_unpack_gets_it_plain(client: FlaskClient) -> None:
    answer = client.get(SCRIPT, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data.decode() == TEXT


def test_a_face_is_packed_already(client: FlaskClient) -> None:
    answer = client.get("/assets/face.woff2?m=1", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers


def test_what_is_named_by_its_content_is_kept_for_good_and_nothing_else(
    client: FlaskClient,
) -> None:
    assert "immutable" in client.get(SCRIPT).headers["Cache-Control"]
    assert "immutable" not in client.get("/assets/big.js").headers["Cache-Control"]
    assert "immutable" not in client.get("/?m=1").headers.get("Cache-Control", "")


def test_who_has_a_file_is_told_so(client: FlaskClient) -> None:
    first = client.get("/assets/big.js", headers={"Accept-Encoding": "br"})
    again = {"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    assert client.get("/assets/big.js", headers=again).status_code == 304


def test_a_file_that_has_changed_is_packed_anew(client: FlaskClient, tmp_path: Path) -> None:
    client.get(SCRIPT, headers={"Accept-Encoding": "br"})
    changed = TEXT.upper() + "// longer"
    (tmp_path / "big.js").write_text(changed, encoding="utf-8")
    answer = client.get(SCRIPT, headers={"Accept-Encoding": "br"})
    assert brotli.decompress(answer.data).decode() == changed
