"""Fixtures that start real services once per test session and end them with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.real_parts import RealParts, RunningFlink


@pytest.fixture(scope="session")
def real_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealParts]:
    """Hand out the holder of the services; nothing runs until `ensure` asks for it."""
    installed = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    if not installed.exists():
        pytest.fail(f"no jars in {installed}: run `make install`")
    holder = RealParts(tmp_path_factory.mktemp("home"), installed.resolve())
    try:
        yield holder
    finally:
        holder.stop()


@pytest.fixture(scope="session")
def kafka(real_parts: RealParts) -> str:
    """A bootstrap address of a real broker."""
    real_parts.ensure("kafka")
    return real_parts.endpoints["kafka"]


@pytest.fixture(scope="session")
def redis_url(real_parts: RealParts) -> str:
    """The URL of a real, at first empty Redis."""
    real_parts.ensure("redis")
    return real_parts.endpoints["redis_url"]


@pytest.fixture(scope="session")
def clickhouse_url(real_parts: RealParts) -> str:
    """The URL of a real ClickHouse server, at first empty."""
    real_parts.ensure("clickhouse")
    return real_parts.endpoints["clickhouse_url"]


@pytest.fixture(scope="session")
def flink(real_parts: RealParts) -> RunningFlink:
    """A real cluster with one TaskManager of two slots."""
    real_parts.ensure("flink")
    return real_parts.flink


@pytest.fixture(scope="session")
def parts(real_parts: RealParts) -> RealParts:
    """All services at once; can kill and restart each."""
    real_parts.ensure()
    return real_parts
