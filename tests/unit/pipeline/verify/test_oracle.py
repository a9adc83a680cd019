"""The oracle judges as the contract says, without the product's code."""

import ast
import json
import sys
from itertools import islice, takewhile
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.clock import ManualClock
from pipeline.errors import Mismatch
from pipeline.simulator.ledger import Ledger
from pipeline.simulator.options import Asked, begin
from pipeline.verify import dates, judge, oracle, plain_json
from pipeline.verify.judge import Judge
from pipeline.verify.sources import from_ledger
from tests.unit.pipeline.events.cases import CASES, SEQUENCE, Case
from tests.unit.pipeline.simulator.market_of_tests import small_catalogue
from tests.unit.pipeline.verify.test_proof_of_figures import PLAN

NOW = 1_794_000_000_000
WHOLE = {
    **{"v": 1, "event_id": "e", "kind": "sale", "order_id": "o", "line_no": 1, "event_time": NOW},
    **{"quantity": 1, "amount_cents": 5, "currency": "CNY"},
}


@pytest.mark.parametrize(
    ("module", "own"),
    [
        (oracle, {"pipeline.verify.judge"}),
        (judge, {"pipeline.verify.plain_json"}),
        (plain_json, set()),
        (dates, set()),
    ],
)
def test_it_imports_the_standard_library_only(module: ModuleType, own: set[str]) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text())
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [str(node.module)]
        allowed = {*sys.stdlib_module_names, *own}
        assert all(name in allowed or name.split(".")[0] in allowed for name in names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_gives_every_message_the_class_of_the_contract(case: Case) -> None:
    assert Judge("CNY").judge(case.payload, case.arrived_ms)[0] == case.expected


def test_it_judges_a_sequence_by_its_first_valid_payload() -> None:
    judge = Judge("CNY")
    for case in SEQUENCE:
        assert judge.judge(case.payload, case.arrived_ms)[0] == case.expected, case.name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "counted"),
        ({"amount_cents": "5"}, "counted"),
        ({"amount_cents": 12.7}, "bad_field"),
        ({"v": 2}, "version"),
        ({"v": None}, "bad_field"),
        ({"brand": {"a": 1}}, "bad_field"),
        ({"event_id": ""}, "bad_field"),
        ({"kind": "gift"}, "bad_value"),
        ({"quantity": 0}, "bad_value"),
        ({"currency": "EUR"}, "currency"),
        ({"event_time": NOW - 48 * 3_600_000 - 1}, "too_late"),
        ({"event_time": NOW - 48 * 3_600_000}, "counted"),
        ({"event_time": NOW + 300_001}, "future"),
        ({"event_time": NOW + 300_000}, "counted"),
    ],
)
def test_every_reason(change: dict[str, object], reason: str) -> None:
    assert Judge("CNY").judge(json.dumps({**WHOLE, **change}).encode(), NOW)[0] == reason


@pytest.mark.parametrize("payload", [None, b"", b"[1]", b'{"v":1', b"\x80{}", b"NaN"])
def test_what_is_no_event_is_unparseable(payload: bytes | None) -> None:
    assert Judge("CNY").judge(payload, NOW) == ("unparseable", None)


def test_the_first_valid_one_of_an_id_counts() -> None:
    judge = Judge("CNY")
    bad = json.dumps({**WHOLE, "quantity": 0}).encode()
    whole = json.dumps(WHOLE).encode()
    other = json.dumps({**WHOLE, "amount_cents": 6}).encode()
    classes = [judge.judge(p, NOW)[0] for p in (bad, whole, whole, other, whole)]
    assert classes == ["bad_value", "counted", "duplicate", "conflict", "duplicate"]


@pytest.fixture
def ledger_folder(tmp_path: Path) -> Path:
    catalogue = small_catalogue()
    asked = Asked("r", "t", {"poison": 0.03, "conflicts": 0.01}, lines=3000)
    plan = begin(asked, catalogue.shop, ManualClock(0)).plan
    day = takewhile(lambda m: m.arrived_ms < plan.start_ms, plan.messages(catalogue))
    ledger = Ledger(tmp_path)
    ledger.append(list(islice(day, 3000)))
    ledger.close()
    return tmp_path


def test_the_simulators_word_and_the_payloads_agree(ledger_folder: Path) -> None:
    figures = from_ledger([ledger_folder], PLAN)
    assert sum(figures.classes.values()) == 3000
    assert figures.classes["conflict"] > 0


def test_a_ledger_that_lies_by_one_cent_is_refused(ledger_folder: Path) -> None:
    path = ledger_folder / "0001.jsonl"
    lines = path.read_bytes().splitlines()
    entry = json.loads(lines[7])
    entry["f"][-1] += 1
    lines[7] = json.dumps(entry).encode()
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(Mismatch, match=r"0001\.jsonl:8"):
        from_ledger([ledger_folder], PLAN)


def test_a_refund_of_nothing_gives_no_pieces_back() -> None:
    pieces = oracle.Measure("refund_quantity", "quantity", "refund", False, priced=True)
    count = oracle.Count([oracle.Cube("brand", "brand", (pieces,))], [])
    for amount in (0, 5):
        message = {**WHOLE, "event_id": f"e{amount}", "kind": "refund", "quantity": 3}
        payload = json.dumps({**message, "amount_cents": amount}).encode()
        count.add(*Judge("CNY").judge(payload, NOW))
    assert count.cells["brand"] == {(NOW // 60_000, "unknown"): (2, 3)}
