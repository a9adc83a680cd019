"""The replay's clock: prefill at once, then at speed, and nothing twice."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from pipeline.clock import ManualClock
from pipeline.errors import ServiceUnavailable
from pipeline.events import Event
from pipeline.replay.held import Held
from pipeline.replay.lines import Line
from pipeline.replay.player import FAST, Player, Told
from pipeline.replay.schedule import Schedule
from pipeline.values.streams import SourceState

START = 1_322_222_400_000
MINUTE = 60_000
SCHEDULE = Schedule(
    START - 60 * MINUTE, START - 30 * MINUTE, START, START + 60 * MINUTE, timedelta()
)


def line(row: int, minute: int) -> Line:
    at = START + minute * MINUTE
    return Line(row, Event(f"run:{row}", "sale", "o", row + 1, at, 1, 100, "GBP"))


LINES = [line(0, -40), line(1, -10), line(2, 0), line(3, 10)]


@dataclass
class Sent:
    """Takes the events and notes the real time at which each came."""

    real: ManualClock
    got: list[tuple[str, int, int]] = field(default_factory=list)

    def send_event(self, event: Event, arrived_ms: int) -> None:
        self.got.append((event.event_id, arrived_ms - START, self.real.ms))

    def flush(self, _timeout_s: float) -> None: ...


def play(speed: float, held: Held | None = None) -> tuple[Sent, Player, list[SourceState]]:
    real = ManualClock(0)
    sent, states = Sent(real), []

    def tell(state: SourceState, _told: Told) -> None:
        states.append(state)

    def nap(seconds: float) -> None:
        real.advance(max(1, round(seconds * 1000)))

    player = Player(sent, SCHEDULE, speed, "feed", tell, real, nap)  # type: ignore[arg-type]
    player.play(LINES, held or Held())
    return sent, player, states


def test_what_lies_before_the_start_is_sent_at_once_and_the_rest_at_speed() -> None:
    sent, _, _ = play(60.0)
    assert [came for _, _, came in sent.got] == [0, 0, 0, 10_000]


def test_records_are_stamped_with_the_time_of_the_event() -> None:
    sent, _, _ = play(60.0)
    assert [arrived for _, arrived, _ in sent.got] == [-40 * MINUTE, -10 * MINUTE, 0, 10 * MINUTE]


def test_fast_waits_for_nothing_and_leaves_the_clock_at_the_last_line() -> None:
    sent, _, states = play(FAST)
    assert {came for _, _, came in sent.got} == {0}
    assert states[-1].anchor_ms == START + 10 * MINUTE


def test_the_clock_is_told_as_replayed_and_stands_at_the_end() -> None:
    _, _, states = play(60.0)
    assert not states[0].prefill_done
    assert {state.kind for state in states} == {"replayed"}
    running = next(state for state in states if state.prefill_done)
    assert (running.anchor_ms, running.speed) == (START, 60.0)
    assert (states[-1].speed, states[-1].sent) == (0.0, 4)


def test_the_last_day_is_seen_to_its_end_before_the_clock_stands() -> None:
    _, _, states = play(60.0)
    assert states[-1].anchor_ms == SCHEDULE.end_ms - 1


def test_who_stays_goes_on_saying_that_the_clock_stands() -> None:
    real, states = ManualClock(0), list[SourceState]()

    class Enough(Exception):
        pass

    def tell(state: SourceState, _told: Told) -> None:
        states.append(state)

    def nap(seconds: float) -> None:
        real.advance(round(seconds * 1000))
        if real.ms > 5_000:
            raise Enough

    sent = Sent(real)
    player = Player(sent, SCHEDULE, FAST, "feed", tell, real, nap)  # type: ignore[arg-type]
    player.play(LINES, Held())
    with pytest.raises(Enough):
        player.stay()
    beats = [state.heartbeat_real_ms for state in states[-5:]]
    assert beats == [1_000, 2_000, 3_000, 4_000, 5_000]
    assert {(state.speed, state.anchor_ms) for state in states[-5:]} == {(0.0, START + 600_000)}


def test_a_second_start_goes_on_behind_what_kafka_holds() -> None:
    sent, player, _ = play(60.0, Held({0, 1, 2}, START + 5 * MINUTE))
    assert [(name, came) for name, _, came in sent.got] == [("run:3", 5_000)]
    assert player.skipped == 3


def test_the_sums_are_of_the_days_asked_for_whoever_sent_them() -> None:
    _, player, _ = play(FAST, Held({1}, START - 10 * MINUTE))
    assert (player.sums.lines, player.sums.paid) == (3, 300)


def test_a_dead_redis_does_not_stop_the_orders() -> None:
    real = ManualClock(0)
    sent = Sent(real)

    def tell(_state: SourceState, _told: Told) -> None:
        raise ServiceUnavailable("Redis at nowhere")

    Player(sent, SCHEDULE, FAST, "feed", tell, real).play(LINES, Held())  # type: ignore[arg-type]
    assert len(sent.got) == 4
