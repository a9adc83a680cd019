"""Starting the screen by hand: the same gunicorn as in production, after asking for the port."""

import errno
import os
import socket
import sys

from app.access.starting import refuse_unsafe
from app.settings import ScreenSettings
from pipeline.errors import ConfigurationError, DapingError

THREADS = 16
CONNECTIONS, KEEP_ALIVE_S = 4000, 10


def main() -> None:
    """Replace this process by the server; one line on stderr and exit 1 when that cannot be."""
    try:
        settings = ScreenSettings()
        refuse_unsafe(settings)
        refuse_taken_port(settings.host, settings.port)
    except DapingError as fault:
        sys.stderr.write(f"error: {fault}\n")
        sys.exit(1)
    sys.stderr.write(f"Daping: http://{settings.host}:{settings.port}\n")
    os.execv(sys.executable, [sys.executable, *server_arguments(settings)])


def server_arguments(settings: ScreenSettings) -> list[str]:
    """Return what follows `python` to serve the screen."""
    bind = f"{settings.host}:{settings.port}"
    # A viewer holds a connection, and asks once a second; gunicorn's own limit is 1,000 of them.
    many = f"--worker-connections {CONNECTIONS} --keep-alive {KEEP_ALIVE_S}"
    arguments = f"-m gunicorn -w 1 -k gthread --threads {THREADS} {many} -b {bind}"
    return [*arguments.split(), "--log-level", "warning", "app.wsgi:server"]


def refuse_taken_port(host: str, port: int) -> None:
    """Raise ConfigurationError when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            taken = fault.errno == errno.EADDRINUSE
            cause = "is taken by another program" if taken else f"cannot be used ({fault})"
            raise ConfigurationError(
                f"port {port} on {host} {cause}: stop what listens there, or choose another "
                f"with DAPING_PORT={port + 1} python app.py"
            ) from fault
