"""A screen behind a door with every token, for tests: the routes of the real one."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app.access.door import Door
from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.stores.memory import MemorySnapshots

WALL, VIEW, OPERATE = "wall-token-0123456789", "view-token-0123456789", "operate-token-0123456789"
TOKENS: dict[str, Any] = {"wall_token": WALL, "view_token": VIEW, "operator_token": OPERATE}
FAR = {"REMOTE_ADDR": "203.0.113.5"}
NOW_MS = 1_800_000_000_000


class DoorSite:
    """The real app; its clock is the test's, and its poller does not turn."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.home = home
        self.clock = ManualClock(NOW_MS)
        self.settings = ScreenSettings(home=home, **settings)
        self.app = create_app(self.settings, MemorySnapshots(load_catalogue()), self.clock)
        self.app.server.extensions[EXTENSION].ensure_started = lambda: None
        self.door = Door.of(self.settings, self.clock)

    def client(self) -> FlaskClient:
        client: FlaskClient = self.app.server.test_client()
        return client

    def get(self, path: str, peer: str = "203.0.113.5", **headers: str) -> Any:
        return self.ask("GET", path, peer, **headers)

    def ask(self, method: str, path: str, peer: str = "203.0.113.5", **headers: str) -> Any:
        """Ask without cookies; a header's name has `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.server.test_client(use_cookies=False).open(
            path, method=method, headers=named, environ_overrides={"REMOTE_ADDR": peer}
        )

    def audit(self) -> str:
        path = self.home / "audit.jsonl"
        return path.read_text() if path.exists() else ""


def bearer(token: str) -> str:
    return f"Bearer {token}"
