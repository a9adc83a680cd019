"""The table environment of a job: how it is batched, checkpointed, restarted and where it runs."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from pyflink.common import Configuration
from pyflink.table import EnvironmentSettings, StreamTableEnvironment, TableEnvironment

from pipeline.errors import ConfigurationError

STATE_TTL = "5 d"  # garbage collection only: far beyond anything that may still be corrected
EVER = str(2**31 - 1)

# The folder that holds the package `pipeline`: the Python workers import the sink from it.
CHECKOUT = Path(__file__).resolve().parents[2]


def table_environment(name: str, rest: str | None, parallelism: int) -> TableEnvironment:
    """Return an environment that submits to the cluster at `rest` (http://host:port).

    Without `rest` it can only plan (the golden plan test).
    """
    configuration = Configuration()
    entries = {
        "pipeline.name": name,
        "parallelism.default": str(parallelism),
        **_batching(),
        **_recovery(),
        **_python(),
    }
    if rest is not None:
        entries |= _target(rest)
        # Else PyFlink runs our functions in this process, which ends once the job is submitted.
        os.environ["_python_worker_execution_mode"] = "process"  # noqa: SIM112  PyFlink's name
    for key, value in entries.items():
        configuration.set_string(key, value)
    settings = (
        EnvironmentSettings.new_instance().in_streaming_mode().with_configuration(configuration)
    )
    return StreamTableEnvironment.create(environment_settings=settings.build())


def _target(rest: str) -> dict[str, str]:
    parts = urlsplit(rest if "//" in rest else f"http://{rest}")
    if parts.hostname is None or parts.port is None:
        raise ConfigurationError(f"flink_rest is {rest!r}: write it as http://host:port")
    return {
        "execution.target": "remote",
        "execution.attached": "false",
        "rest.address": parts.hostname,
        "rest.port": str(parts.port),
        # A dead cluster is said within seconds; the caller tries again.
        "rest.connection-timeout": "5 s",
        "rest.retry.max-attempts": "5",
        "rest.retry.delay": "1 s",
    }


def _batching() -> dict[str, str]:
    return {
        # Rows are handed on without copies: no operator of the plan keeps one it was given.
        "pipeline.object-reuse": "true",
        "table.local-time-zone": "UTC",
        "table.exec.state.ttl": STATE_TTL,
        "table.exec.mini-batch.enabled": "true",
        "table.exec.mini-batch.allow-latency": "300 ms",
        "table.exec.mini-batch.size": "20000",
        # One aggregate as the plan shows it; see the golden plan.
        "table.optimizer.agg-phase-strategy": "ONE_PHASE",
    }


def _recovery() -> dict[str, str]:
    return {
        "state.backend.type": "rocksdb",
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.interval": "5 s",
        "execution.checkpointing.timeout": "2 min",
        # A failed checkpoint is alarmed by its age on the wall, never a reason to stop counting.
        "execution.checkpointing.tolerable-failed-checkpoints": EVER,
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "200 ms",
        "restart-strategy.exponential-delay.max-backoff": "5 s",
        "restart-strategy.exponential-delay.reset-backoff-threshold": "1 min",
        "restart-strategy.exponential-delay.attempts-before-reset-backoff": EVER,
    }


def _python() -> dict[str, str]:
    return {
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        "python.pythonpath": str(CHECKOUT),
        "python.fn-execution.bundle.time": "50",
        "python.fn-execution.bundle.size": "20000",
        "python.fn-execution.arrow.batch.size": "20000",
    }
