"""Real services for tests: free ports, a temporary home, started when first asked for."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.local.embedded import SERVICES, Embedded, describe
from pipeline.local.layout import Layout
from pipeline.local.ports import is_free
from pipeline.local.process import Process
from pipeline.local.profiles import LAPTOP, Profile

OTHERS_S = 180.0


@dataclass(frozen=True)
class RunningFlink:
    """Where a test finds the cluster."""

    rest: str
    conf: Path
    lib: Path
    home: Path


@dataclass
class RealParts:
    """The parts that run; every test session has its own."""

    home: Path
    jars: Path
    profile: Profile = LAPTOP
    started: dict[str, Embedded] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def ensure(self, *services: str) -> None:
        """Start the services that do not run yet and wait until all are healthy."""
        new = [name for name in services or SERVICES if name not in self.started]
        for service in new:
            if not (self.home / "jars").exists():
                (self.home / "jars").symlink_to(self.jars)
            self.started[service] = describe(Layout(self.home), self.profile, (service,))
            for part in self.started[service].parts:
                self.processes[part.name] = Process(part, self.home)
        for service in new:
            for part in self.started[service].parts:
                self.processes[part.name].wait_healthy()

    @property
    def endpoints(self) -> dict[str, str]:
        """`kafka`, `redis_url`, `clickhouse_url`, `flink_rest`, `flink_conf`, ... of what runs."""
        return {
            name: value
            for embedded in self.started.values()
            for name, value in embedded.endpoints.items()
        }

    @property
    def flink(self) -> RunningFlink:
        ends = self.endpoints
        return RunningFlink(
            ends["flink_rest"], Path(ends["flink_conf"]), Path(ends["flink_lib"]), self.home
        )

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment for a command of ours that is to use these parts."""
        ends = self.endpoints
        given = {
            f"DAPING_{name.upper()}": ends[name]
            for name in ("kafka", "redis_url", "clickhouse_url", "flink_rest")
            if name in ends
        }
        return {**os.environ, **given, "DAPING_HOME": str(self.home), **more}

    def kill(self, name: str) -> None:
        """kill -9 of a part: kafka, redis, clickhouse, zookeeper, jobmanager or taskmanager."""
        self.processes[name].kill()

    def restart(self, name: str) -> None:
        """Start a part again on the same ports and wait until it and all that run are healthy.

        A TaskManager is not while it looks for the new JobManager.
        """
        part = self.processes[name].part
        self.processes[name].kill()
        until = time.monotonic() + OTHERS_S
        while part.port is not None and not is_free(part.port):  # a killed JVM ends when it ends
            assert time.monotonic() < until, f"port {part.port} of {name} stays taken"
            time.sleep(0.1)
        self.processes[name] = Process(part, self.home)
        self.processes[name].wait_healthy()
        until = time.monotonic() + OTHERS_S
        running = [one for one in self.processes.values() if one.exit_code is None]
        while not all(process.healthy() for process in running):
            assert time.monotonic() < until, f"not all parts came back after {name}"
            time.sleep(0.2)

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.ask_to_end()
        for process in reversed(self.processes.values()):
            process.wait_or_kill()
