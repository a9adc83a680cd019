"""`gunicorn -w 1 -k gthread --threads 16 app.wsgi:server`.

One process: there is one poller for all viewers. `server` is made when it is asked for, so that
importing this module does nothing, and the poller starts with the first request, after any fork.
"""

from functools import cache

from flask import Flask

from app.server import create_app
from app.settings import ScreenSettings


@cache
def _server() -> Flask:
    settings = ScreenSettings()
    settings.refuse_open_bind()
    server: Flask = create_app(settings).server
    return server


def __getattr__(name: str) -> Flask:
    if name == "server":
        return _server()
    raise AttributeError(name)
