"""What a job's program does with the specification on its stdin: submit it, or show its plan.

Prints one line of JSON, `{"job_id": ...}`, once the cluster has taken the job.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pyflink.java_gateway import get_gateway
from pyflink.table import ExplainDetail, TableEnvironment

from pipeline.jobs.environment import Pace, table_environment
from pipeline.jobs.specification import JobSpec

Spec = TypeVar("Spec", bound=JobSpec)


@dataclass(frozen=True)
class Program(Generic[Spec]):
    """A kind of job: how it is read from stdin, its pace, and its sink by the name in its SQL."""

    load: Callable[[bytes], Spec]
    pace: Pace
    function: str
    sink: Callable[[Spec], Any]

    def main(self) -> None:
        """Submit the job described on stdin; with `--explain` only print its plan."""
        get_gateway()  # the JVM starts while the caller still finds out what to submit
        spec = self.load(sys.stdin.buffer.read())
        if sys.argv[1:] == ["--explain"]:
            sys.stdout.write(self._explain(spec))
            return
        tables = table_environment(spec, self.pace)
        self._declare(tables, spec)
        submitted = tables.execute_sql(spec.sql.insert).get_job_client()
        sys.stdout.write(json.dumps({"job_id": str(submitted.get_job_id())}) + "\n")

    def _explain(self, spec: Spec) -> str:
        """Return the plan with the kinds of changelog rows; needs no cluster."""
        tables = table_environment(spec, self.pace, plan_only=True)
        self._declare(tables, spec)
        return str(tables.explain_sql(spec.sql.insert, ExplainDetail.CHANGELOG_MODE))

    def _declare(self, tables: TableEnvironment, spec: Spec) -> None:
        """Register the sink, the source and the views; nothing runs yet."""
        tables.create_temporary_function(self.function, self.sink(spec))
        for statement in (*spec.sql.ddl, *spec.sql.views):
            tables.execute_sql(statement)
