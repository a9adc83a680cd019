"""The ledger and what a restart makes of it."""

from collections import Counter
from pathlib import Path

from pipeline.clock import ManualClock
from pipeline.simulator.ledger import Entry, Ledger
from pipeline.simulator.options import Asked, begin, go_on, open_run
from pipeline.simulator.pause import asked_to_pause
from pipeline.simulator.recovery import missing
from pipeline.simulator.run_folder import load_run, save_run
from pipeline.simulator.sending import Sending
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue

SHOP = small_catalogue().shop
ODD = [b"{}", None, b"\x80\x81", "价".encode(), b""]


def sendings() -> list[Sending]:
    return [
        Sending(i, str(i), f"k{i}", payload, "bad_field", None) for i, payload in enumerate(ODD)
    ]


def test_payloads_come_back_byte_for_byte(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.append(sendings())
    assert [entry.payload for entry in ledger.entries()] == ODD
    assert Ledger(tmp_path).count == len(ODD)


def test_the_last_arrival_is_read_from_the_end(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.latest_ms() is None
    ledger.append(sendings())
    long = Sending(77, "7", "k7", b"x" * 200_000, "bad_field", None)
    ledger.append([long])
    assert ledger.latest_ms() == 77 == max(entry.arrived_ms for entry in ledger.entries())
    (tmp_path / "0002.jsonl").touch()  # begun, and nothing in it yet
    assert Ledger(tmp_path).latest_ms() == 77


def test_a_line_that_a_crash_cut_off_is_removed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.append(sendings())
    with (tmp_path / "0001.jsonl").open("ab") as file:
        file.write(b'{"a":5,"k":"half')

    again = Ledger(tmp_path)
    again.append(sendings()[:1])

    assert again.count == len(ODD) + 1
    assert len(list(again.entries())) == len(ODD) + 1


def test_what_kafka_lacks_is_found_whatever_partition_broke_off() -> None:
    entries = [Entry(i // 2, f"k{i % 3}", b"same") for i in range(12)]
    arrived = [e for e in entries if not (e.key == "k1" and e.arrived_ms > 2)][:-1]
    held = Counter(hash((e.arrived_ms, e.key, e.payload)) for e in arrived)

    left = missing(entries, held)

    assert Counter(left) + Counter(arrived) == Counter(entries)
    assert left == sorted(left, key=lambda e: e.arrived_ms)


def test_a_stopped_run_goes_on_where_its_clock_would_be(tmp_path: Path) -> None:
    asked = Asked("r", "t", {}, speed=2.0)
    real = ManualClock(1_000_000)
    saved = open_run(asked, tmp_path, None, SHOP, real)
    save_run(tmp_path, saved)
    real.advance(60_000)

    again = open_run(asked, tmp_path, saved.plan.start_ms, SHOP, real)

    assert again.clock.anchor_ms == saved.plan.start_ms + 120_000
    assert again.plan == saved.plan == getattr(load_run(tmp_path), "plan", None)


def test_past_the_close_it_goes_on_from_where_it_stopped() -> None:
    asked = Asked("r", "t", {})
    saved = begin(asked, SHOP, ManualClock(0))
    last = saved.plan.start_ms + 5_000
    again = go_on(asked, saved, last, SHOP, ManualClock(3 * 86_400_000))
    assert again.clock.anchor_ms == last


def test_a_pause_request_past_its_limit_is_none(tmp_path: Path) -> None:
    (tmp_path / "pause").write_text('{"token":"t","until_real_ms":1000}')
    assert asked_to_pause(tmp_path, 999) == "t"
    assert asked_to_pause(tmp_path, 1000) is None
    (tmp_path / "pause").write_text("{")
    assert asked_to_pause(tmp_path, 0) is None
