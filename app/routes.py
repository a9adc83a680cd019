"""What the screen answers besides Dash: frame, view, health, metrics. All from memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, request

from app import acknowledging
from app.alerts.alerting import Alerting
from app.analyst import routes as past
from app.analyst.asking import is_history
from app.analyst.requested import Analyst
from app.answers import BadArgument, reason, refusal, send
from app.ids import BASELINES, Choice
from app.metrics import Metrics
from app.observed import FrameCollector
from app.poller import Poller
from app.viewers import Viewers
from app.views import NothingToDraw, Views
from pipeline.clock import Clock

SINCE_LIMIT = 64
LOOKING = (200, 304)
VIEW = "/view.json"
DOCUMENTS = ("/frame.json", VIEW)
FRESH = "no-cache"  # kept, and asked for again each time


@dataclass(frozen=True)
class Choices:
    """What can be asked for, by argument; the first of each is the default."""

    windows: tuple[str, ...]
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    baselines: tuple[str, ...] = BASELINES

    def read(self, query: Mapping[str, Sequence[str]], more: Sequence[str] = ()) -> Choice:
        """Read a choice from query arguments; raises BadArgument, also for those of no use."""
        allowed = {
            "window": self.windows,
            "lang": self.languages,
            "theme": self.themes,
            "baseline": self.baselines,
        }
        known = (*allowed, *more)
        for name in query:
            if name not in known:
                raise BadArgument(name[:64], known)
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
    analyst: Analyst | None = None
    alerting: Alerting | None = None
    viewers: Viewers = field(default_factory=Viewers)

    def counted(self, path: str, status: int, live: bool) -> dict[str, str]:
        """Count an answer; return its heads of the moment: server's time, stages' last words.

        `live`: no argument of history was given.
        """
        now = self.clock.now_ms()
        self.metrics.requests.labels(path, status).inc()
        if path == VIEW and status in LOOKING and live:
            self.viewers.asked(now)
        heads = {"X-Server-Time": str(now)}
        if path in DOCUMENTS:
            heads["X-Heard-At"] = self.poller.heard_at
        return heads


def register(server: Flask, served: Served) -> None:
    """Add the routes; and start the poller with the first request, which comes after any fork."""
    routes: dict[str, Callable[[], Response]] = {
        "/frame.json": lambda: frame(served),
        VIEW: lambda: view(served),
        "/healthz": lambda: Response("ok\n", mimetype="text/plain"),
        "/readyz": lambda: ready(served),
        "/metrics": lambda: Response(served.metrics.render(), content_type=Metrics.content_type),
    }
    now = served.clock.now_ms
    served.metrics.watch(
        FrameCollector(lambda: served.poller.said, now), lambda: served.viewers.count(now())
    )
    for path, answer in routes.items():
        server.add_url_rule(path, endpoint=f"daping{path}", view_func=answer, methods=["GET"])
    known = {*routes, "/"}
    if served.analyst is not None:
        past.register(server, served.analyst)
        known.update(past.PATHS)

    if served.alerting is not None:
        acknowledging.register(server, served.alerting)
        known.add(acknowledging.PATH)

    def begin() -> None:
        served.poller.ensure_started()

    def count(response: Response) -> Response:
        path = request.path if request.path in known - {"/"} else "other"
        live = not is_history(request.args)
        response.headers.update(served.counted(path, response.status_code, live))
        if request.path in known:
            response.headers.setdefault("Cache-Control", FRESH)
        return response

    server.before_request(begin)
    server.after_request(count)


def frame(served: Served) -> Response:
    """`/frame.json`: the values; of the past with the arguments of history."""
    query = request.args.to_dict(flat=False)
    if served.analyst is not None and is_history(query):
        return past.frame(served.analyst, query)
    try:
        served.choices.read(query)
    except BadArgument as fault:
        return refusal(fault)
    latest = served.poller.latest
    return reason(503, "no_frame") if latest is None else send(latest)


def view(served: Served) -> Response:
    """`/view.json?window&lang&theme&baseline&since`: the values drawn, or what changed."""
    query = request.args.to_dict(flat=False)
    if served.analyst is not None and is_history(query):
        return past.view(served.analyst, query)
    try:
        choice = served.choices.read(query, ("since",))
        since = query.get("since", [""])[0]
        if len(since) > SINCE_LIMIT:
            raise BadArgument("since", ("an etag of this route",))
        return send(served.views.ask(choice, since or None, served.clock.now_ms()))
    except BadArgument as fault:
        return refusal(fault)
    except NothingToDraw as fault:
        return reason(503, fault.reason)


def ready(served: Served) -> Response:
    """`/readyz`: 200 while the poller turns and there is a frame."""
    if not served.poller.beating():
        return reason(503, "poller_silent")
    if served.poller.latest is None:
        return reason(503, "no_frame")
    return Response("ready\n", mimetype="text/plain")
