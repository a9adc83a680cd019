"""How requests leave that do not reach a route, and what all answers take with them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response, g, has_request_context, request

from app.access.door import Door, NotLetIn
from app.access.page import page
from app.access.roles import Role
from app.access.sessions import LIFE_S, Session
from app.access.table import rule_of

WHAT_LIMIT = 200
SAFE = "=&%+,:;/?@!$'()*~-._"  # in a query as it came
TOO_OFTEN, UNKNOWN_VIEWER = 429, 401


def answer(status: int, message: str) -> Response:
    """Return a JSON answer of one line."""
    body = orjson.dumps({"status": status, "message": message})
    return Response(body, status, mimetype="application/json")


def exchanged(door: Door, given: Sequence[str]) -> Response:
    """Send a browser to the same address without the token, with a session; raises NotLetIn.

    The address is one of the table's: whatever else it names leads to the wall.
    """
    viewer = door.exchange(request, given)
    path = request.path if rule_of(request.path) and "//" not in request.path else "/"
    query = request.environ.get("QUERY_STRING", "")
    response = Response(status=303)
    response.headers["Location"] = quote(path) + (f"?{quote(query, SAFE)}" if query else "")
    response.headers["Cache-Control"] = "no-store"
    if door.sessions is not None:
        keep(door, response, door.sessions.issue(viewer.role, door.now_s()))
        door.audit.note("let in", role=viewer.role.label, peer=viewer.peer)
    return response


def keep(door: Door, response: Response, session: str) -> None:
    """Give a browser its session.

    Lax, not Strict: a link to the wall in a chat is a visit from another site, and a browser
    would leave a strict session behind, even on its way back from the exchange. What acts is
    asked with POST by a page of this site, which Lax and the guard both demand.
    """
    response.set_cookie(
        door.cookie,
        session,
        max_age=LIFE_S,
        httponly=True,
        samesite="Lax",
        secure=door.by_https(request),
    )


def turned_away(door: Door, fault: NotLetIn, words: Mapping[str, str]) -> Response:
    """Answer who was not let in: a page for a browser, JSON for a program."""
    status = TOO_OFTEN if fault.wait_s else UNKNOWN_VIEWER
    door.audit.refused(door.peers.asker(request.environ), status, request.path)
    if "text/html" in request.headers.get("Accept", ""):
        response = Response(page(words), status, mimetype="text/html")
    else:
        response = answer(status, words.get("en") or next(iter(words.values())))
    response.headers["Cache-Control"] = "no-store"
    if fault.wait_s:
        response.headers["Retry-After"] = str(fault.wait_s)
    else:
        response.headers["WWW-Authenticate"] = 'Bearer realm="daping"'
    return response


def see_out(door: Door, response: Response) -> None:
    """Renew a session in use, keep what is not for everybody private, write down what was done."""
    viewer = g.get("viewer")
    if viewer is None:
        response.headers.pop("X-Heard-At", None)  # how the stages are is not told at the door
        return
    session: Session | None = g.get("session")
    if viewer.way != "local":
        response.cache_control.private = True
    if session is not None and door.sessions is not None and session.is_worn(door.now_s()):
        keep(door, response, door.sessions.issue(session.role, door.now_s()))
    if g.get("acting"):
        done: dict[str, Any] = {"name": viewer.name} if viewer.name else {}
        done |= {"role": viewer.role.label, "way": viewer.way, "peer": viewer.peer}
        done |= {"method": request.method, "path": request.path, "status": response.status_code}
        door.audit.note("acted", **done, what=g.get("what"))


def note(what: str) -> None:
    """Say in an acting route what is done, for its line in the audit log."""
    g.what = what[:WHAT_LIMIT]


def role() -> Role:
    """Return the role of who asks; outside a request, where nobody does, the least."""
    viewer = g.get("viewer") if has_request_context() else None
    return Role.WALL if viewer is None else viewer.role
