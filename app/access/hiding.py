"""Keeping the token out of everything that is written down.

It comes once, in the address of the first visit. It is taken out of the request before anybody
else sees it: what the access log, an error page or a route could repeat does not have it.
"""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, unquote_plus

from app.access.tokens import Tokens

ARGUMENT = "token"
GIVEN = "daping.tokens"
LOGGERS = ("gunicorn.access", "gunicorn.error", "werkzeug", "waitress")
HIDDEN = "[hidden]"
IN_TEXT = re.compile(r"([?&]token=)[^&\s\"'#]*", re.IGNORECASE)
QUERY = re.compile(r"\?\S*")


def without_token(query: str) -> tuple[str, list[str]]:
    """Return a query string without its tokens, and the tokens."""
    kept, given = [], []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if unquote_plus(name) == ARGUMENT:
            given.append(unquote_plus(value))
        else:
            kept.append(part)
    return "&".join(kept), given


class HidingTokens:
    """The outermost layer of the server: puts the tokens of an address aside, for the guard."""

    def __init__(self, server: Callable[..., Iterable[bytes]]) -> None:
        self._server = server

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        query: str = environ.get("QUERY_STRING", "")
        given: list[str] = []
        if ARGUMENT in query or "%" in query:  # else no argument can be called that
            query, given = without_token(query)
        if given:
            environ[GIVEN] = given
            environ["QUERY_STRING"] = query
            for name in ("RAW_URI", "REQUEST_URI"):
                if name in environ:
                    path, _, raw = environ[name].partition("?")
                    raw, _ = without_token(raw)
                    environ[name] = f"{path}?{raw}" if raw else path
        return self._server(environ, start)


class HidingFilter(logging.Filter):
    """For what a server logs by itself, before a request reaches us or when one fails."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tuple(tokens.held.values())

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = IN_TEXT.sub(rf"\1{HIDDEN}", text)
        for token in self._tokens:
            clean = clean.replace(token, HIDDEN)
        plain = unquote(clean)
        if any(token in plain for token in self._tokens):
            clean = QUERY.sub(f"?{HIDDEN}", clean)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


def hide_in_logs(tokens: Tokens) -> None:
    """Let no server of ours log a token, however it was started and told to log."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        for old in [f for f in logger.filters if isinstance(f, HidingFilter)]:
            logger.removeFilter(old)
        logger.addFilter(HidingFilter(tokens))
