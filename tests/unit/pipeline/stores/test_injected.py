"""The journal of injected faults."""

from pathlib import Path

import pytest

from pipeline.stores.injected import NAME, TAIL_BYTES, FaultJournal
from pipeline.values.documents import BrokenDocument
from pipeline.values.injected import InjectedFault


def test_the_last_word_on_a_fault_holds(tmp_path: Path) -> None:
    journal = FaultJournal(tmp_path)
    assert journal.latest() == ()
    first, second = InjectedFault("a", "late", 1), InjectedFault("b", "kill_redis", 2)
    over = InjectedFault("a", "late", 1, 500, 1_200)
    for one in (first, second, over):
        journal.put(one)
    assert FaultJournal(tmp_path).latest() == (over, second)


def test_a_line_being_written_is_read_next_time(tmp_path: Path) -> None:
    journal = FaultJournal(tmp_path)
    journal.put(InjectedFault("a", "late", 1))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"id":"b"')
    assert [one.id for one in journal.latest()] == ["a"]


def test_only_the_end_of_a_long_journal_is_read(tmp_path: Path) -> None:
    journal = FaultJournal(tmp_path)
    for i in range(TAIL_BYTES // 50):
        journal.put(InjectedFault(f"{i:05}", "late", i))
    found = journal.latest()
    assert found[-1].id == f"{TAIL_BYTES // 50 - 1:05}"
    assert 100 < len(found) < TAIL_BYTES // 50


def test_a_broken_line_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("nonsense\n")
    with pytest.raises(BrokenDocument, match=NAME):
        FaultJournal(tmp_path).latest()
