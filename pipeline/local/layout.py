"""The folders of DAPING_HOME that the embedded parts use."""

import sys
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Names every folder and file below one DAPING_HOME; creates nothing by itself."""

    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def jars(self) -> Path:
        return self.home / "jars"

    @property
    def broker_jars(self) -> Path:
        return self.home / "jars" / "broker"

    @property
    def flink_jars(self) -> Path:
        return self.home / "jars" / "flink"

    @property
    def kafka(self) -> Path:
        return self.home / "kafka"

    @property
    def redis(self) -> Path:
        return self.home / "redis"

    @property
    def clickhouse(self) -> Path:
        return self.home / "clickhouse"

    @property
    def zookeeper(self) -> Path:
        return self.home / "zookeeper"

    @property
    def flink(self) -> Path:
        return self.home / "flink"

    @property
    def flink_conf(self) -> Path:
        return self.flink / "conf"

    @property
    def flink_lib(self) -> Path:
        """One for each Python environment, beside the jars: homes that share jars share it."""
        return self.jars / f"flink-lib-{zlib.crc32(sys.prefix.encode()):08x}"

    @property
    def flink_temporary(self) -> Path:
        return self.flink / "tmp"

    @property
    def checkpoints(self) -> Path:
        return self.flink / "checkpoints"

    @property
    def recovery(self) -> Path:
        """Where Flink's high availability keeps job graphs and checkpoint handles."""
        return self.flink / "recovery"

    @property
    def run_file(self) -> Path:
        return self.home / "run.json"

    @property
    def ports_file(self) -> Path:
        return self.home / "ports.json"

    @property
    def lock_file(self) -> Path:
        return self.home / "supervisor.lock"
