"""kill -9 of a supervised part and of all that it started, as a crash would."""

import contextlib
import signal

import psutil

from pipeline.local.supervisor import Supervised


def kill(one: Supervised) -> int | None:
    """Kill what runs of a part; return its pid, None when nothing runs just now."""
    if one.process is None:
        return None
    pid = one.process.pid
    try:
        leader = psutil.Process(pid)
        for process in (*leader.children(recursive=True), leader):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return None
    return pid
