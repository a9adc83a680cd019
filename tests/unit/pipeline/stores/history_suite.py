"""What every history does: one suite, run over the one in memory and over a real ClickHouse."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pytest

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import Linear, Metric, Unit
from pipeline.errors import Refused
from pipeline.stores.history_protocol import HistoryReader, HistoryWriter
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.windows import MinuteRange, date_of
from pipeline.values.past import ArchivePosition, DayRecord, PastStretch, Stretch, WindowSums
from tests.unit.pipeline.stores.history_events import (
    CATALOGUE,
    DAY,
    TRADING,
    columns,
    order_line,
    random_rows,
)

BOUNDS = day_bounds(TRADING, DAY)
NOON = BOUNDS.start + 720
STRETCH = Stretch("A", BOUNDS, (DAY,))
_L = Label("词", "word")


class History(HistoryReader, HistoryWriter, Protocol):
    """Both halves."""


def total(name: str, above: dict[str, int], below: dict[str, int] | None = None) -> Metric:
    return Metric(
        name=name,
        kind="derived",
        shape="total",
        numerator=Linear(above),
        denominator=None if below is None else Linear(below),
        unit=Unit.MONEY,
        cube="gender",
        label=_L,
        description=_L,
    )


def record(day: int = DAY, generation: int = 1, link: str = "A") -> DayRecord:
    return DayRecord(day, link, generation, 1_000, "close", 3)


def cells(past: PastStretch, cube: str) -> dict[tuple[int, str], tuple[int, ...]]:
    """Return (minute, key) -> (n, measures...) of the cells that were written."""
    bounds = past.stretch.bounds
    block = past.table.block(cube, bounds.start, bounds.end)
    return {
        (bounds.start + int(i), block.keys[j]): (
            int(block.lines[i, j]),
            *map(int, block.values[i, j]),
        )
        for i, j in zip(*np.nonzero(block.lines), strict=True)
    }


def all_cells(past: PastStretch) -> dict[str, Mapping[Any, Any]]:
    return {cube.name: cells(past, cube.name) for cube in CATALOGUE.minute_cubes()}


def close(history: HistoryWriter, day: int = DAY, generation: int = 1) -> None:
    history.build_facts("A", day, day_bounds(TRADING, day))
    history.close_day(record(day, generation), [])


class HistorySuite:
    """Needs a fixture `history`: empty and migrated, of CATALOGUE and TRADING."""

    def test_nothing_is_known_of_an_empty_history(self, history: History) -> None:
        past = history.read(STRETCH)
        assert history.days("A") == ()
        assert (past.until, past.origin, past.final) == (BOUNDS.start, "events", False)
        assert not any(all_cells(past).values())
        assert past.first_buyers.tolist() == [0] * 1500
        assert history.next_generation() == 1
        assert history.migrate() == ()

    def test_a_line_is_in_a_cell_of_every_minute_cube(self, history: History) -> None:
        history.insert_events(columns([order_line(NOON, "1", brand="", user_id="")]))
        found = all_cells(history.read(STRETCH))
        sums = (1, 300, 0, 2, 0, 1, 1)
        assert found["category"] == {(NOON, "phones"): sums}
        assert found["brand"] == {(NOON, "unknown"): sums}
        assert found["warehouse"] == {(NOON, "w1"): sums}
        assert found["guests"] == {(NOON, "guest"): sums}

    def test_an_event_inserted_again_counts_once_and_its_lowest_offset_wins(
        self, history: History
    ) -> None:
        for offset, cents in ((9, 100), (5, 300), (9, 100)):
            row = order_line(NOON, "1", offset=offset, amount_cents=cents)
            history.insert_events(columns([row]))
        assert cells(history.read(STRETCH), "gender") == {(NOON, "F"): (1, 300, 0, 2, 0, 1, 1)}

    def test_a_write_off_is_a_line_and_no_refunded_quantity(self, history: History) -> None:
        rows = [
            order_line(NOON, "1", kind="refund", amount_cents=0),
            order_line(NOON, "2", kind="refund", amount_cents=7, line_no=2),
        ]
        history.insert_events(columns(rows))
        assert cells(history.read(STRETCH), "gender") == {(NOON, "F"): (2, 0, 7, 0, 2, 0, 2)}

    def test_events_of_another_link_or_of_other_minutes_are_left_out(
        self, history: History
    ) -> None:
        minutes = (BOUNDS.start - 1, BOUNDS.end)
        rows = [order_line(minute, str(minute)) for minute in minutes]
        rows.append(order_line(NOON, "b", link="B"))
        history.insert_events(columns(rows))
        assert not any(all_cells(history.read(STRETCH)).values())
        assert len(cells(history.read(replace(STRETCH, link="B")), "gender")) == 1

    def test_a_closed_day_is_read_from_facts_until_it_is_built_again(
        self, history: History
    ) -> None:
        history.insert_events(columns([order_line(NOON, "1")]))
        close(history)
        before = history.read(STRETCH)
        history.insert_events(columns([order_line(NOON, "late")]))
        same = history.read(STRETCH)
        assert all_cells(before) == all_cells(same)
        assert (same.origin, same.until, same.final) == ("facts", BOUNDS.end, True)
        close(history, generation=2)
        again = history.read(STRETCH)
        assert cells(again, "gender")[NOON, "F"][0] == 2
        assert (again.generation, len(again.closed)) == (2, 1)

    def test_building_twice_gives_the_same(self, history: History) -> None:
        history.insert_events(columns(random_rows(1, 300, BOUNDS.start, BOUNDS.end)))
        lines = history.build_facts("A", DAY, BOUNDS)
        first = history.fact_sums("A", DAY, BOUNDS, from_events=False)
        assert history.build_facts("A", DAY, BOUNDS) == lines
        assert history.fact_sums("A", DAY, BOUNDS, from_events=False) == first
        assert history.fact_sums("A", DAY, BOUNDS, from_events=True) == first
        assert first["gender"]["n"] == lines > 100
        assert dict(history.line_sums("A", BOUNDS)) == dict(first["gender"])

    def test_only_the_cubes_named_are_built_again(self, history: History) -> None:
        history.insert_events(columns([order_line(NOON, "1")]))
        close(history)
        history.insert_events(columns([order_line(NOON, "2")]))
        assert history.build_facts("A", DAY, BOUNDS, ["brand"]) == 2
        sums = history.fact_sums("A", DAY, BOUNDS, from_events=False)
        assert {name: found["n"] for name, found in sums.items() if found["n"]} == {
            "category": 1, "brand": 2, "gender": 1, "province": 1, "warehouse": 1, "guests": 1,
            "buyers_24H": 1, "buyers_28H": 1,
        }  # fmt: skip

    def test_a_day_without_events_has_no_facts(self, history: History) -> None:
        assert history.build_facts("A", DAY, BOUNDS) == 0
        history.close_day(record(), [])
        past = history.read(STRETCH)
        assert past.final
        assert not any(all_cells(past).values())

    def test_days_of_one_stretch_come_from_facts_and_from_events(self, history: History) -> None:
        eve = day_bounds(TRADING, DAY - 1)
        history.insert_events(columns([order_line(eve.end - 1, "1"), order_line(NOON, "2")]))
        close(history, DAY - 1)
        history.insert_events(columns([order_line(eve.end - 1, "late")]))
        past = history.read(Stretch("A", TRADING.bounds("28H", date_of(DAY)), (DAY - 1, DAY)))
        assert {at: cell[0] for at, cell in cells(past, "gender").items()} == {
            (eve.end - 1, "F"): 1,
            (NOON, "F"): 1,
        }
        assert (past.origin, past.until) == ("events", eve.end)

    def test_first_buyers_are_counted_in_the_minute_of_their_first_purchase(
        self, history: History
    ) -> None:
        rows = [
            order_line(NOON - 3, "0", kind="refund"),
            order_line(NOON, "1"),
            order_line(NOON + 5, "2"),
            order_line(NOON + 5, "3", user_id="bob"),
            order_line(NOON, "4", user_id=""),
        ]
        history.insert_events(columns(rows))
        for _ in range(2):  # from events, then from facts
            found = history.first_buyers(STRETCH).first_buyers
            assert {int(at): int(found[at]) for at in np.flatnonzero(found)} == {720: 1, 725: 1}
            close(history)

    def test_buyers_of_a_window_that_began_on_the_eve_come_from_its_facts(
        self, history: History
    ) -> None:
        window = TRADING.bounds("28H", date_of(DAY))
        history.insert_events(columns([order_line(window.start, "1"), order_line(NOON, "2")]))
        stretch = Stretch("A", window, (DAY - 1, DAY))
        events = history.first_buyers(stretch).first_buyers.tolist()
        close(history, DAY - 1, generation=1)
        close(history, DAY, generation=2)
        assert history.first_buyers(stretch).first_buyers.tolist() == events
        assert sum(events) == events[0] == 1

    @pytest.mark.parametrize("number", [2, 1], ids=["later", "at the same time"])
    def test_buyers_are_counted_from_events_once_the_eve_was_recounted_later(
        self, history: History, number: int
    ) -> None:
        window = TRADING.bounds("28H", date_of(DAY))
        stretch = Stretch("A", window, (DAY - 1, DAY))
        history.insert_events(columns([order_line(NOON, "1")]))
        close(history, DAY, generation=1)
        history.insert_events(columns([order_line(window.start, "2")]))
        close(history, DAY - 1, generation=number)
        assert np.flatnonzero(history.first_buyers(stretch).first_buyers).tolist() == [0]
        assert history.first_buyers(stretch).final

    def test_a_filter_keeps_the_lines_of_all_its_keys_in_every_cube(self, history: History) -> None:
        history.insert_events(
            columns(
                [
                    order_line(NOON, "1"),
                    order_line(NOON, "2", category="books"),
                    order_line(NOON, "3", category="", gender="M"),
                    order_line(NOON, "4", user_id=""),
                ]
            )
        )
        close(history)
        only = (("category", ("phones", "unknown")), ("guest", ("user",)))
        past = history.read(replace(STRETCH, only=only))
        assert {at[1]: c[0] for at, c in cells(past, "gender").items()} == {"F": 1, "M": 1}
        assert {at[1]: c[0] for at, c in cells(past, "guests").items()} == {"user": 2}
        assert (past.origin, past.until, int(past.first_buyers.sum())) == ("events", BOUNDS.end, 1)

    def test_a_filter_by_what_no_event_carries_is_refused(self, history: History) -> None:
        with pytest.raises(Refused, match="planet"):
            history.read(replace(STRETCH, only=(("planet", ("x",)),)))

    def test_how_far_an_open_day_is_whole_is_told_by_partitions_that_move(
        self, history: History
    ) -> None:
        told = {
            0: ArchivePosition(5, (NOON + 3) * 60_000 + 59_000, 10_000_000),
            1: ArchivePosition(9, (NOON + 1) * 60_000, 9_900_000),
            2: ArchivePosition(1, BOUNDS.start * 60_000, 1_000_000),
        }
        history.put_progress("A", "orders", told)
        assert history.read(STRETCH).until == NOON + 1
        assert history.first_buyers(STRETCH).until == NOON + 1
        assert dict(history.progress("A", "orders")) == told
        done = {n: ArchivePosition(20, BOUNDS.end * 60_000, 10_000_001) for n in told}
        history.put_progress("A", "orders", done)
        assert history.read(STRETCH).until == BOUNDS.end

    def test_a_lower_position_is_ignored(self, history: History) -> None:
        high, low = ArchivePosition(7, 5, 5), ArchivePosition(6, 9, 9)
        history.put_progress("A", "orders", {3: high})
        history.put_progress("A", "orders", {3: low})
        assert dict(history.progress("A", "orders")) == {3: high}
        assert dict(history.progress("A", "others")) == {}

    def test_the_best_users_are_those_who_paid_most_and_then_by_their_id(
        self, history: History
    ) -> None:
        rows = [
            order_line(NOON, "1", user_id="b", amount_cents=5),
            order_line(NOON, "2", user_id="a", amount_cents=5, province="GD"),
            order_line(NOON + 1, "3", user_id="a", kind="refund", province="XX"),
            order_line(NOON + 1, "4", user_id="c", amount_cents=4, line_no=2),
            order_line(NOON + 2, "5", user_id="c", amount_cents=3, province=""),
            order_line(NOON + 9, "6", user_id="d", amount_cents=900),
            order_line(NOON, "7", user_id="", amount_cents=900),
        ]
        history.insert_events(columns(rows))
        ranking = history.top_users(STRETCH, NOON + 9, 2)
        assert [(r.key, r.n, r.measures, r.label) for r in ranking.rows] == [
            ("c", 2, (7, 1), "unknown"),
            ("a", 1, (5, 1), "GD"),
        ]
        assert ranking.proven

    def test_a_total_is_counted_again_from_events(self, history: History) -> None:
        rows = [
            order_line(NOON, "1", amount_cents=100),
            order_line(NOON, "2", amount_cents=201, line_no=2, user_id="bob"),
            order_line(NOON, "3", amount_cents=50, kind="refund"),
            order_line(NOON + 1, "4", amount_cents=999),
        ]
        history.insert_events(columns(rows))

        def told(metric: Metric, stretch: Stretch = STRETCH) -> tuple[int | None, int, int | None]:
            found = history.recount(metric, stretch, NOON + 1, "q1", 10.0)
            return found.value, found.numerator, found.denominator

        net = {"paid_amount": 1, "refund_amount": -1}
        assert told(total("net", net)) == (251, 251, None)
        assert told(total("per buyer", {"paid_amount": 1}, {"buyers": 1})) == (151, 301, 2)
        only_bob = replace(STRETCH, only=(("gender", ("M",)),))
        assert told(total("none", {"paid_amount": 1}, {"orders": 1}), only_bob) == (None, 0, 0)

    def test_what_is_no_total_is_not_recounted(self, history: History) -> None:
        metric = replace(total("x", {"lines": 1}), shape="series")
        with pytest.raises(Refused, match="total"):
            history.recount(metric, STRETCH, NOON, "q", 1.0)

    def test_recounts_are_kept_and_numbered(self, history: History) -> None:
        sums = (("paid_amount", 5), ("lines", 2))
        first = WindowSums(DAY, "24H", "A", 1, 7, "close", 2, sums, None)
        second = WindowSums(DAY, "24H", "A", 2, 9, "recalculate", 3, sums, (("lines", 1),))
        history.close_day(record(generation=1), [first])
        history.close_day(record(generation=2), [second])
        assert history.window_sums(DAY, "24H") == (first, second)
        assert history.window_sums(DAY, "28H") == ()
        assert history.days("A") == (record(generation=2),)
        assert history.days("B") == ()
        assert history.next_generation() == 3

    def test_days_with_events_are_utc_days(self, history: History) -> None:
        midnight = (BOUNDS.start // 1440 + 1) * 1440
        rows = [order_line(m, str(m)) for m in (midnight - 1, midnight, midnight + 1)]
        history.insert_events(columns(rows))
        found = history.days_with_events("A", MinuteRange(midnight - 1, midnight + 1))
        assert found == {midnight // 1440 - 1: 1, midnight // 1440: 1}
        assert history.days_with_events("A", BOUNDS, "others") == {}
        assert sum(history.days_with_events("A", BOUNDS, "orders").values()) == 3

    def test_raw_events_come_once_with_all_that_is_counted(self, history: History) -> None:
        history.insert_events(columns([order_line(NOON, "1"), order_line(NOON + 1, "2")] * 2))
        rows = [tuple(row) for row in history.raw_events("A", None, MinuteRange(NOON, NOON + 1))]
        assert rows == [
            ("1", "sale", "o-1", 1, NOON * 60_000 + 7, "ann", "F", "phones", "Akari", "w1", "GD",
             2, 300)
        ]  # fmt: skip
        assert len(list(history.raw_events("A", "orders", None))) == 2
        assert list(history.raw_events("A", "others", None)) == []
