"""What the demo repeats of a part's log."""

from pathlib import Path

from pipeline.local.log_lines import LogLines


def test_only_new_lines_with_the_mark_are_told_and_each_once(tmp_path: Path) -> None:
    log = tmp_path / "backfill.log"
    log.write_text("history: of an earlier run\n")
    lines = LogLines(log, "history: ")
    assert list(lines.new()) == []
    with log.open("a") as file:
        file.write("Traceback\nhistory: 10 of 20 days\nhistory: half a li")
    assert list(lines.new()) == ["10 of 20 days"]
    with log.open("a") as file:
        file.write("ne\n")
    assert list(lines.new()) == ["half a line"]
    assert list(lines.new()) == []


def test_a_log_that_is_not_there_yet_or_is_turned_over_is_read_from_its_start(
    tmp_path: Path,
) -> None:
    log = tmp_path / "backfill.log"
    lines = LogLines(log, "history: ")
    assert list(lines.new()) == []
    log.write_text("history: one of many words\n")
    assert list(lines.new()) == ["one of many words"]
    log.replace(tmp_path / "backfill.1.log")
    log.write_text("history: two\n")
    assert list(lines.new()) == ["two"]
