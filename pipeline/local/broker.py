"""The Kafka broker: one node in KRaft mode, from its Maven jars."""

import base64
import uuid

from pipeline.errors import ConfigurationError
from pipeline.local.class_archives import archive_options
from pipeline.local.java import class_path, find_java
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.probes import kafka_answers
from pipeline.local.profiles import Profile

# Formatting happens in the process of the part, so that starting the others need not wait for it.
START = """
[ -f "$2/meta.properties" ] || "$1" -Xmx128m -XX:TieredStopAtLevel=1 -cp "$3" \
    kafka.tools.StorageTool format --ignore-formatted -t "$4" -c "$5" || exit 1
java=$1 jars=$3 properties=$5
shift 5
exec "$java" "$@" -cp "$jars" kafka.Kafka "$properties"
"""

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


def broker(layout: Layout, profile: Profile, port: int, controller_port: int) -> Part:
    """Describe the broker; its data stays under the home between starts."""
    data = layout.kafka / "data"
    properties = layout.kafka / "server.properties"

    def prepare() -> None:
        if not list(layout.broker_jars.glob("kafka_2.13-*.jar")):
            raise ConfigurationError(f"no Kafka jars in {layout.broker_jars}: run `make install`")
        layout.kafka.mkdir(parents=True, exist_ok=True)
        properties.write_text(PROPERTIES.format(port=port, controller=controller_port, data=data))

    def command() -> tuple[str, ...]:
        # A zero first: an identity that begins with a dash would be taken for an option.
        raw = b"\0" + uuid.uuid4().bytes[1:]
        cluster = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        jars = class_path(layout.broker_jars)
        options = (
            *archive_options(layout.jars, "kafka", jars),
            f"-Xms{profile.broker_heap_mib}m",
            f"-Xmx{profile.broker_heap_mib}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",  # it moves bytes; the better compiler would cost it more
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
        )
        arguments = (find_java(), str(data), jars, cluster, str(properties), *options)
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
