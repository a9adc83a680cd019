"""Flink's config.yaml: recovery in seconds, everything on the loopback address.

The memory of the TaskManager is cut into its pieces here, because we start its JVM ourselves:
the wheel's scripts would first start another JVM (1.5 s) to do this sum.
"""

import sys
from dataclasses import dataclass

from pipeline.local.flink_files import java_options
from pipeline.local.layout import Layout
from pipeline.local.profiles import Profile

# How long ZooKeeper keeps the leadership of a JobManager that is gone: a new one needs longer
# than this to start anyway.
SESSION_MS = 4000
CHECKPOINT_INTERVAL = "5 s"

METASPACE_MIB = 256
FRAMEWORK_MIB = 128  # of heap, and as much again off the heap
OVERHEAD_SHARE = 0.1
MANAGED_SHARE = 0.4


@dataclass(frozen=True)
class TaskMemory:
    """The pieces of a TaskManager's memory, in MiB."""

    task_heap: int
    network: int
    managed: int
    overhead: int

    @property
    def heap(self) -> int:
        return self.task_heap + FRAMEWORK_MIB

    @property
    def direct(self) -> int:
        return self.network + FRAMEWORK_MIB


def cut_memory(total_mib: int) -> TaskMemory:
    """Cut the whole memory of a TaskManager process as Flink's own defaults do."""
    overhead = int(total_mib * OVERHEAD_SHARE)
    flink = total_mib - overhead - METASPACE_MIB
    managed = int(flink * MANAGED_SHARE)
    network = max(64, flink // 20)
    return TaskMemory(
        task_heap=flink - 2 * FRAMEWORK_MIB - managed - network,
        network=network,
        managed=managed,
        overhead=overhead,
    )


@dataclass(frozen=True)
class FlinkPorts:
    """The ports that others must know; Flink takes free ones for the rest."""

    rest: int
    rpc: int
    blob: int
    zookeeper: int


def configuration(layout: Layout, profile: Profile, ports: FlinkPorts) -> str:
    """Return the text of config.yaml (flat keys are YAML too)."""
    entries = {
        **_addresses(ports),
        **_memory(profile),
        **_recovery(layout, ports),
        **_state(layout),
        # Our own starts do not read this; `flink run` and PyFlink's client do.
        "env.java.opts.all": " ".join(java_options()),
        "execution.target": "remote",
        "parallelism.default": str(profile.parallelism),
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        "python.fn-execution.bundle.time": "50",
        "web.submit.enable": "false",
        # The chain of operators is drawn by our own page; history of jobs is in our logs.
        "jobstore.max-capacity": "20",
        "io.tmp.dirs": str(layout.flink_temporary),
    }
    return "".join(f"{key}: {_quoted(value)}\n" for key, value in entries.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _addresses(ports: FlinkPorts) -> dict[str, str]:
    return {
        "jobmanager.rpc.address": "127.0.0.1",
        "jobmanager.rpc.port": str(ports.rpc),
        "jobmanager.bind-host": "127.0.0.1",
        "high-availability.jobmanager.port": str(ports.rpc),
        "blob.server.port": str(ports.blob),
        "rest.address": "127.0.0.1",
        "rest.bind-address": "127.0.0.1",
        "rest.port": str(ports.rest),
        "rest.bind-port": str(ports.rest),
        "taskmanager.host": "127.0.0.1",
        "taskmanager.bind-host": "127.0.0.1",
    }


def _memory(profile: Profile) -> dict[str, str]:
    memory = cut_memory(profile.task_manager_mib)
    return {
        "taskmanager.numberOfTaskSlots": str(profile.slots),
        "taskmanager.cpu.cores": str(float(profile.slots)),
        "taskmanager.memory.framework.heap.size": f"{FRAMEWORK_MIB}m",
        "taskmanager.memory.framework.off-heap.size": f"{FRAMEWORK_MIB}m",
        "taskmanager.memory.task.heap.size": f"{memory.task_heap}m",
        "taskmanager.memory.task.off-heap.size": "0m",
        "taskmanager.memory.network.min": f"{memory.network}m",
        "taskmanager.memory.network.max": f"{memory.network}m",
        "taskmanager.memory.managed.size": f"{memory.managed}m",
        "taskmanager.memory.jvm-metaspace.size": f"{METASPACE_MIB}m",
        "taskmanager.memory.jvm-overhead.min": f"{memory.overhead}m",
        "taskmanager.memory.jvm-overhead.max": f"{memory.overhead}m",
        "jobmanager.memory.process.size": f"{profile.job_manager_mib}m",
    }


def _recovery(layout: Layout, ports: FlinkPorts) -> dict[str, str]:
    """With Flink's defaults a killed TaskManager stops the wall for over a minute."""
    return {
        "heartbeat.interval": "1000",
        "heartbeat.timeout": "5000",
        "heartbeat.rpc-failure-threshold": "1",
        "high-availability.type": "zookeeper",
        "high-availability.zookeeper.quorum": f"127.0.0.1:{ports.zookeeper}",
        "high-availability.storageDir": layout.recovery.as_uri(),
        "high-availability.cluster-id": "/daping",
        "high-availability.zookeeper.client.session-timeout": f"{SESSION_MS} ms",
        "high-availability.zookeeper.client.connection-timeout": "3000 ms",
        "high-availability.zookeeper.client.retry-wait": "500 ms",
        "high-availability.zookeeper.client.max-retry-attempts": "20",
        # A restart of ZooKeeper alone need not restart the jobs.
        "high-availability.zookeeper.client.tolerate-suspended-connections": "true",
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "200 ms",
        "restart-strategy.exponential-delay.max-backoff": "5 s",
        "restart-strategy.exponential-delay.reset-backoff-threshold": "1 min",
        "restart-strategy.exponential-delay.attempts-before-reset-backoff": str(2**31 - 1),
        "slot.request.timeout": "60000",
    }


def _state(layout: Layout) -> dict[str, str]:
    return {
        "state.backend.type": "rocksdb",
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.storage": "filesystem",
        "execution.checkpointing.dir": layout.checkpoints.as_uri(),
        "execution.checkpointing.savepoint-dir": (layout.flink / "savepoints").as_uri(),
        "execution.checkpointing.interval": CHECKPOINT_INTERVAL,
        "execution.checkpointing.timeout": "2 min",
        "execution.checkpointing.tolerable-failed-checkpoints": str(2**31 - 1),
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "execution.checkpointing.num-retained": "2",
    }
