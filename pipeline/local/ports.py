"""Free ports on the loopback address, the same ones as last time when they are still free."""

import contextlib
import json
import socket
from collections.abc import Iterable
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(taken: Iterable[int] = ()) -> int:
    """Return a port that nobody listens on and that is not among `taken`."""
    avoided = set(taken)
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if port not in avoided:
            return port


def next_free_port(wanted: int, host: str = LOOPBACK) -> int:
    """Return the wanted port or the first free one of the 50 after it, else any free one."""
    candidates = range(wanted, min(wanted + 51, 65536))
    return next((port for port in candidates if is_free(port, host)), None) or free_port()


def listener(port: int) -> str:
    """Return who listens on a port, in words, as far as this user may know."""
    pids = []
    with contextlib.suppress(psutil.Error):
        listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        pids = [c.pid for c in listening if c.pid and c.laddr and c.laddr.port == port]
    with contextlib.suppress(psutil.Error):
        if pids:
            return f"{psutil.Process(pids[0]).name()} (pid {pids[0]})"
    return "another program"


def choose_ports(names: Iterable[str], remembered: Path) -> dict[str, int]:
    """Return a free port for each name and write the choice to `remembered` (JSON).

    A port chosen earlier is kept while it is free, so that bookmarks and clients stay valid.
    """
    earlier = _read(remembered)
    chosen: dict[str, int] = {}
    for name in names:
        port = earlier.get(name)
        if port is None or port in chosen.values() or not is_free(port):
            port = free_port([*chosen.values(), *earlier.values()])
        chosen[name] = port
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(json.dumps(earlier | chosen, indent=1))
    return chosen


def _read(path: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # only a memory of convenience: losing it means new ports, nothing else
