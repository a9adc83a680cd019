"""The ZooKeeper inside flink-dist: the memory of Flink's high availability."""

from pipeline.local.class_archives import archive_options
from pipeline.local.flink_files import LOG4J, java_options, log4j_options
from pipeline.local.java import FIRST_COMPILER_ONLY, class_path, find_java
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.probes import zookeeper_answers

# A session lives between 2 and 20 ticks; Flink asks for SESSION_MS of flink_configuration.
TICK_MS = 250

CONFIGURATION = """\
tickTime={tick}
initLimit=10
syncLimit=5
dataDir={data}
clientPort={port}
clientPortAddress=127.0.0.1
admin.enableServer=false
4lw.commands.whitelist=ruok,srvr
autopurge.purgeInterval=1
server.1=127.0.0.1:2888:3888
"""


def zookeeper(layout: Layout, port: int) -> Part:
    """Describe the ZooKeeper server; the peer ports named in it stay closed."""
    file = layout.zookeeper / "zoo.cfg"

    def prepare() -> None:
        layout.zookeeper.mkdir(parents=True, exist_ok=True)
        (layout.zookeeper / "log4j.properties").write_text(LOG4J)
        data = layout.zookeeper / "data"
        data.mkdir(exist_ok=True)
        file.write_text(CONFIGURATION.format(tick=TICK_MS, data=data, port=port))

    def command() -> tuple[str, ...]:
        jars = class_path(layout.flink_lib)
        return (
            find_java(),
            *archive_options(layout.jars, "zookeeper", jars),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            *FIRST_COMPILER_ONLY,
            "-Dzookeeper.jmx.log4j.disable=true",
            *java_options(),
            *log4j_options(layout.zookeeper),
            "-cp",
            jars,
            "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
            "--zkConfigFile",
            str(file),
            "--peerId",
            "1",
        )

    return Part(
        name="zookeeper",
        command=command,
        log=layout.logs / "zookeeper.log",
        working=layout.zookeeper,
        healthy=lambda: zookeeper_answers(port),
        port=port,
        prepare=prepare,
        start_limit_s=30,
        stop_limit_s=3,
    )
