"""Doing harm to the parts of a running demo."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from tests.integration.running_demo import RunningDemo


def kill(demo: RunningDemo, name: str) -> int:
    """kill -9 of one supervised process and of what it started; returns its pid."""
    demo.note_processes()
    whole = _tree(demo, name)
    for one in whole:
        one.send_signal(signal.SIGKILL)
    return whole[-1].pid


def wait_back(demo: RunningDemo, name: str, killed: int, limit_s: float = 120.0) -> None:
    """Wait until the supervisor has another process of a part up."""

    def back() -> bool:
        pid = int(demo.run.get("pids", {}).get(name, killed))
        return pid != killed and demo.state(name) == "up"

    demo.wait(f"{name} back", back, limit_s)


@contextmanager
def hung(demo: RunningDemo, name: str) -> Iterator[None]:
    """Let a part hang (SIGSTOP), below 30 s: then the supervisor would start it anew."""
    held = _tree(demo, name)
    for one in held:
        one.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for one in held:
            with suppress(psutil.NoSuchProcess):  # the supervisor had no patience
                one.send_signal(signal.SIGCONT)


def _tree(demo: RunningDemo, name: str) -> list[psutil.Process]:
    """Return what a part started, and last the part itself."""
    whole = psutil.Process(int(demo.run["pids"][name]))
    return [*whole.children(recursive=True), whole]
