"""How the supervised parts of a home stand: what `run.json` says, and what the processes are."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from pipeline.local.supervisor import State

TAIL_BYTES = 65_536
# A line of trouble as our parts, Java's and Redis write one; Java warns of everything.
_TROUBLE = re.compile(
    rb"\[(?:warning|error|critical) *\]|\"level\": ?\"(?:warning|error|critical)\""
    rb"|\b(?:ERROR|FATAL)\b|^error: "
)
# What ZooKeeper calls an error at every start of a single server.
_NONE = re.compile(rb"\(ignoring\)$")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class PartStanding:
    """One part. Times in seconds, `trouble_ms` epoch ms; None: not running, or nothing to say.

    `memory` is that of the process and all it started, in bytes (shared pages counted in each).
    `trouble` is why it last died, else the last line of trouble at the end of its log.
    """

    name: str
    state: str
    pid: int | None
    port: int | None
    up_s: int | None
    memory: int | None
    restarts: int
    trouble: str | None
    trouble_ms: int | None
    log: str


def standings(run: Mapping[str, Any]) -> tuple[PartStanding, ...]:
    """Return the parts of a run (`run.json`), in the order in which they were described."""
    states, pids = run.get("states") or {}, run.get("pids") or {}
    told = run.get("parts") or {}
    return tuple(
        _standing(name, state, pids.get(name), told.get(name, {})) for name, state in states.items()
    )


def _standing(name: str, state: str, pid: int | None, told: Mapping[str, Any]) -> PartStanding:
    process = _process(pid)
    log = str(told.get("log") or "")
    trouble, trouble_ms = told.get("trouble"), told.get("trouble_ms")
    if trouble is None and log:
        trouble = last_trouble(Path(log), int(told.get("log_from") or 0))
    if process is None and state == State.UP.value:
        state = "gone"  # the supervisor has not looked since
    return PartStanding(
        name=name,
        state=state,
        pid=None if process is None else process.pid,
        port=told.get("port"),
        up_s=None if process is None else max(0, int(time.time() - process.create_time())),
        memory=None if process is None else _memory(process),
        restarts=int(told.get("restarts") or 0),
        trouble=trouble,
        trouble_ms=trouble_ms,
        log=log,
    )


def _process(pid: int | None) -> psutil.Process | None:
    try:
        process = None if pid is None else psutil.Process(pid)
        return process if process and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def _memory(process: psutil.Process) -> int:
    total = 0
    for one in (process, *_children(process)):
        try:
            total += one.memory_info().rss
        except psutil.Error:  # it ended while we looked
            continue
    return total


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def last_trouble(log: Path, since: int = 0) -> str | None:
    """Return the last line of trouble near the end of a log, None without one.

    What stands before `since` (bytes) is of an earlier run; a log that was turned over is shorter.
    """
    try:
        size = log.stat().st_size
        with log.open("rb") as file:
            file.seek(max(since if since <= size else 0, size - TAIL_BYTES))
            lines = file.read().splitlines()
    except OSError:
        return None
    troubles = (
        line for line in reversed(lines) if _TROUBLE.search(line) and not _NONE.search(line)
    )
    found = next(troubles, None)
    return None if found is None else _COLOURS.sub("", found.decode("utf-8", "replace")).strip()
