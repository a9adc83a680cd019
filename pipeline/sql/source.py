"""The Kafka source of the live job: all fields STRING, so that the rules see what was written."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import ConfigurationError
from pipeline.events.model import FIELDS

# Kafka's own properties, with their reasons: a lost broker shows within seconds, not minutes.
_CLIENT_LIMITS = {
    "properties.request.timeout.ms": "10000",
    "properties.default.api.timeout.ms": "20000",
    # Else a fetch holds thousands of rows of one partition, and the others stand still meanwhile.
    "properties.max.partition.fetch.bytes": "32768",
}
# Options that differ from job to job; the plan does not depend on them.
PER_JOB = (
    "topic",
    "properties.bootstrap.servers",
    "properties.group.id",
    "scan.startup.specific-offsets",
)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Where the job reads: `first` maps every partition to the first offset to be read."""

    bootstrap: str
    topic: str
    group: str
    first: Mapping[int, int]


def source_ddl(source: SourceOptions) -> str:
    """Return the CREATE TABLE of `orders`; raises ConfigurationError when no partition is given."""
    if not source.first:
        raise ConfigurationError(f"topic {source.topic} has no partition to read: create it first")
    columns = ",\n".join(f"  `{name}` STRING" for name in FIELDS)
    options = {
        "connector": "kafka",
        "topic": source.topic,
        "properties.bootstrap.servers": source.bootstrap,
        "properties.group.id": source.group,
        **_CLIENT_LIMITS,
        "scan.startup.mode": "specific-offsets",
        "scan.startup.specific-offsets": ";".join(
            f"partition:{partition},offset:{offset}"
            for partition, offset in sorted(source.first.items())
        ),
        "format": "json",
        "json.ignore-parse-errors": "true",
        # The streaming reader turns a broken text into NULL and goes on; this one refuses it.
        "json.decode.json-parser.enabled": "false",
    }
    given = ",\n".join(f"  {literal(key)} = {literal(value)}" for key, value in options.items())
    return (
        f"CREATE TEMPORARY TABLE orders (\n{columns},\n"
        "  kafka_partition INT NOT NULL METADATA FROM 'partition' VIRTUAL,\n"
        "  kafka_offset BIGINT NOT NULL METADATA FROM 'offset' VIRTUAL,\n"
        "  arrived TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,\n"
        "  read_at AS PROCTIME()\n"
        f") WITH (\n{given}\n)"
    )


def literal(text: str) -> str:
    """Return a text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
