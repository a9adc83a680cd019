"""`gunicorn -w 1 -k gthread --threads 16 ... app.wsgi:server`: the README has the whole line.

One process: there is one poller for all viewers. `server` is made when it is asked for, so that
importing this module does nothing, and the poller starts with the first request, after any fork.
"""

import sys
from functools import cache

from flask import Flask

from app.access.starting import refuse_unsafe
from app.server import create_app
from app.settings import ScreenSettings
from pipeline import logs
from pipeline.errors import DapingError

NOT_LOADED = 4  # by which gunicorn knows that trying again is of no use


@cache
def _server() -> Flask:
    try:
        settings = ScreenSettings()
        logs.start("screen", settings)
        refuse_unsafe(settings)
        server: Flask = create_app(settings).server
    except DapingError as fault:
        sys.stderr.write(f"error: {fault}\n")
        raise SystemExit(NOT_LOADED) from fault
    return server


def __getattr__(name: str) -> Flask:
    if name == "server":
        return _server()
    raise AttributeError(name)
