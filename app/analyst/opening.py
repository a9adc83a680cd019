"""The one wiring place of the analyst's requests."""

from collections.abc import Callable
from dataclasses import dataclass

from app.analyst.desk import Desk
from app.analyst.frames import Frames
from app.analyst.library import Connect, Library
from app.analyst.office import Office
from app.analyst.recounting import Recounter
from app.analyst.routes import Analyst
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


def open_analyst(given: Wiring) -> Analyst:
    """Return what the routes need; nothing connects before the first question."""
    library = Library(given.connect, given.screen.catalogue, given.link, given.clock)
    frames = Frames(given.screen, given.trading, library, given.mask, given.build)
    views = PastViews(given.present, given.build)
    desk = Desk(busy=given.busy)
    office = Office(frames, views, desk, given.live, given.clock)
    recounter = Recounter(library)
    return Analyst(given.screen, given.trading, office, recounter, given.themes, given.topic)
