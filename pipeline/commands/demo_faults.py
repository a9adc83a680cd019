"""Faults at a key: what is injected into a running demo, and when the wall had recovered from it.

A burst goes through the simulator (its ledger knows every message); a kill is `kill -9` of a part.
Recovered: the part is back, the wall is live, and it shows what happened after the kill; of a
burst, that every message of it is counted, a duplicate or refused.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from pipeline.clock import Clock
from pipeline.local.harm import kill
from pipeline.local.supervisor import State, Supervisor
from pipeline.simulator.injections import load_injections
from pipeline.stores.injected import FaultJournal
from pipeline.values.injected import BURSTS, FaultKind, InjectedFault

LOOK_EVERY_S = 0.25
NAMES: Mapping[FaultKind, str] = {
    "duplicates": "2,000 duplicates",
    "late": "a burst of late orders",
    "poison": "300 broken messages",
    "refunds": "a wave of refunds",
    "kill_redis": "Redis killed, its data lost",
    "kill_taskmanager": "Flink's TaskManager killed",
    "kill_kafka": "Kafka's broker killed",
    "kill_clickhouse": "ClickHouse killed",
}
STAGES = {"redis": "redis", "taskmanager": "flink", "kafka": "kafka"}

Frame = Mapping[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Open:
    """A fault the wall has not recovered from. `pid`: what was killed; `source_ms`: the instant of
    the source's clock at which it was, None while nobody has told."""

    fault: InjectedFault
    pid: int | None = None
    source_ms: int | None = None


class FaultDesk:
    """Injects and follows faults. `run_folder`: of the simulated run, None for another source.

    `frame()` gives the screen's frame, None while there is none. Requests of `inject` lie in
    `requests`, a file each.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        run_folder: Path | None,
        frame: Callable[[], Frame | None],
        clock: Clock,
        say: Say,
    ) -> None:
        self._supervisor = supervisor
        self._run_folder = run_folder
        self._frame = frame
        self._clock = clock
        self._say = say
        self._journal = FaultJournal(supervisor.home)
        self._requests = supervisor.home / "inject"
        self._open: list[Open] = []
        self._looked_at = 0.0

    def inject(self, kind: FaultKind, token: str) -> None:
        """Do the harm now; says so, or why it cannot be done."""
        fault = InjectedFault(token, kind, self._clock.now_ms())
        if kind in BURSTS:
            if self._run_folder is None:
                self._say("only simulated orders can be disturbed: this is a replay")
                return
            write_request(self._run_folder / "inject", token, kind)
            found = Open(fault)
        else:
            killed = self._kill(kind.removeprefix("kill_"))
            if killed is None:
                return
            found = Open(fault, killed, source_instant(self._frame(), fault.began_ms))
        self._open.append(found)
        self._journal.put(fault)
        self._say(NAMES[kind])

    def look(self) -> None:
        """Take requests, and see which faults the wall has recovered from; call it often."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        for token, kind in take_requests(self._requests):
            self.inject(kind, token)
        if self._open:
            frame = self._frame()
            if frame is not None:
                self._open = [
                    one for one in map(self._known, self._open) if self._stays(one, frame)
                ]

    def _kill(self, part: str) -> int | None:
        supervised = self._supervisor.supervised.get(part)
        if supervised is None:
            self._say(f"{part} is not ours: nothing was killed")
            return None
        pid = kill(supervised)
        if pid is None:
            self._say(f"{part} does not run just now: nothing was killed")
        return pid

    def _known(self, one: Open) -> Open:
        """Learn how many messages a burst has, once the simulator has taken it."""
        if one.fault.messages is not None or one.fault.kind not in BURSTS:
            return one
        made = self._burst(one.fault.id)
        if made is None:
            return one
        known = replace(one, fault=replace(one.fault, messages=made[1]))
        self._journal.put(known.fault)
        return known

    def _stays(self, one: Open, frame: Frame) -> bool:
        recovered = self._sorted(one, frame) if one.fault.kind in BURSTS else self._back(one, frame)
        if not recovered:
            return True
        done = replace(one.fault, took_ms=self._clock.now_ms() - one.fault.began_ms)
        self._journal.put(done)
        what = "every message accounted for" if done.kind in BURSTS else "recovered"
        self._say(f"{NAMES[done.kind]}: {what} after {(done.took_ms or 0) / 1000:.1f} s")
        return False

    def _sorted(self, one: Open, frame: Frame) -> bool:
        """Say whether every message of a burst has its class on the wall."""
        made = self._burst(one.fault.id)
        accounting = frame["accounting"]
        if made is None or accounting["pending"] is None or frame["state"]["name"] != "live":
            return False
        return int(accounting["consumed"]) - int(accounting["pending"]) >= sum(made)

    def _back(self, one: Open, frame: Frame) -> bool:
        part = one.fault.kind.removeprefix("kill_")
        supervised = self._supervisor.supervised[part]
        process = supervised.process
        if supervised.state is not State.UP or process is None or process.pid == one.pid:
            return False
        if frame["state"]["name"] != "live" or (frame["as_of"] or 0) <= (one.source_ms or 0):
            return False
        stages = {stage["id"]: stage["state"] for stage in frame["stages"]}
        if stages.get(STAGES.get(part, ""), "live") != "live":
            return False
        return part != "clickhouse" or all(
            said["state"] == "ready" and said.get("reason") is None
            for window in frame["windows"].values()
            for said in window.get("comparisons", {}).values()
        )

    def _burst(self, token: str) -> tuple[int, int] | None:
        """Return how many messages were before a burst and how many it has."""
        if self._run_folder is None:
            return None
        found = [one for one in load_injections(self._run_folder) if one.token == token]
        return (found[0].at, found[0].messages) if found else None


def source_instant(frame: Frame | None, real_ms: int) -> int | None:
    """Return the source's instant at a real one, as the frame tells its clock."""
    source = frame["source"] if frame else None
    if source is None:
        return None
    return int(source["anchor_ms"] + (real_ms - source["anchor_real_ms"]) * source["speed"])


def write_request(folder: Path, token: str, kind: FaultKind) -> None:
    """Leave a request as a whole file."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{token}.new"
    fresh.write_bytes(orjson.dumps({"kind": kind}))
    fresh.replace(folder / f"{token}.json")


def take_requests(folder: Path) -> list[tuple[str, FaultKind]]:
    """Return and remove the requests; one that is none is removed too."""
    found: list[tuple[str, FaultKind]] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            kind = orjson.loads(path.read_bytes())["kind"]
        except (OSError, ValueError, KeyError, TypeError):
            kind = None
        path.unlink(missing_ok=True)
        if kind in NAMES:
            found.append((path.stem, kind))
    return found
