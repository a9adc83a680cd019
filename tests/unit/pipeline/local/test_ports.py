"""Ports: free ones, the same as last time."""

import os
import socket
from pathlib import Path

from pipeline.local.ports import choose_ports, is_free, listener, next_free_port


def listening() -> socket.socket:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server


def test_ports_are_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    first = choose_ports(["kafka", "redis"], memory)
    assert choose_ports(["redis", "kafka"], memory) == first
    assert len(set(first.values())) == 2


def test_a_port_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    with listening() as server:
        taken = server.getsockname()[1]
        memory.write_text(f'{{"kafka": {taken}}}')
        assert not is_free(taken)
        assert choose_ports(["kafka"], memory)["kafka"] != taken


def test_a_torn_memory_of_ports_only_means_new_ones(tmp_path: Path) -> None:
    memory = tmp_path / "ports.json"
    memory.write_text('{"kafka": ')
    assert choose_ports(["kafka"], memory)["kafka"] > 0


def test_a_taken_port_gives_way_to_the_next_and_its_owner_is_named() -> None:
    with listening() as server:
        taken = server.getsockname()[1]
        assert next_free_port(taken) > taken
        assert f"(pid {os.getpid()})" in listener(taken)
