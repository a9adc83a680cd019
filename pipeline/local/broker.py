"""The Kafka broker: one node in KRaft mode, from its Maven jars."""

import base64
import shutil
import uuid
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.local.class_archives import archive_options, beside_archives
from pipeline.local.java import FIRST_COMPILER_ONLY, class_path, find_java
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.probes import kafka_answers
from pipeline.local.profiles import Profile

# Formatting happens in the process of the part, so that starting the others need not wait for it.
# It takes a JVM of its own; where it was done once with these jars, what it wrote is copied.
START = """
[ -f "$2/meta.properties" ] || "$1" -Xmx128m -XX:TieredStopAtLevel=1 -cp "$3" \
    kafka.tools.StorageTool format --ignore-formatted -t "$4" -c "$5" || exit 1
java=$1 jars=$3 properties=$5
shift 5
exec "$java" "$@" -cp "$jars" kafka.Kafka "$properties"
"""

CHECKPOINT = "bootstrap.checkpoint"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
num.partitions=4
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
# The default keeps 128 MiB of a small heap for a cleaner that has next to nothing to clean.
log.cleaner.dedupe.buffer.size=8388608
log.cleaner.threads=1
num.network.threads=2
num.io.threads=4
# A broker that was killed is taken for alive this long, and its successor waits for that.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


META = """\
cluster.id={cluster}
directory.id={directory}
node.id=1
version=1
"""


def identity() -> str:
    """Return a new name as Kafka writes them."""
    # A zero first: one that begins with a dash would be taken for an option.
    raw = b"\0" + uuid.uuid4().bytes[1:]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def kept_format(layout: Layout) -> Path:
    """Return the file in which the features of a formatted folder are kept, there or not."""
    return beside_archives(layout.jars, "kafka", class_path(layout.broker_jars), "checkpoint")


def copy_format(kept: Path, data: Path) -> None:
    """Make a formatted folder of a kept one: a name of its own, the same features."""
    beside = data.with_name("data.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    shutil.copy(kept, beside / CHECKPOINT)
    (beside / "meta.properties").write_text(META.format(cluster=identity(), directory=identity()))
    beside.replace(data)


def broker(layout: Layout, profile: Profile, port: int, controller_port: int) -> Part:
    """Describe the broker; its data stays under the home between starts."""
    data = layout.kafka / "data"
    jars = class_path(layout.broker_jars)
    properties = layout.kafka / "server.properties"

    def prepare() -> None:
        if not list(layout.broker_jars.glob("kafka_2.13-*.jar")):
            raise ConfigurationError(f"no Kafka jars in {layout.broker_jars}: run `make install`")
        layout.kafka.mkdir(parents=True, exist_ok=True)
        properties.write_text(PROPERTIES.format(port=port, controller=controller_port, data=data))
        kept = kept_format(layout)
        if kept.exists() and not data.exists():
            copy_format(kept, data)

    def command() -> tuple[str, ...]:
        options = (
            *archive_options(layout.jars, "kafka", jars),
            f"-Xms{profile.broker_heap_mib}m",
            f"-Xmx{profile.broker_heap_mib}m",
            "-XX:+UseSerialGC",
            *FIRST_COMPILER_ONLY,
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
        )
        arguments = (find_java(), str(data), jars, identity(), str(properties), *options)
        return ("/bin/sh", "-c", START, "kafka", *arguments)

    return Part(
        name="kafka",
        command=command,
        log=layout.logs / "kafka.log",
        working=layout.kafka,
        healthy=lambda: kafka_answers(port),
        port=port,
        prepare=prepare,
    )
