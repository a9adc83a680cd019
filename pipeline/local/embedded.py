"""Which parts run embedded: all those whose endpoint is not given from outside."""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.local.broker import broker
from pipeline.local.clickhouse.service import clickhouse_server
from pipeline.local.flink import job_manager, task_manager, write_flink_files
from pipeline.local.flink_configuration import FlinkPorts
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.ports import choose_ports
from pipeline.local.profiles import Profile
from pipeline.local.redis_server import redis_server
from pipeline.local.zookeeper import zookeeper

SERVICES = ("kafka", "redis", "flink", "clickhouse")
PORTS = {
    "kafka": ("kafka", "kafka_controller"),
    "redis": ("redis",),
    "flink": ("zookeeper", "flink_rest", "flink_rpc", "flink_blob"),
    "clickhouse": ("clickhouse",),
}


@dataclass(frozen=True)
class Embedded:
    """Parts not yet started, their ports, and the endpoints they will have."""

    parts: tuple[Part, ...]
    ports: dict[str, int]
    endpoints: dict[str, str]


def describe(layout: Layout, profile: Profile, services: Collection[str] = SERVICES) -> Embedded:
    """Choose ports, write the configuration files and describe the parts of the services.

    Endpoints: `kafka` (bootstrap), `redis_url`, `flink_rest`, `flink_conf`, `flink_lib`,
    `clickhouse_url`.
    """
    names = [name for service in SERVICES if service in services for name in PORTS[service]]
    ports = choose_ports(names, layout.ports_file)
    parts: list[Part] = []
    endpoints: dict[str, str] = {}
    if "flink" in services:
        flink = FlinkPorts(
            ports["flink_rest"], ports["flink_rpc"], ports["flink_blob"], ports["zookeeper"]
        )
        write_flink_files(layout, profile, flink)
        parts += [
            zookeeper(layout, flink.zookeeper),
            job_manager(layout, profile, flink),
            task_manager(layout, profile, flink),
        ]
        endpoints["flink_rest"] = f"http://127.0.0.1:{flink.rest}"
        endpoints["flink_conf"] = str(layout.flink_conf)
        endpoints["flink_lib"] = str(layout.flink_lib)
    if "kafka" in services:
        parts.append(broker(layout, profile, ports["kafka"], ports["kafka_controller"]))
        endpoints["kafka"] = f"127.0.0.1:{ports['kafka']}"
    if "redis" in services:
        parts.append(redis_server(layout, profile, ports["redis"]))
        endpoints["redis_url"] = f"redis://127.0.0.1:{ports['redis']}/0"
    if "clickhouse" in services:
        parts.append(clickhouse_server(layout, profile, ports["clickhouse"]))
        endpoints["clickhouse_url"] = f"http://127.0.0.1:{ports['clickhouse']}"
    return Embedded(tuple(parts), ports, endpoints)
