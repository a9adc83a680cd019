"""What a job's program does with the specification on its stdin: submit it, or show its plan.

Prints one line of JSON, `{"job_id": ...}`, once the cluster has taken the job.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

from py4j.protocol import Py4JJavaError
from pyflink.java_gateway import get_gateway
from pyflink.table import CompiledPlan, ExplainDetail, PlanReference, TableEnvironment
from pyflink.util.exceptions import TableException

from pipeline.jobs.environment import Pace, table_environment
from pipeline.jobs.plans import keep_plan, kept_plan
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

        With `--rehearse` another comes before it, for which all is loaded and the plan made: the
        next is submitted in a fraction of the time.
        """
        get_gateway()  # the JVM starts while the caller still finds out what to submit
        if sys.argv[1:] == ["--rehearse"]:
            self._rehearse(self.load(sys.stdin.buffer))
        spec = self.load(sys.stdin.buffer)
        if sys.argv[1:] == ["--explain"]:
            sys.stdout.write(self._explain(spec))
            return
        tables = table_environment(spec, self.pace)
        self._declare(tables, spec)
        plan = self._plan(tables, spec)
        plan._t_env = tables  # PyFlink 2.3 puts the Java object here, and `execute` fails on it
        submitted = plan.execute().get_job_client()
        sys.stdout.write(json.dumps({"job_id": str(submitted.get_job_id())}) + "\n")

    def _rehearse(self, spec: Spec) -> None:
        """Load all that planning needs, and make the plan if none is kept; needs no cluster."""
        tables = table_environment(spec, self.pace, plan_only=True)
        self._declare(tables, spec)
        self._plan(tables, spec)

    def _explain(self, spec: Spec) -> str:
        """Return the plan as it is made from the SQL; needs no cluster."""
        tables = table_environment(spec, self.pace, plan_only=True)
        self._declare(tables, spec)
        self._declare_views(tables, spec)
        return str(tables.explain_sql(spec.sql.insert, ExplainDetail.CHANGELOG_MODE))

    def _plan(self, tables: TableEnvironment, spec: Spec) -> CompiledPlan:
        """Return the compiled plan: the kept one, or a new one, which is kept."""
        file = kept_plan(spec, self.pace)
        if file is not None and file.exists():
            try:
                return tables.load_plan(PlanReference.from_json_string(file.read_text()))
            except (OSError, Py4JJavaError, TableException) as fault:
                sys.stderr.write(f"{file} is of no use, planning anew: {fault}\n")
        self._declare_views(tables, spec)
        plan = tables.compile_plan_sql(spec.sql.insert)
        if file is not None:
            keep_plan(file, plan.as_json_string())
        return plan

    def _declare(self, tables: TableEnvironment, spec: Spec) -> None:
        """Register what a plan names: the sink's function and the tables; nothing runs yet."""
        tables.create_temporary_function(self.function, self.sink(spec))
        for statement in spec.sql.ddl:
            tables.execute_sql(statement)

    def _declare_views(self, tables: TableEnvironment, spec: Spec) -> None:
        for statement in spec.sql.views:
            tables.execute_sql(statement)
