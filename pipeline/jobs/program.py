"""What a job's program does with the specification on its stdin: submit it, or show its plan.

Prints one line of JSON, `{"job_id": ...}`, once the cluster has taken the job.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

from pyflink.java_gateway import get_gateway
from pyflink.table import ExplainDetail, TableEnvironment

from pipeline.jobs.environment import Pace, table_environment
from pipeline.jobs.specification import JobSpec

Spec = TypeVar("Spec", bound=JobSpec)


@dataclass(frozen=True)
class Program(Generic[Spec]):
    """A kind of job: how it is read from stdin, its pace, and its sink by the name in its SQL."""

    load: Callable[[BinaryIO], Spec]
    pace: Pace
    function: str
    sink: Callable[[Spec], Any]

    def main(self) -> None:
        """Submit the job described on stdin; with `--explain` only print its plan.

        With `--rehearse` another comes before it, which is only planned: a JVM that has planned
        once plans the next in a fraction of the time.
        """
        get_gateway()  # the JVM starts while the caller still finds out what to submit
        if sys.argv[1:] == ["--rehearse"]:
            self._explain(self.load(sys.stdin.buffer), ExplainDetail.JSON_EXECUTION_PLAN)
        spec = self.load(sys.stdin.buffer)
        if sys.argv[1:] == ["--explain"]:
            sys.stdout.write(self._explain(spec, ExplainDetail.CHANGELOG_MODE))
            return
        tables = table_environment(spec, self.pace)
        self._declare(tables, spec)
        submitted = tables.execute_sql(spec.sql.insert).get_job_client()
        sys.stdout.write(json.dumps({"job_id": str(submitted.get_job_id())}) + "\n")

    def _explain(self, spec: Spec, detail: ExplainDetail) -> str:
        """Return the plan with a detail; needs no cluster."""
        tables = table_environment(spec, self.pace, plan_only=True)
        self._declare(tables, spec)
        return str(tables.explain_sql(spec.sql.insert, detail))

    def _declare(self, tables: TableEnvironment, spec: Spec) -> None:
        """Register the sink, the source and the views; nothing runs yet."""
        tables.create_temporary_function(self.function, self.sink(spec))
        for statement in (*spec.sql.ddl, *spec.sql.views):
            tables.execute_sql(statement)
