"""The fast lane of the one question every page asks once a second: what changed on the wall.

Flask and the guards take a quarter of a millisecond to hand out bytes that lie ready; a core then
serves a thousand viewers at most. What is asked here plainly, by somebody whom the door lets in and
whom nothing is to be told, is answered from the same parts in a fraction of that. Everything else
goes the whole way, also what is wrong. A test holds both ways equal to the byte.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from dash import Dash
from flask import Request
from werkzeug.http import parse_accept_header

from app.access.door import Door, NotLetIn
from app.access.headers import content_policy, plain
from app.access.hiding import GIVEN
from app.access.roles import Viewer
from app.access.table import rule_of
from app.analyst.asking import is_history
from app.answers import BadArgument
from app.ids import Choice
from app.published import Document
from app.routes import FRESH, SINCE_LIMIT, VIEW, Served
from app.views import NothingToDraw

Server = Callable[[dict[str, Any], Any], Iterable[bytes]]
# Nothing to decode, nothing twice: `a=b&c=d`.
PLAIN_QUERY = re.compile(r"(?:[a-z]+=[A-Za-z0-9_-]+(?:&|\Z))*\Z")
QUERIES = 1024
OK, UNCHANGED = "200 OK", "304 NOT MODIFIED"


class Quick:
    """A WSGI layer over the server that answers `/view.json` of the wall by itself."""

    def __init__(self, server: Server, served: Served, door: Door, app: Dash) -> None:
        self._server = server
        self._served = served
        self._door = door
        self._plain = [list(plain(content_policy(app), secure).items()) for secure in (False, True)]
        self._rule = rule_of(VIEW)
        self._read = lru_cache(QUERIES)(self._read_query)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != VIEW or not is_plain(environ):
            return self._server(environ, start)
        asked = self._read(environ.get("QUERY_STRING", ""))
        let_in = asked and self._viewer(environ)
        document = asked and let_in and self._document(*asked)
        if not (document and let_in):
            return self._server(environ, start)
        return self._answer(environ, start, document, let_in)

    def _read_query(self, query: str) -> tuple[Choice, str | None] | None:
        """Return what is asked for; None for what the route must look at."""
        if not PLAIN_QUERY.match(query):
            return None
        pairs = [part.split("=") for part in query.split("&") if part]
        given = {name: [value] for name, value in pairs}
        if len(given) < len(pairs) or is_history(given):
            return None
        since = given.get("since", [""])[0]
        try:
            choice = self._served.choices.read(given, ("since",))
        except BadArgument:
            return None
        return (choice, since or None) if len(since) <= SINCE_LIMIT else None

    def _viewer(self, environ: dict[str, Any]) -> tuple[Viewer, bool] | None:
        """Return who asks, and whether by https; None for whom the guard must look at.

        A token may be a wrong one, which is counted: the guard reads those.
        """
        if self._rule is None or "HTTP_AUTHORIZATION" in environ:
            return None
        request = Request(environ)
        try:
            viewer, session = self._door.viewer(request)
        except NotLetIn:
            return None
        if viewer.role < self._rule.least or (session and session.is_worn(self._door.now_s())):
            return None
        return viewer, self._door.by_https(request)

    def _document(self, choice: Choice, since: str | None) -> Document | None:
        self._door.audit.flush()
        self._served.poller.ensure_started()
        try:
            return self._served.views.ask(choice, since, self._served.clock.now_ms())
        except NothingToDraw:
            return None

    def _answer(
        self, environ: dict[str, Any], start: Any, document: Document, let_in: tuple[Viewer, bool]
    ) -> Iterable[bytes]:
        viewer, by_https = let_in
        etag = f'W/"{document.etag}"'
        unchanged = environ.get("HTTP_IF_NONE_MATCH") == etag
        heads = [
            ("X-Generated-At", str(document.generated_at)),
            ("Vary", "Accept-Encoding"),
            ("ETag", etag),
            *self._served.counted(VIEW, 304 if unchanged else 200, live=True).items(),
            ("Cache-Control", FRESH if viewer.way == "local" else f"{FRESH}, private"),
            *self._plain[by_https],
        ]
        if unchanged:
            start(UNCHANGED, heads)
            return []
        body = document.body
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = document.packed
            heads.append(("Content-Encoding", "gzip"))
        size = ("Content-Length", str(len(body)))
        start(OK, [("Content-Type", "application/json"), size, *heads])
        return [body]


def is_plain(environ: dict[str, Any]) -> bool:
    """Say whether a request is a GET without a body, token or odd spelling of its path."""
    if environ.get("REQUEST_METHOD") != "GET" or GIVEN in environ:
        return False
    if environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ:
        return False
    if environ.get("RAW_URI", VIEW).partition("?")[0] != VIEW:
        return False
    known = environ.get("HTTP_IF_NONE_MATCH")
    return known is None or (known.startswith('W/"') and known.count('"') == 2)


@lru_cache(64)
def takes_gzip(accepted: str) -> bool:
    """Say whether an asker takes gzip, by its Accept-Encoding."""
    return parse_accept_header(accepted)["gzip"] > 0
