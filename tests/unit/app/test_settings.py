import socket

import pytest

from app.launch import refuse_taken_port, server_arguments
from app.settings import ScreenSettings, is_loopback
from pipeline.errors import ConfigurationError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    ScreenSettings(host=host).refuse_open_bind()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "wall.example", ""])
def test_any_other_bind_is_refused_without_a_token(host: str) -> None:
    with pytest.raises(ConfigurationError, match="DAPING_VIEW_TOKEN"):
        ScreenSettings(host=host).refuse_open_bind()
    ScreenSettings(host=host, view_token="t").refuse_open_bind()
    assert not is_loopback(host)


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} .*DAPING_PORT={port + 1}"):
            refuse_taken_port("127.0.0.1", port)
    refuse_taken_port("127.0.0.1", port)


def test_the_server_is_one_process_bound_to_this_machine() -> None:
    arguments = server_arguments(ScreenSettings(port=8123))
    assert arguments[-1] == "app.wsgi:server"
    assert arguments[arguments.index("-b") + 1] == "127.0.0.1:8123"
    assert arguments[arguments.index("-w") + 1] == "1"
