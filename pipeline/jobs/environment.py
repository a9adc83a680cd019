"""The table environment of a job: how it is batched, checkpointed, restarted and where it runs."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pyflink.common import Configuration
from pyflink.table import EnvironmentSettings, StreamTableEnvironment, TableEnvironment

from pipeline.errors import ConfigurationError
from pipeline.jobs.specification import JobSpec

STATE_TTL = "5 d"  # garbage collection only: far beyond anything that may still be corrected
EVER = str(2**31 - 1)

# The folder that holds the package `pipeline`: the Python workers import the sink from it.
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Pace:
    """How rows are gathered before Python sees them, and how often the state is saved.

    `mini_batch_ms`: how long the aggregate collects; 0 for a job that has none.
    """

    mini_batch_ms: int
    bundle_ms: int
    bundle_rows: int
    checkpoint_s: int


LIVE_PACE = Pace(mini_batch_ms=300, bundle_ms=50, bundle_rows=20_000, checkpoint_s=5)
# A bundle is one insert: few and large, since ClickHouse makes a part of each.
ARCHIVE_PACE = Pace(mini_batch_ms=0, bundle_ms=1_000, bundle_rows=50_000, checkpoint_s=10)


def table_environment(job: JobSpec, pace: Pace, plan_only: bool = False) -> TableEnvironment:
    """Return an environment that submits to the job's cluster; raises ConfigurationError.

    `plan_only`: it knows no cluster and can only plan (the golden plan tests).
    """
    configuration = Configuration()
    entries = {
        "pipeline.name": job.name,
        "parallelism.default": str(job.parallelism),
        # A kept plan (`plans`) names tables; what they are each job says itself.
        "table.plan.compile.catalog-objects": "IDENTIFIER",
        "table.plan.restore.catalog-objects": "IDENTIFIER",
        **_batching(pace),
        **_recovery(pace),
        **_python(pace),
    }
    if not plan_only:
        entries |= _target(job.rest)
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


def _batching(pace: Pace) -> dict[str, str]:
    always = {
        # Rows are handed on without copies: no operator of the plan keeps one it was given.
        "pipeline.object-reuse": "true",
        "table.local-time-zone": "UTC",
        "table.exec.state.ttl": STATE_TTL,
    }
    if pace.mini_batch_ms == 0:
        return always
    return always | {
        "table.exec.mini-batch.enabled": "true",
        "table.exec.mini-batch.allow-latency": f"{pace.mini_batch_ms} ms",
        # Cells, of which a line touches about ten: while catching up the latency ends a batch.
        "table.exec.mini-batch.size": "100000",
        # Summed before and after the exchange, so that two rows a line cross it instead of ten.
        "table.optimizer.agg-phase-strategy": "TWO_PHASE",
    }


def _recovery(pace: Pace) -> dict[str, str]:
    return {
        "state.backend.type": "rocksdb",
        # Nearly every event id is new: the filter says so without a look into the files.
        "state.backend.rocksdb.use-bloom-filter": "true",
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.interval": f"{pace.checkpoint_s} s",
        "execution.checkpointing.timeout": "2 min",
        # A failed checkpoint is alarmed by its age on the wall, never a reason to stop counting.
        "execution.checkpointing.tolerable-failed-checkpoints": EVER,
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "200 ms",
        "restart-strategy.exponential-delay.max-backoff": "5 s",
        "restart-strategy.exponential-delay.reset-backoff-threshold": "1 min",
        "restart-strategy.exponential-delay.attempts-before-reset-backoff": EVER,
    }


def _python(pace: Pace) -> dict[str, str]:
    return {
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        "python.pythonpath": str(CHECKOUT),
        "python.fn-execution.bundle.time": str(pace.bundle_ms),
        "python.fn-execution.bundle.size": str(pace.bundle_rows),
        "python.fn-execution.arrow.batch.size": str(pace.bundle_rows),
    }
