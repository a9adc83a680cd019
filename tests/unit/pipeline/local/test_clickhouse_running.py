"""Which queries run, and who ends them."""

import threading

import pytest

from pipeline.local.clickhouse.faults import QueryFault
from pipeline.local.clickhouse.running import Register, Running


def test_a_query_is_killed_by_its_id_while_it_runs_only() -> None:
    killed: list[str] = []
    register = Register(killed.append)
    register.enter("a", Running("mark", cancellable=False, gone=lambda: True))
    assert register.kill("a")
    assert not register.kill("b")
    register.leave("a")
    assert not register.kill("a")
    assert killed == ["mark"]


def test_an_id_runs_once_at_a_time() -> None:
    register = Register(lambda mark: None)
    register.enter("a", Running("1", cancellable=False, gone=lambda: False))
    with pytest.raises(QueryFault, match="already running"):
        register.enter("a", Running("2", cancellable=False, gone=lambda: False))


def test_only_a_read_whose_client_is_gone_is_ended() -> None:
    ended = threading.Event()
    killed: list[str] = []

    def kill(mark: str) -> None:
        killed.append(mark)
        ended.set()

    register = Register(kill)
    register.enter("insert", Running("insert", cancellable=False, gone=lambda: True))
    register.enter("waiting", Running("waiting", cancellable=True, gone=lambda: False))
    register.enter("gone", Running("gone", cancellable=True, gone=lambda: True))
    assert ended.wait(5)
    assert set(killed) == {"gone"}
