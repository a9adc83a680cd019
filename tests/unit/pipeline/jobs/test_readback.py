"""Where a new generation begins to read."""

import pytest

from pipeline.errors import Refused
from pipeline.jobs.readback import Log, from_beginning, read_back, wanted_from, window_start_ms
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

HOUR = 3_600_000
SHANGHAI = [(0, 8 * HOUR)]
MIDNIGHT = 1_762_876_800_000  # 2025-11-12 00:00 in Shanghai


def test_the_longest_window_of_today_begins_on_the_eve_at_20() -> None:
    catalogue = small_catalogue()
    now = MIDNIGHT + 5 * HOUR
    start = window_start_ms(catalogue, SHANGHAI, now)
    assert (start + 8 * HOUR) % (24 * HOUR) == 20 * HOUR
    assert 0 < now - start <= 28 * HOUR


def test_an_event_of_the_first_minute_may_have_arrived_48_hours_later_but_not_before() -> None:
    # Record time is arrival, and an event may be 5 minutes ahead of it at most.
    assert wanted_from(MIDNIGHT) <= MIDNIGHT - 300_000
    assert wanted_from(MIDNIGHT) == MIDNIGHT - 48 * HOUR
    assert wanted_from(HOUR) == 0


def test_from_the_first_record_on_all_cells_are_whole() -> None:
    back = read_back(Log("t", {0: 0, 1: 0}, {0: 5, 1: 0}), {0: 0, 1: 0}, 60_000_000)
    assert (back.first, back.cells_from_minute) == ({0: 0, 1: 0}, 0)


def test_a_later_point_makes_cells_whole_from_the_window_on() -> None:
    back = read_back(Log("t", {0: 0}, {0: 50}), {0: 20}, 60_000_000)
    assert (back.first, back.cells_from_minute) == ({0: 20}, 1000)


def test_deleted_records_that_are_needed_refuse_the_start() -> None:
    with pytest.raises(Refused, match="no longer holds"):
        read_back(Log("t", {0: 30}, {0: 50}), {0: 30}, 60_000_000_000)


def test_deleted_records_that_are_not_needed_do_no_harm() -> None:
    back = read_back(Log("t", {0: 10}, {0: 50}), {0: 30}, 60_000_000_000)
    assert back.first == {0: 30}


def test_a_whole_topic_is_read_from_its_beginning_or_not_at_all() -> None:
    back = from_beginning(Log("t", {0: 0, 1: 0}, {0: 50, 1: 7}))
    assert (back.first, back.cells_from_minute) == ({0: 0, 1: 0}, 0)
    with pytest.raises(Refused, match="no longer begins"):
        from_beginning(Log("t", {0: 0, 1: 3}, {0: 50, 1: 7}))
