"""A server with the analyst's routes over a made-up archive; no wall unless a test sets one."""

from functools import partial
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from app import guards, routes
from app.access.leaving import answer
from app.analyst.opening import Wiring, open_analyst
from app.masking import UserMask
from app.metrics import Metrics
from app.poller import Poller
from app.presenter import present
from app.published import Document, digest, document, encode
from app.routes import Choices, Served
from app.screen import load_screen
from app.views import Views
from pipeline.clock import ManualClock
from tests.unit.app.analyst.archive import CATALOGUE, TIME, Archive

NOW = 1_795_000_000_000
READING_LIMIT = 400
SCREEN = load_screen(CATALOGUE)


class NoWork:
    def refresh(self, real_now: int) -> bool:
        return False

    def frame(self, real_now: int) -> dict[str, Any]:
        raise RuntimeError("no wall in this test")


class Site:
    def __init__(self, archive: Archive | None) -> None:
        self.archive = archive
        self.clock = ManualClock(NOW)
        self.wall: Document | None = None
        metrics = Metrics()
        draw = partial(present, SCREEN)
        views = Views(draw, "b1", metrics)
        poller = Poller(NoWork(), views.publish, self.clock, metrics)
        poller.ensure_started = lambda: None  # type: ignore[method-assign]
        self.analyst = open_analyst(
            Wiring(
                screen=SCREEN,
                trading=TIME,
                connect=lambda: self.archive,
                live=lambda: self.wall,
                busy=lambda: False,
                present=draw,
                mask=UserMask(b"secret"),
                build="b1",
                link="A",
                topic=lambda: "orders.demo",
                themes=("dark", "light"),
                clock=self.clock,
            )
        )
        choices = Choices(("28H", "4H", "24H"), ("zh", "en"), ("dark", "light"))
        server = self.server = Flask("analyst")
        server.register_error_handler(HTTPException, lambda e: answer(e.code or 500, e.name))
        server.register_error_handler(Exception, guards.unexpected)
        served = Served(poller, views, metrics, choices, self.clock, self.analyst)
        routes.register(server, served)
        self.client = server.test_client()

    def show(self, frame: dict[str, Any]) -> None:
        """Let the wall show a frame."""
        body = encode(frame)
        self.wall = document(body, digest(body), NOW)

    def get(self, path: str, **headers: str) -> Any:
        """Ask, and ask again while it is being read."""
        for _ in range(READING_LIMIT):
            answer = self.client.get(
                path, headers={k.replace("_", "-"): v for k, v in headers.items()}
            )
            if answer.status_code != 202:
                return answer
        raise AssertionError(f"{path} is never read")

    def frame(self, query: str) -> dict[str, Any]:
        answer = self.get(f"/frame.json?{query}")
        assert answer.status_code == 200, answer.data
        found: dict[str, Any] = answer.json
        return found


def as_live(frame: dict[str, Any]) -> dict[str, Any]:
    """Return a frame of the past as if the wall showed it."""
    counts = {"counted": 40, "duplicate": 3, "refused": 2, "rejected": {"too_late": 1}}
    live = {name: value for name, value in frame.items() if name not in ("history", "mode")}
    return {**live, "mode": "live", "accounting": {**frame["accounting"], **counts}}
