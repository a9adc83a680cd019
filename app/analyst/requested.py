"""What a request asks of the past, and the frame it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request

from app.analyst.asking import LAST, Ask, Query, choice, is_history, read_ask, refuse_strangers
from app.analyst.library import NoHistory
from app.analyst.office import Office
from app.analyst.periods import check_inside
from app.analyst.recounting import Recounter
from app.analyst.why import Shown, can_recount
from app.answers import BadArgument
from app.ids import BASELINES, Choice
from app.screen import Screen
from pipeline.trading.windows import TradingTime

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


def permalink(looked: Looked) -> str:
    """Return the address that shows these numbers again, or says that they changed."""
    if looked.ask is None:
        return f"/?{urlencode({'window': looked.window, 'lang': looked.lang})}"
    history = looked.frame["history"]
    ask = {**looked.ask.normalised(), "gen": history["generation"], "as_of": history["as_of"]}
    return f"/?{urlencode({**ask, 'lang': looked.lang}, doseq=True)}"


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
