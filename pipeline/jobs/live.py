"""The live job: run as `python -m pipeline.jobs.live` with its specification on stdin.

Prints one line of JSON, `{"job_id": ...}`, once the cluster has taken the job.
"""

import json
import sys

from pyflink.java_gateway import get_gateway
from pyflink.table import ExplainDetail, TableEnvironment

from pipeline.jobs.environment import table_environment
from pipeline.jobs.sinks import cell_sink
from pipeline.jobs.specification import LiveSpec
from pipeline.sql.flink import SINK_FUNCTION


def declare(tables: TableEnvironment, spec: LiveSpec) -> None:
    """Register the sink, the source and the views; nothing runs yet."""
    sink = cell_sink(spec)
    tables.create_temporary_function(SINK_FUNCTION, sink)
    for statement in (*spec.sql.ddl, *spec.sql.views):
        tables.execute_sql(statement)


def explain(spec: LiveSpec) -> str:
    """Return the plan with the kinds of changelog rows; needs no cluster."""
    tables = table_environment(spec.name, None, spec.parallelism)
    declare(tables, spec)
    return str(tables.explain_sql(spec.sql.insert, ExplainDetail.CHANGELOG_MODE))


def main() -> None:
    """Submit the job described on stdin; with `--explain` only print its plan."""
    get_gateway()  # the JVM starts while the caller still finds out what to submit
    spec = LiveSpec.loads(sys.stdin.buffer.read())
    if sys.argv[1:] == ["--explain"]:
        sys.stdout.write(explain(spec))
        return
    tables = table_environment(spec.name, spec.rest, spec.parallelism)
    declare(tables, spec)
    submitted = tables.execute_sql(spec.sql.insert).get_job_client()
    sys.stdout.write(json.dumps({"job_id": str(submitted.get_job_id())}) + "\n")


if __name__ == "__main__":
    main()
