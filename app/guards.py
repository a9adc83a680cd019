"""One guard before every route, Dash's own included: who may not, and what is malformed, ends here.

Dash answers most malformed callback bodies with 500, serves its page on any path and sets no
security headers; what is let through here is what Dash is built for.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import structlog
from dash import Dash
from dash.exceptions import DashException
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from app.access.door import Door, NotLetIn, taken
from app.access.headers import content_policy, dress
from app.access.hiding import hide_in_logs
from app.access.leaving import answer, exchanged, see_out, turned_away
from app.access.table import CONFIRMED, GET, Rule, rule_of
from app.analyst.asking import is_history

BODY_LIMIT = 64 * 1024
PATH_LIMIT = 512
PLAIN_PATH = re.compile(r"/[A-Za-z0-9_\-./@]*\Z")
UPDATE = "/_dash-update-component"
FORBIDDEN = 403
Said = Callable[[str], Mapping[str, str]]
log = structlog.get_logger()


class BadRequest(Exception):
    """A request nobody meant; `status` and a line for whoever sent it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def install(app: Dash, door: Door, said: Said) -> None:
    """Put the guard before every route of the app and the headers after.

    `said(why)`: what somebody who is not let in is told, by language.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    policy = content_policy(app)
    hide_in_logs(door.tokens)

    def guard() -> Response | None:
        door.audit.flush()
        try:
            given = taken(request)
            if given and request.method in GET:
                return exchanged(door, given)
            g.viewer, g.session = door.viewer(request)
            check(app, door)
        except NotLetIn as fault:
            return turned_away(door, fault, said(fault.why))
        except BadRequest as fault:
            if fault.status == FORBIDDEN:
                door.audit.refused(g.viewer.peer, fault.status, request.path)
            return answer(fault.status, str(fault))
        return None

    def headers(response: Response) -> Response:
        dress(response, policy, door.by_https(request))
        see_out(door, response)
        return response

    server.before_request(guard)
    server.after_request(headers)
    server.register_error_handler(HTTPException, lambda e: answer(e.code or 500, e.name))
    server.register_error_handler(DashException, lambda e: answer(404, "not found"))
    server.register_error_handler(Exception, unexpected)


def check(app: Dash, door: Door) -> None:
    """Hold a request of somebody who was let in against the table; raises BadRequest."""
    rule = check_path(request.path, request.environ.get("RAW_URI", ""))
    if (request.content_length or 0) > BODY_LIMIT:
        raise BadRequest(f"a body of at most {BODY_LIMIT} bytes is read", 413)
    if request.method not in rule.methods:  # Dash would answer most of them with its page
        raise BadRequest(f"only {', '.join(sorted(rule.methods))} is answered here", 405)
    least = rule.past if rule.past and is_history(request.args) else rule.least
    if g.viewer.role < least:
        raise BadRequest(f"this is for the role {least.label}; yours is {g.viewer.role.label}", 403)
    if request.method not in GET and not door.from_this_site(request, g.viewer):
        raise BadRequest("only a page of this screen may ask for this", 403)
    if rule.acting and request.headers.get(CONFIRMED) != "yes":
        raise BadRequest(f"say that it is meant: {CONFIRMED}: yes", 428)
    if rule.acting and not door.audit.ready():
        raise BadRequest("nothing is done that cannot be written to the audit log", 503)
    g.acting = rule.acting
    if request.path == UPDATE:
        check_update(app)


def check_path(path: str, raw: str) -> Rule:
    """Return the rule of a path that is plainly one of ours; `raw` is as it came over the wire."""
    if len(path) > PATH_LIMIT or not PLAIN_PATH.match(path):
        raise BadRequest("no such path", 404)
    wire = unquote_to_bytes(raw.partition("?")[0].partition("#")[0])
    for text in (path.encode(), wire):
        if b".." in text or b"\\" in text or b"\0" in text or text.startswith(b"//"):
            raise BadRequest("no such path", 404)
    rule = None if "//" in path else rule_of(path)
    if rule is None:
        raise BadRequest("no such path", 404)
    return rule


def check_update(app: Dash) -> None:
    """Refuse updates that no page of ours would send."""
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
