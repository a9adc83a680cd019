"""What an analyst can ask the server; every fault of the asker is a 4xx that names it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, request

from app.analyst.asking import LAST, Ask, Query, choice, is_history, read_ask, refuse_strangers
from app.analyst.changes import changes, splittable
from app.analyst.desk import Busy, StillWorking
from app.analyst.drilling import dimensions
from app.analyst.exports import Export, tiles_of
from app.analyst.library import NoHistory
from app.analyst.office import Office
from app.analyst.periods import check_inside, spans, stretch_of
from app.analyst.recounting import ID, InUse, Recounter, TooMany, live_task, task_of
from app.analyst.why import Shown, can_recount, why
from app.answers import BadArgument, reason, refusal, send
from app.ids import BASELINES, Choice
from app.screen import Screen
from pipeline.errors import Refused
from pipeline.trading.windows import TradingTime

PATHS = ("/export.csv", "/export.json", "/changes.json", "/why.json", "/recount.json")
SINCE_LIMIT = 64
METRIC_LIMIT = 64
Frame = dict[str, Any]


@dataclass(frozen=True)
class Analyst:
    """What the routes read. `themes`: those of the page; `topic`: where the orders come from."""

    screen: Screen
    trading: TradingTime
    office: Office
    recounter: Recounter
    themes: tuple[str, ...]
    topic: Callable[[], str]

    @property
    def languages(self) -> tuple[str, ...]:
        return self.screen.catalogue.shop.languages

    def ask(self, query: Query, more: Sequence[str] = ()) -> Ask:
        """Read what history is asked for; raises BadArgument, StillWorking or Busy."""
        refuse_strangers(query, more)
        self.manner(query)
        if query.get("date") == [LAST]:
            query = {**query, "date": [self.office.last_day().isoformat()]}
        ask = read_ask(self.screen.catalogue, query)
        check_inside(self.trading, ask)
        return ask

    def manner(self, query: Query) -> tuple[str, str]:
        """Read language and theme; raises BadArgument."""
        return choice(query, "lang", self.languages), choice(query, "theme", self.themes)

    def choice(self, query: Query, ask: Ask) -> Choice:
        """Read how it is to be drawn; raises BadArgument."""
        return Choice(ask.window, *self.manner(query), ask.kinds[0] if ask.versus else ask.baseline)


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


@dataclass(frozen=True)
class Looked:
    """A frame and the window of it that is looked at; `ask` is None on the wall."""

    frame: Frame
    window: str
    lang: str
    kind: str
    ask: Ask | None


def looked_at(analyst: Analyst, query: Query, more: Sequence[str], whole: bool = False) -> Looked:
    """Return the frame a request is about, live or of the past; raises BadArgument."""
    refuse_strangers(query, more)
    lang, _ = analyst.manner(query)
    if is_history(query):
        ask = analyst.ask(query, more)
        kind = ask.kinds[0] if ask.versus else ask.baseline
        read = analyst.office.whole if whole else analyst.office.parsed
        return Looked(read(ask), ask.window, lang, kind, ask)
    catalogue = analyst.screen.catalogue
    windows = (catalogue.shop.default_window, *catalogue.windows)
    window, kind = choice(query, "window", windows), choice(query, "baseline", BASELINES)
    live = analyst.office.live()
    if live is None:
        raise NoHistory("no_frame")
    return Looked(live, window, lang, kind, None)


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


def permalink(looked: Looked) -> str:
    """Return the address that shows these numbers again, or says that they changed."""
    if looked.ask is None:
        return f"/?{urlencode({'window': looked.window, 'lang': looked.lang})}"
    history = looked.frame["history"]
    ask = {**looked.ask.normalised(), "gen": history["generation"], "as_of": history["as_of"]}
    return f"/?{urlencode({**ask, 'lang': looked.lang}, doseq=True)}"


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


def shown(analyst: Analyst, looked: Looked, query: Query) -> Shown:
    catalogue = analyst.screen.catalogue
    metric = choice(query, "metric", tuple(catalogue.metrics))
    if "metric" not in query:
        raise BadArgument("metric", tuple(catalogue.metrics))
    one, screen = catalogue.metrics[metric], analyst.screen
    tiles = [tile for tile, roles in screen.roles.items() if metric in roles.values()]
    limit = screen.limits.strictest(tiles, one.freshness_s)
    return Shown(catalogue, looked.frame, looked.window, one, analyst.topic(), limit)


def countable(analyst: Analyst) -> tuple[str, ...]:
    catalogue = analyst.screen.catalogue
    return tuple(m.name for m in catalogue.metrics.values() if can_recount(catalogue, m))


def one(query: Query, name: str, default: str) -> str:
    given = query.get(name) or [default]
    if len(given) != 1:
        raise BadArgument(name, ("once",))
    return given[0]


def body_query() -> Query:
    """Return the arguments of the address and of a JSON body; raises BadArgument."""
    query: dict[str, list[str]] = request.args.to_dict(flat=False)
    data = request.get_data()
    if not data:
        return query
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise BadArgument("body", ("a JSON object",)) from fault
    if not isinstance(body, Mapping):
        raise BadArgument("body", ("a JSON object",))
    for name, value in body.items():
        values = value if isinstance(value, list) else [value]
        plain = all(isinstance(v, str | int) and not isinstance(v, bool) for v in values)
        if name in query or not values or not plain:
            raise BadArgument(str(name)[:64], ("a text, a number or a list of texts, once",))
        query[name] = [str(v) for v in values]
    return query


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
