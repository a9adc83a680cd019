"""One guard before every route, Dash's own included: malformed requests end here, as 4xx.

Dash answers most malformed callback bodies with 500, serves its page on any path and sets no
security headers; what is let through here is what Dash is built for.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import structlog
from dash import Dash
from dash.exceptions import DashException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.settings import ScreenSettings

BODY_LIMIT = 64 * 1024
PATH_LIMIT = 512
PLAIN_PATH = re.compile(r"/[A-Za-z0-9_\-./@]*\Z")
PAGES = frozenset(
    (
        "/",
        "/frame.json",
        "/view.json",
        "/export.csv",
        "/export.json",
        "/changes.json",
        "/why.json",
        "/recount.json",
        "/alerts/acknowledge.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/_dash-layout",
        "/_dash-dependencies",
        "/_dash-update-component",
        "/_reload-hash",
        "/_favicon.ico",
    )
)
FOLDERS = ("/assets/", "/_dash-component-suites/")
UPDATE = "/_dash-update-component"
log = structlog.get_logger()


class BadRequest(Exception):
    """A request nobody meant; `status` and a line for whoever sent it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def install(app: Dash, settings: ScreenSettings) -> None:
    """Put the guard before every route of the app and the headers after."""
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    policy = content_policy(app)

    def guard() -> Response | None:
        try:
            check_viewer(settings)
            check_path(request.path, request.environ.get("RAW_URI", ""))
            check_body(app)
        except BadRequest as fault:
            return answer(fault.status, str(fault))
        return None

    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    server.before_request(guard)
    server.after_request(headers)
    server.register_error_handler(HTTPException, lambda e: answer(e.code or 500, e.name))
    server.register_error_handler(DashException, lambda e: answer(404, "not found"))
    server.register_error_handler(Exception, unexpected)


def content_policy(app: Dash) -> str:
    """Return the content security policy; styles are inline in Dash's renderer."""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' " + " ".join(app.csp_hashes()),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def check_viewer(settings: ScreenSettings) -> None:
    """Refuse peers from a network, whatever the server was told to bind to."""
    if not settings.may_view(request.remote_addr, request.headers.get("Authorization")):
        raise BadRequest("this screen answers its own machine only, or its token", 403)


def check_path(path: str, raw: str) -> None:
    """Refuse every path that is not plainly one of ours; `raw` is as it came over the wire."""
    if len(path) > PATH_LIMIT or not PLAIN_PATH.match(path):
        raise BadRequest("no such path", 404)
    wire = unquote_to_bytes(raw.partition("?")[0].partition("#")[0])
    for text in (path.encode(), wire):
        if b".." in text or b"\\" in text or b"\0" in text or text.startswith(b"//"):
            raise BadRequest("no such path", 404)
    in_folder = path.startswith(FOLDERS) and not path.endswith("/")
    if "//" in path or not (path in PAGES or in_folder):
        raise BadRequest("no such path", 404)


def check_body(app: Dash) -> None:
    """Refuse bodies that are too long, and updates that no page of ours would send."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise BadRequest(f"a body of at most {BODY_LIMIT} bytes is read", 413)
    if request.path != UPDATE:
        return
    if request.method != "POST":  # Dash would answer with its page
        raise BadRequest("only POST is answered here", 405)
    fault = update_fault(request.get_data(), app.callback_map)
    if fault:
        raise BadRequest(fault)
    if request.mimetype != "application/json":
        raise BadRequest("Content-Type must be application/json", 415)


def update_fault(body: bytes, callbacks: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Say what is wrong with the body of a callback, or None. orjson bounds the nesting itself."""
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the body is not JSON"
    if not isinstance(update, dict):
        return "the body is not an object"
    output = update.get("output")
    if not isinstance(output, str) or "callback" not in callbacks.get(output, {}):
        return "output: no such callback"
    callback = callbacks[output]
    for name in ("inputs", "state"):
        wanted = len(callback.get(name, ()))
        given = update.get(name, [])
        if not isinstance(given, list) or len(given) != wanted:
            return f"{name}: a list of {wanted} is expected"
        if not all(map(is_property, given)):
            return f"{name}: each has an id, a property and a value"
    outputs = update.get("outputs")
    if not all(map(is_property, outputs if isinstance(outputs, list) else [outputs])):
        return "outputs: each has an id and a property"
    changed = update.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(c, str) for c in changed):
        return "changedPropIds: a list of texts is expected"
    return None


def is_property(value: object) -> bool:
    """Say whether a part of a callback's body names a property of a component."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), str)
        and isinstance(value.get("property"), str)
    )


def unexpected(fault: Exception) -> Response:
    """Answer what nobody foresaw; the cause is in the log, not in the answer."""
    log.exception("request failed", path=request.path, exc_info=fault)
    return answer(500, "the screen failed; its log says why")


def answer(status: int, message: str) -> Response:
    """Return a JSON answer of one line."""
    return Response(
        orjson.dumps({"status": status, "message": message}), status, mimetype="application/json"
    )
