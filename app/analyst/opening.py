"""The one wiring place of the analyst's requests."""

from collections.abc import Callable
from dataclasses import dataclass

from app.analyst.apart import Apart, Recipe
from app.analyst.desk import Desk
from app.analyst.frames import Frames
from app.analyst.library import Connect, Library
from app.analyst.making import Here, Maker
from app.analyst.office import Office
from app.analyst.recounting import Recounter
from app.analyst.requested import Analyst
from app.analyst.views import PastViews
from app.masking import UserMask
from app.published import Document
from app.screen import Screen
from app.views import Present
from pipeline.clock import Clock
from pipeline.trading.windows import TradingTime


@dataclass(frozen=True)
class Wiring:
    """What the analyst's room is handed.

    `connect` gives the history, None when none is set; `live`: the wall's latest frame;
    `busy`: whether it makes the next one. `link`,
    `topic`: those of the orders. `mask`: the wall's.
    `apart`: how to make frames in a process of their own; None: in this one.
    """

    screen: Screen
    trading: TradingTime
    connect: Connect
    live: Callable[[], Document | None]
    busy: Callable[[], bool]
    present: Present
    mask: UserMask
    build: str
    link: str
    topic: Callable[[], str]
    themes: tuple[str, ...]
    clock: Clock
    apart: Recipe | None = None


def open_analyst(given: Wiring) -> Analyst:
    """Return what the routes need; nothing connects before the first question."""
    library = Library(given.connect, given.screen.catalogue, given.link, given.clock)
    maker: Maker
    if given.apart is None:
        frames = Frames(given.screen, given.trading, library, given.mask, given.build)
        maker = Here(frames, given.present)
    else:
        maker = Apart(given.apart)
    views = PastViews(maker.draw, given.build)
    desk = Desk(busy=given.busy)
    zone = given.screen.catalogue.shop.zone
    office = Office(library, maker, views, desk, given.live, given.clock, zone)
    recounter = Recounter(library)
    return Analyst(given.screen, given.trading, office, recounter, given.themes, given.topic)
