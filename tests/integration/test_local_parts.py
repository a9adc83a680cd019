"""The embedded parts: they come up, listen on loopback only, and come back after kill -9."""

import psutil
import pytest

from pipeline.local.probes import get_json
from pipeline.local.profiles import LAPTOP
from tests.integration.live_plant import until
from tests.integration.real_parts import RealParts, RunningFlink

pytestmark = pytest.mark.services


def test_every_part_listens_on_the_loopback_address_only(parts: RealParts) -> None:
    addresses = {
        connection.laddr.ip
        for process in parts.processes.values()
        for connection in psutil.Process(process.pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses <= {"127.0.0.1", "::ffff:127.0.0.1"}
    assert addresses


def test_the_cluster_has_the_slots_of_its_profile(flink: RunningFlink) -> None:
    overview = get_json(f"{flink.rest}/overview")
    assert isinstance(overview, dict)
    assert overview["slots-total"] == LAPTOP.slots


@pytest.mark.parametrize("name", ["redis", "kafka", "taskmanager", "jobmanager", "zookeeper"])
def test_a_killed_part_comes_back_on_its_ports(parts: RealParts, name: str) -> None:
    parts.kill(name)
    assert not parts.processes[name].healthy()
    parts.restart(name)
    until(lambda: _all_healthy(parts), 60)  # one look gives each a second only
    assert _all_healthy(parts)


def _all_healthy(parts: RealParts) -> bool:
    return all(process.healthy() for process in parts.processes.values())
