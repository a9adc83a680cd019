"""Flink's configuration: memory that adds up, loopback only, recovery in seconds."""

import re
from pathlib import Path

import pytest

from pipeline.local.flink_configuration import (
    FRAMEWORK_MIB,
    METASPACE_MIB,
    FlinkPorts,
    configuration,
    cut_memory,
)
from pipeline.local.layout import Layout
from pipeline.local.profiles import GIB, LAPTOP, WALL, Profile, choose_profile

PORTS = FlinkPorts(rest=1001, rpc=1002, blob=1003, zookeeper=1004)


@pytest.mark.parametrize("profile", [LAPTOP, WALL])
def test_the_pieces_of_memory_add_up_to_the_whole(profile: Profile) -> None:
    memory = cut_memory(profile.task_manager_mib)
    pieces = memory.heap + memory.direct + memory.managed + memory.overhead + METASPACE_MIB
    assert pieces == profile.task_manager_mib
    assert memory.task_heap > FRAMEWORK_MIB


def test_every_address_is_the_loopback() -> None:
    text = configuration(Layout(Path("/home/of daping")), LAPTOP, PORTS)
    addresses = re.findall(r"^(\S*(?:host|address)): '(.*)'$", text, re.MULTILINE)
    assert len(addresses) == 6
    assert {value for _, value in addresses} == {"127.0.0.1"}


def test_folders_with_spaces_become_proper_addresses() -> None:
    text = configuration(Layout(Path("/home/of daping")), LAPTOP, PORTS)
    assert "execution.checkpointing.dir: 'file:///home/of%20daping/flink/checkpoints'" in text


@pytest.mark.parametrize(
    ("gib", "name"), [(8, "laptop"), (15, "laptop"), (15.6, "wall"), (64, "wall")]
)
def test_the_profile_follows_the_memory(gib: float, name: str) -> None:
    assert choose_profile("auto", int(gib * GIB)).name == name
    assert choose_profile("laptop", 64 * GIB) is LAPTOP
