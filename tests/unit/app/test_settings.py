import socket

import pytest

from app.launch import refuse_taken_port, server_arguments
from app.settings import ScreenSettings
from pipeline.errors import ConfigurationError


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
