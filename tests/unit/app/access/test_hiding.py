import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.hiding import GIVEN, HidingFilter, HidingTokens, without_token
from app.access.roles import Role
from app.access.tokens import Tokens

TOKEN = "view-token-0123456789"
TOKENS = Tokens({Role.ANALYST: TOKEN})
NAMES = st.sampled_from(["token", "%74oken", "window", "tok", "token2", "TOKEN", ""])
QUERIES = st.lists(st.tuples(NAMES, st.text(max_size=12)), max_size=6)


@given(QUERIES)
def test_a_query_keeps_everything_but_its_tokens(parts: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in parts)
    kept, given = without_token(query)
    asked = parse_qsl(query, keep_blank_values=True)
    assert given == [value for name, value in asked if name == "token"]
    others = [pair for pair in asked if pair[0] != "token"]
    assert parse_qsl(kept, keep_blank_values=True) == others


def test_what_comes_after_sees_no_token() -> None:
    seen: dict[str, Any] = {}

    def server(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {
        "QUERY_STRING": f"a=1&token={TOKEN}",
        "RAW_URI": f"/x?a=1&token={TOKEN}",
        "REQUEST_URI": f"/x?token={TOKEN}",
    }
    HidingTokens(server)(environ, None)
    assert seen.pop(GIVEN) == [TOKEN]
    assert seen == {"QUERY_STRING": "a=1", "RAW_URI": "/x?a=1", "REQUEST_URI": "/x"}


@pytest.fixture
def logged() -> Iterator[tuple[logging.Logger, list[str]]]:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, handler, hiding = logging.getLogger("hiding"), Kept(), HidingFilter(TOKENS)
    logger.addHandler(handler)
    logger.addFilter(hiding)
    yield logger, lines
    logger.removeHandler(handler)
    logger.removeFilter(hiding)


@pytest.mark.parametrize(
    ("message", "given"),
    [
        (f"GET /?token={TOKEN} HTTP/1.1", ()),
        ("GET /?a=1&token=%s HTTP/1.1", (TOKEN,)),
        ("%(r)s", ({"r": f"GET /?x=1&token={TOKEN}"},)),
        ("header %s", (f"Bearer {TOKEN}",)),
        ("GET %s", (f"/?%74oken={quote(TOKEN).replace('v', '%76')} HTTP/1.1",)),
    ],
)
def test_no_line_of_a_log_has_a_token(
    logged: tuple[logging.Logger, list[str]], message: str, given: tuple[Any, ...]
) -> None:
    logger, lines = logged
    logger.warning(message, *given)
    assert TOKEN not in lines[0]
    assert "%76iew" not in lines[0]
    assert "[hidden]" in lines[0]


def test_a_wrong_token_is_not_logged_either(logged: tuple[logging.Logger, list[str]]) -> None:
    logger, lines = logged
    logger.warning("GET /?token=view-token-012345678 HTTP/1.1")
    logger.warning("a line of %s", "its own")
    assert lines == ["GET /?token=[hidden] HTTP/1.1", "a line of its own"]
