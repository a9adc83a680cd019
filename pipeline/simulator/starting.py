"""Starting a run: bring Kafka up to what the ledger holds, then go on."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.errors import Refused, ServiceUnavailable
from pipeline.simulator.bursts import Bursts
from pipeline.simulator.injections import Messages
from pipeline.simulator.ledger import Ledger
from pipeline.simulator.options import Asked, open_run
from pipeline.simulator.recovery import held_by_kafka, missing
from pipeline.simulator.run_folder import SavedRun, save_run
from pipeline.simulator.running import Desk, Simulator, behind, patiently
from pipeline.stores.topics import Topics, TopicWriter
from pipeline.values.streams import SourceState

WAIT_FOR_KAFKA_S = 120.0
RETRY_S = 1.0


@dataclass(frozen=True)
class Run:
    """A run that may begin or go on. What its ledger holds and Kafka does not is not sent yet."""

    saved: SavedRun
    folder: Path
    ledger: Ledger
    catalogue: Catalogue

    def state(self) -> SourceState:
        """Return the source's word about itself until the simulator has its own."""
        return self.saved.state(self.ledger.count, prefilled=False)

    def caught_up(self, topics: Topics, ended: threading.Event) -> Simulator:
        """Return a simulator that is ready to run, after Kafka holds all that the ledger holds."""
        topic, plan = self.saved.plan.topic, self.saved.plan
        _wait_for_kafka(lambda: topics.ensure(topic))
        writer = topics.producer(topic)
        if self.ledger.count:
            send_missing(self.ledger, topics, topic, writer)
        save_run(self.folder, self.saved)
        bursts = Bursts(self.catalogue, plan.seed, plan.run)
        messages = Messages(plan.messages(self.catalogue), bursts, self.folder)
        messages = behind(messages, self.ledger.count)
        return Simulator(self.saved, Desk(self.folder, self.ledger, writer, messages), ended)


def opened(asked: Asked, folder: Path, catalogue: Catalogue, topics: Topics) -> Run:
    """Return the folder's run, going on, or a new one.

    Raises Refused when a new run would mix with what a topic already holds.
    """
    ledger = Ledger(folder)
    saved = open_run(asked, folder, ledger.latest_ms(), catalogue.shop, SystemClock())
    if not ledger.count:
        _wait_for_kafka(lambda: topics.ensure(saved.plan.topic))
        _refuse_foreign(folder, saved, topics)
    return Run(saved, folder, ledger, catalogue)


def send_missing(ledger: Ledger, topics: Topics, topic: str, writer: TopicWriter) -> int:
    """Send again, in order, what the ledger holds and the topic does not; return how many."""
    left = missing(ledger.entries(), held_by_kafka(topics, topic))
    for entry in left:
        writer.send(entry.key, entry.payload, entry.arrived_ms)
    patiently(writer.flush)
    return len(left)


def _refuse_foreign(folder: Path, saved: SavedRun, topics: Topics) -> None:
    """Two runs of one day in one topic would add up; so would a run whose ledger is lost."""
    topic = saved.plan.topic
    held = sum(topics.end_offsets(topic).values())
    if held:
        raise Refused(
            f"topic {topic} holds {held} messages that the ledger {folder} knows nothing of: "
            "give --topic NAME, or the --run NAME they came from"
        )


def _wait_for_kafka(call: Callable[[], None]) -> None:
    until = time.monotonic() + WAIT_FOR_KAFKA_S
    while True:
        try:
            call()
        except ServiceUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(RETRY_S)
        else:
            return
