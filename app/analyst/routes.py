"""What an analyst can ask the server; every fault of the asker is a 4xx that names it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from flask import Flask, Response, request

from app.analyst.asking import Query, choice, refuse_strangers
from app.analyst.changes import changes, splittable
from app.analyst.desk import Busy, StillWorking
from app.analyst.drilling import dimensions
from app.analyst.exports import Export, tiles_of
from app.analyst.library import NoHistory
from app.analyst.periods import spans, stretch_of
from app.analyst.recounting import ID, InUse, TooMany, live_task, task_of
from app.analyst.requested import (
    Analyst,
    body_query,
    countable,
    looked_at,
    one,
    permalink,
    shown,
)
from app.analyst.why import can_recount, why
from app.answers import BadArgument, reason, refusal, send
from pipeline.errors import Refused

PATHS = ("/export.csv", "/export.json", "/changes.json", "/why.json", "/recount.json")
SINCE_LIMIT = 64
METRIC_LIMIT = 64


def answered(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Turn what can go wrong on the way into its answer."""

    @wraps(answer)
    def safely(*given: Any) -> Response:
        try:
            return answer(*given)
        except BadArgument as fault:
            return refusal(fault)
        except StillWorking as still:
            return json(202, {"state": "reading", "progress": still.progress.document()})
        except Busy:
            return reason(503, "busy")
        except NoHistory as fault:
            return reason(503, fault.reason)
        except (TooMany, InUse) as fault:
            too_many = isinstance(fault, TooMany)
            return reason(429 if too_many else 409, "too_many" if too_many else "in_use")
        except Refused as fault:
            return json(422, {"reason": "too_much", "message": str(fault)})

    return safely


def json(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")


@answered
def frame(analyst: Analyst, query: Query) -> Response:
    """`/frame.json` of the past."""
    return send(analyst.office.frame(analyst.ask(query)))


@answered
def view(analyst: Analyst, query: Query) -> Response:
    """`/view.json` of the past."""
    ask = analyst.ask(query, ("since",))
    since = one(query, "since", "")
    if len(since) > SINCE_LIMIT:
        raise BadArgument("since", ("an etag of this route",))
    return send(analyst.office.view(ask, analyst.choice(query, ask), since or None))


@answered
def export(analyst: Analyst, query: Query, ending: str) -> Response:
    """`/export.csv` and `/export.json`: one tile or all, as a file."""
    looked = looked_at(analyst, query, ("tile",), whole=True)
    tile = choice(query, "tile", tiles_of(looked.frame))
    made = Export(analyst.screen, looked.frame, looked.window, tile, looked.lang, permalink(looked))
    body, kind = (made.csv(), "text/csv") if ending == "csv" else (made.json(), "application/json")
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    name = made.file_name(ending)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@answered
def changed(analyst: Analyst, query: Query) -> Response:
    """`/changes.json?dimension=`: the difference to the baseline, split."""
    looked = looked_at(analyst, query, ("dimension", "metric"))
    catalogue = analyst.screen.catalogue
    dimension = choice(query, "dimension", tuple(dimensions(catalogue)))
    first = analyst.screen.metric("hero", "total").name
    metric = choice(query, "metric", (first, *splittable(catalogue)))
    window = looked.frame["windows"][looked.window]
    found = changes(analyst.screen, window, looked.kind, dimension, catalogue.metrics[metric])
    return json(200, found)


@answered
def explained(analyst: Analyst, query: Query) -> Response:
    """`/why.json?metric=`: the dictionary entry of a number."""
    return json(200, why(shown(analyst, looked_at(analyst, query, ("metric",)), query)))


@answered
def recounted(analyst: Analyst) -> Response:
    """`POST /recount.json`: count a number again; `DELETE` stops it."""
    query = body_query()
    name = one(query, "id", "")
    if not ID.match(name):
        raise BadArgument("id", ("1 to 64 letters, digits, - and _",))
    if request.method == "DELETE":
        refuse_strangers(query, ("id",))
        return json(200, {"stopped": analyst.recounter.cancel(name)})
    looked = looked_at(analyst, query, ("metric", "id"))
    held = shown(analyst, looked, query)
    if not can_recount(analyst.screen.catalogue, held.metric):
        raise BadArgument("metric", countable(analyst))
    if looked.ask is None:
        task = live_task(analyst.trading, analyst.office.library, held)
        return json(200, analyst.recounter.run(task, name))
    span = spans(analyst.trading, looked.ask)[looked.window]
    stretch = stretch_of(analyst.trading, analyst.office.library.link, looked.ask, span)
    task = task_of(held, stretch, span.bounds.end)
    return json(200, analyst.recounter.run(task, name))


def register(server: Flask, analyst: Analyst) -> None:
    """Add the routes that are the analyst's own."""

    def arguments() -> Query:
        return request.args.to_dict(flat=False)

    routes: dict[str, Callable[[], Response]] = {
        "/export.csv": lambda: export(analyst, arguments(), "csv"),
        "/export.json": lambda: export(analyst, arguments(), "json"),
        "/changes.json": lambda: changed(analyst, arguments()),
        "/why.json": lambda: explained(analyst, arguments()),
    }
    for path, answer in routes.items():
        server.add_url_rule(path, endpoint=f"daping{path}", view_func=answer, methods=["GET"])
    server.add_url_rule(
        "/recount.json",
        endpoint="daping/recount.json",
        view_func=lambda: recounted(analyst),
        methods=["POST", "DELETE"],
    )
