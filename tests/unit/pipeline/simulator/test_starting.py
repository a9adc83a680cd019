"""A run that goes on says whose clock it is before it has caught up with Kafka."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.clock import ManualClock, SystemClock
from pipeline.simulator.heartbeat import Heartbeat
from pipeline.simulator.ledger import Ledger
from pipeline.simulator.options import Asked, begin
from pipeline.simulator.run_folder import save_run
from pipeline.simulator.sending import Sending
from pipeline.simulator.starting import opened
from pipeline.values.streams import SourceState
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue

if TYPE_CHECKING:
    from pipeline.stores.topics import Topics

ASKED = Asked("r", "t", {}, lines=600)


def test_a_run_that_goes_on_tells_its_clock_without_kafka(tmp_path: Path) -> None:
    catalogue = small_catalogue()
    stopped = begin(ASKED, catalogue.shop, ManualClock(SystemClock().now_ms() - 60_000))
    save_run(tmp_path, stopped)
    ledger = Ledger(tmp_path)
    ledger.append([Sending(stopped.plan.start_ms, "1", "k", b"{}", "counted", None)])
    ledger.close()

    run = opened(ASKED, tmp_path, catalogue, cast("Topics", None))

    told = run.state()
    assert (told.sent, told.prefill_done) == (1, False)
    assert told.anchor_ms - stopped.plan.start_ms >= 60_000


def test_a_heartbeat_speaks_for_whom_it_was_given_last() -> None:
    told: list[SourceState] = []
    first, then = (SourceState("simulated", name, 0, 0, 1.0, 0) for name in ("a", "b"))
    heartbeat = Heartbeat(told.append, lambda: first)
    heartbeat.beat()
    heartbeat.speak_for(lambda: then)
    heartbeat.beat()
    assert told == [first, then]
