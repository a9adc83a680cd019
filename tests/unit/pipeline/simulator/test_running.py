"""The running simulator, with a writer that looks at the ledger when it is handed a message."""

import threading
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.clock import ManualClock
from pipeline.simulator.bursts import Bursts
from pipeline.simulator.injections import Messages
from pipeline.simulator.ledger import Ledger
from pipeline.simulator.options import Asked, begin
from pipeline.simulator.running import BATCH, Desk, Simulator, behind
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue

if TYPE_CHECKING:
    from pipeline.stores.topics import TopicWriter


class Witness:
    """Notes each payload it is sent, and whether the disk held it by then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent: list[bytes | None] = []
        self.unwritten: list[bytes | None] = []

    def send(self, key: str, payload: bytes | None, arrived_ms: int) -> None:
        del key, arrived_ms
        self.sent.append(payload)
        held = sum(path.read_bytes().count(b"\n") for path in self.folder.glob("[0-9]*.jsonl"))
        if held < len(self.sent):
            self.unwritten.append(payload)

    def flush(self) -> None:
        return


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path)


def simulator(folder: Path, witness: Witness, already: int = 0) -> Simulator:
    catalogue = small_catalogue()
    saved = begin(Asked("r", "t", {}, lines=600), catalogue.shop, ManualClock(0))
    writer = cast("TopicWriter", witness)
    bursts = Bursts(catalogue, saved.plan.seed, saved.plan.run)
    messages = Messages(saved.plan.messages(catalogue), bursts, folder)
    messages = behind(messages, already)
    return Simulator(saved, Desk(folder, Ledger(folder), writer, messages), threading.Event())


def test_a_message_is_in_the_ledger_before_it_is_sent(tmp_path: Path, witness: Witness) -> None:
    end = begin(Asked("r", "t", {}, lines=600), small_catalogue().shop, ManualClock(0))
    running = simulator(tmp_path, witness)
    assert running.send_due(end.plan.start_ms) == len(witness.sent) > 300
    assert witness.unwritten == []
    entries = [entry.payload for entry in Ledger(tmp_path).entries()]
    assert entries == witness.sent


def test_what_the_ledger_holds_is_not_made_again(tmp_path: Path, witness: Witness) -> None:
    saved = begin(Asked("r", "t", {}, lines=600), small_catalogue().shop, ManualClock(0))
    whole = [m.payload for m in islice(saved.plan.messages(small_catalogue()), 300)]
    running = simulator(tmp_path, witness, already=100)
    running.send_due(saved.plan.start_ms)
    assert witness.sent[:200] == whole[100:]


def test_nothing_is_sent_before_its_time(tmp_path: Path, witness: Witness) -> None:
    saved = begin(Asked("r", "t", {}, lines=600), small_catalogue().shop, ManualClock(0))
    first = next(iter(saved.plan.messages(small_catalogue()))).arrived_ms
    running = simulator(tmp_path, witness)
    assert running.send_due(first - 1) == 0
    assert 1 <= running.send_due(first) <= BATCH
