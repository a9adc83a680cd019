"""Flink's two processes, their JVMs started directly so that our child is the JVM itself."""

import uuid
from pathlib import Path

from pipeline.local.class_archives import archive_options
from pipeline.local.flink_configuration import (
    METASPACE_MIB,
    FlinkPorts,
    configuration,
    cut_memory,
)
from pipeline.local.flink_files import (
    LOG4J,
    flink_environment,
    java_options,
    link_jars,
    log4j_options,
)
from pipeline.local.java import FIRST_COMPILER_ONLY, LATE_COMPILER, class_path, find_java
from pipeline.local.layout import Layout
from pipeline.local.part import Part, Stage
from pipeline.local.probes import get_json
from pipeline.local.profiles import Profile

JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
# What a JobManager needs beside its heap and class data: threads, code, direct buffers.
JOB_MANAGER_BESIDE_HEAP_MIB = METASPACE_MIB + 192
CHECKOUT = Path(__file__).resolve().parents[2]


def write_flink_files(layout: Layout, profile: Profile, ports: FlinkPorts) -> None:
    """Write the conf folder and the lib folder that both processes and all clients use."""
    for folder in (layout.flink_conf, layout.flink_temporary, layout.checkpoints, layout.recovery):
        folder.mkdir(parents=True, exist_ok=True)
    link_jars(layout)
    (layout.flink_conf / "config.yaml").write_text(configuration(layout, profile, ports))
    for name in ("log4j.properties", "log4j-cli.properties", "log4j-console.properties"):
        (layout.flink_conf / name).write_text(LOG4J)


def job_manager(layout: Layout, profile: Profile, ports: FlinkPorts) -> Part:
    """Describe the JobManager; ready when its REST interface answers."""
    heap = profile.job_manager_mib - JOB_MANAGER_BESIDE_HEAP_MIB
    options = (
        f"-Xms{heap}m",
        f"-Xmx{heap}m",
        f"-XX:MaxMetaspaceSize={METASPACE_MIB}m",
        "-XX:+UseSerialGC",
        *FIRST_COMPILER_ONLY,
    )

    return Part(
        name="jobmanager",
        command=lambda: _java(layout, options, JOB_MANAGER),
        log=layout.logs / "jobmanager.log",
        working=layout.flink,
        healthy=lambda: get_json(f"http://127.0.0.1:{ports.rest}/overview") is not None,
        port=ports.rest,
        stage=Stage.CLUSTER,
        environment=flink_environment(layout),
        start_limit_s=90,
    )


# The second compiler waits until a method is three times as hot as is usual: while everything
# starts it took five core-seconds of the TaskManager's seventeen, mostly for what then rests.
PATIENT_COMPILER = (
    "-XX:Tier4InvocationThreshold=15000",
    "-XX:Tier4MinInvocationThreshold=1800",
    "-XX:Tier4CompileThreshold=45000",
    "-XX:Tier4BackEdgeThreshold=120000",
)


def task_manager(layout: Layout, profile: Profile, ports: FlinkPorts) -> Part:
    """Describe the TaskManager; ready when the JobManager lists this very process."""
    memory = cut_memory(profile.task_manager_mib)
    options = (
        f"-Xms{memory.heap}m",
        f"-Xmx{memory.heap}m",
        f"-XX:MaxDirectMemorySize={memory.direct}m",
        f"-XX:MaxMetaspaceSize={METASPACE_MIB}m",
        "-XX:+UseParallelGC",  # a quarter less of the processor a line than G1
        *LATE_COMPILER,
        *PATIENT_COMPILER,
    )
    identity = {"now": ""}

    def command() -> tuple[str, ...]:
        # A new name for each start: the JobManager lists a dead one for some seconds more.
        identity["now"] = f"tm-{uuid.uuid4().hex[:12]}"
        own = ("-D", f"taskmanager.resource-id={identity['now']}")
        return _java(layout, options, TASK_MANAGER, *own)

    def healthy() -> bool:
        answer = get_json(f"http://127.0.0.1:{ports.rest}/taskmanagers")
        listed = answer.get("taskmanagers", []) if isinstance(answer, dict) else []
        return any(entry["id"] == identity["now"] for entry in listed)

    return Part(
        name="taskmanager",
        command=command,
        log=layout.logs / "taskmanager.log",
        working=layout.flink,
        healthy=healthy,
        stage=Stage.CLUSTER,
        # Python functions are imported by the workers, which inherit this.
        environment={**flink_environment(layout), "PYTHONPATH": str(CHECKOUT)},
        start_limit_s=90,
    )


def _java(layout: Layout, options: tuple[str, ...], main: str, *extra: str) -> tuple[str, ...]:
    jars = class_path(layout.flink_lib)
    return (
        find_java(),
        *archive_options(layout.jars, main.rpartition(".")[2], jars),
        *options,
        f"-Djava.io.tmpdir={layout.flink_temporary}",
        *java_options(),
        *log4j_options(layout.flink_conf),
        "-cp",
        jars,
        main,
        "--configDir",
        str(layout.flink_conf),
        *extra,
    )
