"""What analysts are shown, made in one process of its own and at a lower priority.

Threads share one processor of Python: days evaluated beside the poller would make its turns two or
three times as long (`python -m tests.bench.analysts`). The process ends with its parent.
"""

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from app.analyst.asking import Ask
from app.analyst.desk import Progress
from app.analyst.frames import Frames
from app.analyst.library import Library, NoHistory
from app.analyst.making import Drawn, Framed, Here
from app.analyst.reading_windows import Live
from app.connecting import ConnectingHistory
from app.ids import Choice
from app.masking import UserMask
from app.presenter import present
from app.screen import load_screen
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone

LONGEST_S = 60.0  # a frame is some ten reads, each given up after 10 s at most
LOWER = 5  # niceness
OF_LIVE = ("as_of", "business_date", "source")  # what a frame of the past says of the wall
QUIT_S = 2.0


@dataclass(frozen=True)
class Recipe:
    """What the other process makes itself from. `secret`: that of the wall's mask."""

    settings: dict[str, Any]
    build: str
    secret: bytes

    def maker(self) -> Here:
        settings = ScreenSettings(**self.settings)
        catalogue = load_catalogue(settings.shop_folder)
        screen = load_screen(catalogue, config=settings.shop_folder)
        promotions = load_promotions(settings.shop_folder)
        trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, promotions)
        connect = ConnectingHistory(settings, catalogue, trading)
        library = Library(connect, catalogue, settings.link, SystemClock())
        frames = Frames(screen, trading, library, UserMask(self.secret), self.build)
        return Here(frames, partial(present, screen))


class Apart:
    """Asks the other process, which starts with the first question and again when it is gone."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._lock = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def frame(self, ask: Ask, live: Live, progress: Progress) -> Framed:
        said = live and {name: live[name] for name in OF_LIVE}
        framed: Framed = self._ask("frame", ask, said)
        return framed

    def draw(self, body: bytes, choice: Choice) -> Drawn:
        drawn: Drawn = self._ask("draw", body, choice)
        return drawn

    def stop(self) -> None:
        """End the other process."""
        with self._lock:
            self._end()

    def _ask(self, what: str, *given: object) -> Any:
        if not self._lock.acquire(timeout=LONGEST_S):
            raise NoHistory("history_slow")
        try:
            try:
                found = self._answer(what, *given)
            except (EOFError, OSError):  # killed, or out of memory: once more with a new one
                self._end()
                found = self._answer(what, *given)
        finally:
            self._lock.release()
        if isinstance(found, Exception):
            raise found
        return found

    def _answer(self, what: str, *given: object) -> Any:
        line = self._line or self._begin()
        line.send((what, given))
        if not line.poll(LONGEST_S):
            self._end()
            raise NoHistory("history_slow")
        return line.recv()

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self._recipe), daemon=True)
        self._process.start()
        theirs.close()  # so that either side hears of the other's end
        return self._line

    def _end(self) -> None:
        line, process, self._line, self._process = self._line, self._process, None, None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.join(QUIT_S)


def answer(maker: Here, what: str, given: tuple[Any, ...]) -> object:
    """Return what is asked for; `what` is a method's name."""
    if what == "draw":
        return maker.draw(*given)
    ask, live = given
    return maker.frame(ask, live, Progress())


def serve(line: Connection, recipe: Recipe) -> None:
    """Answer until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    os.nice(LOWER)
    maker = recipe.maker()
    with suppress(EOFError, OSError):
        while True:
            what, given = line.recv()
            try:
                found: object = answer(maker, what, given)
            except Exception as fault:  # it is the asker's to answer for
                found = RuntimeError(f"{type(fault).__name__}: {fault}")
            line.send(found)
