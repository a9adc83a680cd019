"""The one wiring place of the screen."""

import logging
from functools import partial

import structlog
from dash import Dash

from app import callbacks, guards, ids, packing, routes
from app.access.door import Door
from app.access.hiding import HidingTokens
from app.access.leaving import role
from app.alerts.alerting import Alerting
from app.analyst.apart import Recipe
from app.analyst.opening import Wiring, open_analyst
from app.baselines import asking
from app.baselines.asking import Baselines
from app.baselines.documents import Comparing
from app.build import ROOT, build_id
from app.comparing import Drawn
from app.connecting import Connecting, ConnectingHistory
from app.gallery import page as gallery
from app.gallery.frames import Frames
from app.ids import Choice
from app.layout import layout
from app.layout_header import THEMES
from app.metrics import Metrics
from app.poller import Poller
from app.presenter import present
from app.quick import Quick
from app.reading import Connect, Reading
from app.routes import Choices, Served
from app.screen import Screen, load_screen
from app.settings import ScreenSettings
from app.views import Views
from app.wall import Wall
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock, SystemClock
from pipeline.stores.injected import FaultJournal
from pipeline.stores.protocol import Snapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone

EXTENSION = "daping"  # app.server.extensions[EXTENSION] is the poller


def create_app(
    settings: ScreenSettings,
    snapshots: Snapshots | None = None,
    clock: Clock | None = None,
    history: asking.Connect | None = None,
) -> Dash:
    """Return the screen. Nothing connects before the first request; no Redis is a state.

    `history()` gives the history, None when none is set up; left out, the settings say where.

    Raises Faults or ConfigurationError when the catalogue, the calendar or screen.toml is wrong.
    """
    clock = clock or SystemClock()
    quiet_requests()
    catalogue = load_catalogue(settings.shop_folder)
    screen = load_screen(catalogue, config=settings.shop_folder)
    time = TradingTime(
        Zone(catalogue.shop.zone), catalogue.windows, load_promotions(settings.shop_folder)
    )
    choices = choices_of(catalogue)
    build = build_id(catalogue.plan)
    metrics = Metrics()
    connect: Connect = (lambda: snapshots) if snapshots else Connecting(settings, catalogue, clock)
    reading = Reading(connect, catalogue, time, settings.link)
    views = Views(partial(present, screen), build, metrics)
    past = history or ConnectingHistory(settings, catalogue, time)
    baselines = Baselines(past, catalogue, time, clock, metrics)
    comparing = Comparing(catalogue, time, drawn(screen), baselines)
    alerting = Alerting(catalogue, settings.home, clock, metrics)
    faults = FaultJournal(settings.home)
    told = (comparing, alerting, faults.latest, screen.limits)
    wall = Wall(catalogue, time, screen.roles, reading, build, *told)
    poller = Poller(wall, views.publish, clock, metrics)

    app = Dash(
        "daping",
        assets_folder=str(ROOT / "assets"),
        assets_ignore="gallery",
        title=catalogue.shop.title.of(choices.languages[0]),
        update_title=None,
        compress=False,
    )
    first = Choice(choices.windows[0], choices.languages[0], choices.themes[0])
    app.layout = lambda: layout(screen, first, role())
    callbacks.register(app)
    packing.install(app.server)
    door = Door.of(settings, clock)
    guards.install(app, door, partial(turned_away_words, screen))
    analyst = open_analyst(
        Wiring(
            screen=screen,
            trading=time,
            connect=past,
            live=lambda: poller.latest,
            busy=lambda: poller.working,
            present=partial(present, screen),
            mask=wall.mask,
            build=build,
            link=settings.link,
            topic=lambda: ScreenSettings(**settings.model_dump()).orders_topic,
            themes=THEMES,
            clock=clock,
            apart=Recipe(settings.model_dump(), build, wall.mask.secret) if not history else None,
        )
    )
    served = Served(poller, views, metrics, choices, clock, analyst, alerting)
    routes.register(app.server, served)
    # Tokens are hidden before anybody sees them, the fast lane included.
    app.server.wsgi_app = HidingTokens(Quick(app.server.wsgi_app, served, door, app))
    gallery.register(app.server, gallery_of(settings, screen, time))
    app.server.extensions[EXTENSION] = poller
    return app


def turned_away_words(screen: Screen, why: str) -> dict[str, str]:
    """Return what somebody is told who is not let in, in the languages of the shop."""
    languages = screen.catalogue.shop.languages
    return {lang: screen.word(lang, f"access.{why}") for lang in languages}


def gallery_of(
    settings: ScreenSettings, screen: Screen, time: TradingTime
) -> gallery.Gallery | None:
    """Return the gallery, in development mode only."""
    if not settings.development:
        return None
    frames = Frames(screen, time, drawn(screen))
    return gallery.Gallery(screen, frames, screen.catalogue.shop.languages, THEMES)


def drawn(screen: Screen) -> Drawn:
    """Return the metrics that the tiles compare besides the totals."""
    return Drawn(
        screen.roles[ids.FLOW]["flow"],
        screen.roles[ids.CATEGORIES]["ranking"],
        screen.roles[ids.REGIONS]["ranking"],
        screen.band,
    )


def choices_of(catalogue: Catalogue) -> Choices:
    """Return what viewers can choose; the shop's default window comes first."""
    default = catalogue.shop.default_window
    others = tuple(name for name in catalogue.windows if name != default)
    return Choices((default, *others), catalogue.shop.languages, THEMES)


def quiet_requests() -> None:
    """Keep the log to what somebody should read: a viewer asks every second."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    if not structlog.is_configured():  # a program that has logs of its own form keeps them
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
