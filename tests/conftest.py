"""For all tests: no network unless a test says that it needs services or a browser."""

import socket
from typing import Any

import pytest
from hypothesis import settings

MAY_CONNECT = ("services", "browser")

# `make check` asks for the quick one, everything else has Hypothesis' own hundred examples.
settings.register_profile("daping", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("quick", settings.get_profile("daping"), max_examples=40)
settings.load_profile("daping")


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection of an unmarked test, so that it cannot find a service by accident."""
    if any(request.node.get_closest_marker(name) for name in MAY_CONNECT):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            pytest.fail(f"a test without the mark `services` connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
