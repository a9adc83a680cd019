"""The gallery of the packaged catalogue."""

from functools import cache

from app.gallery.frames import Frames
from app.gallery.page import Gallery
from app.layout_header import THEMES
from app.screen import load_screen
from app.server import drawn
from pipeline.catalogue.load import load_catalogue
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone


@cache
def gallery() -> Gallery:
    catalogue = load_catalogue()
    screen = load_screen(catalogue)
    time = TradingTime(Zone(catalogue.shop.zone), catalogue.windows, load_promotions())
    return Gallery(screen, Frames(screen, time, drawn(screen)), ("zh", "en"), THEMES)
