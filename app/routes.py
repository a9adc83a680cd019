"""What the screen answers besides Dash: frame, view, health, metrics. All from memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from flask import Flask, Response, request

from app.ids import Choice
from app.metrics import Metrics
from app.poller import Poller
from app.published import Document
from app.views import NothingToDraw, Views
from pipeline.clock import Clock

SINCE_LIMIT = 64
DOCUMENTS = ("/frame.json", "/view.json")


class BadArgument(Exception):
    """A query argument with a value that is not one of `allowed`."""

    def __init__(self, argument: str, allowed: Sequence[str]) -> None:
        super().__init__(argument)
        self.argument = argument
        self.allowed = tuple(allowed)


@dataclass(frozen=True)
class Choices:
    """What can be asked for, by argument; the first of each is the default."""

    windows: tuple[str, ...]
    languages: tuple[str, ...]
    themes: tuple[str, ...]

    def read(self, query: Mapping[str, Sequence[str]]) -> Choice:
        """Read a choice from query arguments; raises BadArgument."""
        allowed = {"window": self.windows, "lang": self.languages, "theme": self.themes}
        picked = {name: _one(query, name, values) for name, values in allowed.items()}
        return Choice(**picked)


def _one(query: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str]) -> str:
    given = query.get(name) or [allowed[0]]
    if len(given) != 1 or given[0] not in allowed:
        raise BadArgument(name, allowed)
    return given[0]


@dataclass(frozen=True)
class Served:
    """What the routes read."""

    poller: Poller
    views: Views
    metrics: Metrics
    choices: Choices
    clock: Clock


def register(server: Flask, served: Served) -> None:
    """Add the routes; and start the poller with the first request, which comes after any fork."""
    routes: dict[str, Callable[[], Response]] = {
        "/frame.json": lambda: frame(served),
        "/view.json": lambda: view(served),
        "/healthz": lambda: Response("ok\n", mimetype="text/plain"),
        "/readyz": lambda: ready(served),
        "/metrics": lambda: Response(served.metrics.render(), mimetype="text/plain"),
    }
    for path, answer in routes.items():
        server.add_url_rule(path, endpoint=f"daping{path}", view_func=answer, methods=["GET"])

    def begin() -> None:
        served.poller.ensure_started()

    def count(response: Response) -> Response:
        path = request.path if request.path in routes else "other"
        served.metrics.requests.labels(path, response.status_code).inc()
        response.headers["X-Server-Time"] = str(served.clock.now_ms())
        if request.path in routes or request.path == "/":
            response.headers["Cache-Control"] = "no-cache"
        if path in DOCUMENTS:
            response.headers["X-Heard-At"] = served.poller.heard_at
        return response

    server.before_request(begin)
    server.after_request(count)


def frame(served: Served) -> Response:
    """`/frame.json`: the values."""
    latest = served.poller.latest
    return reason(503, "no_frame") if latest is None else send(latest)


def view(served: Served) -> Response:
    """`/view.json?window&lang&theme&since`: the values drawn, what changed since an etag."""
    query = request.args.to_dict(flat=False)
    try:
        choice = served.choices.read(query)
        since = query.get("since", [""])[0]
        if len(since) > SINCE_LIMIT:
            raise BadArgument("since", ("an etag of this route",))
        return send(served.views.ask(choice, since or None, served.clock.now_ms()))
    except BadArgument as fault:
        body = {"argument": fault.argument, "allowed": fault.allowed}
        return Response(orjson.dumps(body), 400, mimetype="application/json")
    except NothingToDraw as fault:
        return reason(503, fault.reason)


def ready(served: Served) -> Response:
    """`/readyz`: 200 while the poller turns and there is a frame."""
    if not served.poller.beating():
        return reason(503, "poller_silent")
    if served.poller.latest is None:
        return reason(503, "no_frame")
    return Response("ready\n", mimetype="text/plain")


def reason(status: int, code: str) -> Response:
    return Response(orjson.dumps({"reason": code}), status, mimetype="application/json")


def send(document: Document) -> Response:
    """Send a document: 304 when the asker has it, packed when it may be.

    The ETag is a weak one: it is that of the values, whatever their stages' instants.
    """
    response = Response(mimetype="application/json")
    response.headers["X-Generated-At"] = str(document.generated_at)
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(document.etag, weak=True)
    if request.if_none_match.contains_weak(document.etag):
        response.status_code = 304
        return response
    if request.accept_encodings["gzip"] > 0:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(document.packed)
    else:
        response.set_data(document.body)
    return response
