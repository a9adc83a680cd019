"""Finding and ending processes of an earlier run: they carry our mark and our home.

The mark is in the environment of every process we start and of all that those start, so that
Python workers of a dead TaskManager are found too, and a process that merely got the same pid
is not.
"""

import os
from collections.abc import Collection
from pathlib import Path

import psutil

from pipeline.local.process import MARK

ORDERLY_S = 3.0


def marked_processes(home: Path, living: Collection[int] = ()) -> list[psutil.Process]:
    """Return the processes that were started for this home.

    Left out are this process, those it descends from, and the sessions led by `living` pids.
    """
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        if process.pid in own:
            continue
        try:
            if (
                process.environ().get(MARK) == str(home)
                and process.status() != psutil.STATUS_ZOMBIE
                and os.getsid(process.pid) not in living
            ):
                found.append(process)
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue  # gone meanwhile, or another user's
    return found


def end(processes: Collection[psutil.Process], orderly_s: float = ORDERLY_S) -> None:
    """Ask the processes to end, wait, then kill what is left."""
    for process in processes:
        _signal(process, kill=False)
    _, alive = psutil.wait_procs(processes, timeout=orderly_s)
    for process in alive:
        _signal(process, kill=True)
    psutil.wait_procs(alive, timeout=orderly_s)


def end_leftovers(home: Path) -> list[str]:
    """End what an earlier run left behind; return a line about each."""
    left = marked_processes(home)
    lines = [_line(process) for process in left]
    end(left)
    return lines


def _signal(process: psutil.Process, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.NoSuchProcess:
        return


def _line(process: psutil.Process) -> str:
    try:
        words = process.cmdline()
    except psutil.Error:
        words = []
    return f"{process.pid} {' '.join(words)[-70:]}"
