"""The log of alerts is their memory: torn, too long or on a dead disk."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.judging import Alert, Held, Judged
from app.alerts.log import AlertLog
from app.alerts.memory import Memory, read_back


def alert(number: int) -> Alert:
    return Alert(f"low:h{number}:9", "low", f"h{number}", 600_000, 9, 1, 2, 500_000, 600_000, 5)


def memory(folder: Path, most_bytes: int = 1 << 20) -> Memory:
    return Memory(AlertLog(folder / "alerts" / "A.jsonl", most_bytes))


def held(*alerts: Alert) -> Held:
    return Held({one.place: one for one in alerts}, {}, {})


def lines(folder: Path) -> list[dict[str, object]]:
    return [
        orjson.loads(line) for line in (folder / "alerts" / "A.jsonl").read_bytes().splitlines()
    ]


def test_a_restart_knows_what_was_raised_acknowledged_and_cleared(tmp_path: Path) -> None:
    first = memory(tmp_path)
    first.take(Judged(held(alert(1), alert(2), alert(3)), (alert(1), alert(2), alert(3))), 1)
    assert first.acknowledge("low:h2:9", "operator", 700_000, 2) is not None
    first.take(Judged(first.held, (), ((alert(3), "back"),)), 3)

    again = memory(tmp_path).held.alerts

    assert set(again) == {("low", "h1"), ("low", "h2")}
    assert again["low", "h2"] == alert(2).acknowledged(700_000, "operator")
    assert [line["event"] for line in lines(tmp_path)] == [
        *["raised"] * 3,
        "acknowledged",
        "cleared",
    ]


def test_the_first_who_acknowledges_stays_and_an_unknown_id_is_none(tmp_path: Path) -> None:
    one = memory(tmp_path)
    one.take(Judged(held(alert(1)), (alert(1),)), 1)
    one.acknowledge("low:h1:9", "operator", 2, 2)

    second = one.acknowledge("low:h1:9", "wall", 3, 3)

    assert second is not None
    assert (second.by, second.acknowledged_at) == ("operator", 2)
    assert one.acknowledge("low:h1:10", "wall", 3, 3) is None
    assert len(lines(tmp_path)) == 2


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(1, 400), st.binary(max_size=40))
def test_a_torn_last_line_costs_only_itself(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    memory(folder).take(Judged(held(alert(1), alert(2)), (alert(1), alert(2))), 1)
    path = folder / "alerts" / "A.jsonl"
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    path.write_bytes(whole[: max(first, len(whole) - cut)] + noise)

    again = memory(folder)
    assert ("low", "h1") in again.held.alerts
    again.take(Judged(held(alert(3)), (alert(3),)), 2)

    assert ("low", "h3") in memory(folder).held.alerts


def test_a_full_file_is_turned_over_and_what_is_raised_is_carried_on(tmp_path: Path) -> None:
    one = memory(tmp_path, most_bytes=2_000)
    one.take(Judged(held(alert(0)), (alert(0),)), 1)
    one.acknowledge("low:h0:9", "operator", 2, 2)
    kept = one.held.alerts["low", "h0"]
    for number in range(1, 60):
        one.take(Judged(held(kept, alert(number)), (alert(number),)), number)
        one.take(Judged(held(kept), (), ((alert(number), "back"),)), number)

    files = sorted((tmp_path / "alerts").iterdir())
    assert [file.name for file in files] == ["A.1.jsonl", "A.jsonl"]
    assert all(file.stat().st_size < 4_000 for file in files)
    assert dict(memory(tmp_path).held.alerts) == {("low", "h0"): kept}


def test_a_dead_disk_is_said_and_the_lines_come_when_it_lives_again(tmp_path: Path) -> None:
    (tmp_path / "alerts").write_text("a file where the folder should be")
    one = memory(tmp_path)
    one.take(Judged(held(alert(1)), (alert(1),)), 1)
    assert one.fault is not None
    assert ("low", "h1") in one.held.alerts

    (tmp_path / "alerts").unlink()
    one.take(Judged(one.held), 2)

    assert one.fault is None
    assert [line["id"] for line in lines(tmp_path)] == ["low:h1:9"]


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["event", "id", "by", "minute"]),
            st.text() | st.none() | st.just("raised"),
        )
    )
)
def test_lines_that_are_not_ours_are_left_out(entries: list[dict[str, object]]) -> None:
    assert read_back(entries) == {}
