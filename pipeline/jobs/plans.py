"""Compiled plans that are kept: planning does not depend on where a job reads and writes.

It takes seconds of every start. A kept plan names its tables and functions; each job declares its
own under these names. It lies beside the jars under a hash of all it was made from.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

from pipeline.jobs.environment import Pace
from pipeline.jobs.specification import JobSpec
from pipeline.sql.source import PER_JOB

_OPTION = re.compile(rf"'({'|'.join(map(re.escape, PER_JOB))})' = '(?:[^']|'')*'")


def kept_plan(spec: JobSpec, pace: Pace) -> Path | None:
    """Return the file of a job's plan, there or not; None without a folder of jars."""
    lib = os.environ.get("FLINK_LIB_DIR")
    if not lib:
        return None
    return Path(lib).parent / "plans" / f"{plan_key(spec, pace)}.json"


def plan_key(spec: JobSpec, pace: Pace) -> str:
    """Return a hash of what the planner is given, but for what differs from job to job."""
    tables = [_OPTION.sub(r"'\1'", statement) for statement in spec.sql.ddl]
    given = [version("apache-flink"), repr(pace), *tables, *spec.sql.views, spec.sql.insert]
    return hashlib.sha256("\0".join(given).encode()).hexdigest()[:24]


def keep_plan(file: Path, plan: str) -> None:
    """Write a plan whole or not at all; where nothing can be written, none is kept."""
    with contextlib.suppress(OSError):  # it only saves time
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as beside:
            beside.write(plan)
        Path(beside.name).replace(file)
