"""The documents of a comparison, from lines few enough to count by hand."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from app.comparing import (
    Base,
    Drawn,
    FirstBuyers,
    Side,
    comparison_document,
    complete_document,
    not_ready,
)
from pipeline.catalogue.label import Label
from pipeline.catalogue.load import load_catalogue
from pipeline.trading.comparisons import Span, baseline, edges, own_span
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.trading.zone import Zone
from pipeline.values.past import DayRecord, PastStretch, Stretch
from tests.brute_comparison import Line
from tests.past_lines import past_of

CATALOGUE = load_catalogue()
TIME = TradingTime(Zone("Asia/Shanghai"), CATALOGUE.windows, load_promotions())
DRAWN = Drawn("sales_per_minute", "category_minute", "region_ranking")
DAY = date(2026, 11, 11)
OWN = own_span(TIME, "28H", DAY)
Document = dict[str, Any]


def found(kind: str = "yoy", window: str = "28H") -> Span:
    span = baseline(TIME, "yoy" if kind == "yoy" else "mom", window, DAY)
    assert isinstance(span, Span)
    return span


BASE = found()


def line(span: Span, elapsed: int, amount: int, **more: Any) -> Line:
    keys = {
        "category": "phones",
        "brand": "kestrel",
        "gender": "F",
        "province": "beijing",
        "warehouse": "suzhou",
    }
    given = {name: more.pop(name) for name in list(more) if name in keys}
    text = {"event_id": f"{span.bounds.start}-{elapsed}-{amount}", "kind": "sale", "user": "u1"}
    return Line(
        **{
            **text,
            "ms": (span.bounds.start + elapsed) * 60_000,
            "line_no": 1,
            "quantity": 1,
            "amount": amount,
            "keys": keys | given,
            **more,
        }
    )


def past(span: Span, *lines: Line) -> PastStretch:
    return past_of(CATALOGUE, lines, Stretch("A", span.bounds, span.days(TIME)))


def side(elapsed: int, *lines: Line) -> Side:
    return Side.of_past(CATALOGUE, past(OWN, *lines), OWN.bounds, OWN.bounds.start + elapsed)


def base(*lines: Line, span: Span = BASE) -> Base:
    return Base(CATALOGUE, span, past(span, *lines), edges(TIME, span.bounds))


def compared(own: Side, with_: Base) -> Document:
    return comparison_document("yoy", own, with_, DRAWN)


def test_both_sides_are_counted_up_to_the_same_minute_of_their_windows() -> None:
    own = side(10, line(OWN, 9, 150), line(OWN, 10, 1_000))
    document = compared(own, base(line(BASE, 9, 100), line(BASE, 10, 1_000)))
    assert document["metrics"]["gross_sales"] == {
        "own": 150,
        "value": 100,
        "change": 500_000,
        "difference": 50,
        "until": OWN.bounds.start + 10,
    }
    assert document["cubes"]["category"] == {
        "phones": {
            "paid_amount": 100,
            "refund_amount": 0,
            "paid_quantity": 1,
            "refund_quantity": 0,
            "orders": 1,
            "lines": 1,
            "refund_lines": 0,
        }
    }
    assert (document["start"], document["end"]) == (BASE.bounds.start, BASE.bounds.end)
    assert (document["until"], document["elapsed"]) == (BASE.bounds.start + 10, 10)
    assert (document["date"], document["name"]) == (
        "2025-11-11",
        {"zh": "双11 2025", "en": "11.11 2025"},
    )


def test_the_complete_document_counts_the_same_minutes() -> None:
    lines = [line(OWN, 9, 150), line(OWN, 9, 30, kind="refund", user="u2"), line(OWN, 10, 1_000)]
    document = complete_document(side(10, *lines))
    assert (document["until"], document["elapsed"]) == (OWN.bounds.start + 10, 10)
    assert document["metrics"]["gross_sales"] == {"value": 150}
    assert document["metrics"]["buyers"] == {"value": 1}
    assert document["metrics"]["refund_rate"] == {
        "value": 200_000,
        "numerator": 30,
        "denominator": 150,
    }
    assert document["cubes"]["guests"]["user"]["lines"] == 1


def test_without_a_base_there_is_no_change_and_no_ratio() -> None:
    document = compared(side(10, line(OWN, 9, 150)), base(line(BASE, 100, 100)))
    assert document["metrics"]["gross_sales"]["change"] is None
    assert document["metrics"]["gross_sales"]["difference"] == 150
    assert document["metrics"]["average_order"]["value"] is None
    assert document["metrics"]["average_order"]["difference"] is None
    assert document["minute"] == {
        "minute": OWN.bounds.start + 9,
        "value": 150,
        "expected": 0,
        "ratio": None,
        "in_band": None,
    }
    assert document["categories"] == {"phones": {"expected": 0, "ratio": None}}
    assert document["regions"]["east"] == {"own": 150, "value": 0, "change": None}


def test_a_rate_differs_by_parts_per_million() -> None:
    own = side(10, line(OWN, 1, 200), line(OWN, 2, 30, kind="refund"))
    document = compared(own, base(line(BASE, 1, 100), line(BASE, 2, 10, kind="refund")))
    assert document["metrics"]["refund_rate"]["difference"] == 150_000 - 100_000
    assert document["metrics"]["refund_rate"]["change"] == 500_000


def test_a_minute_is_compared_with_the_mean_of_15_around_it() -> None:
    flow = [line(BASE, elapsed, 30) for elapsed in (95, 109, 110)]
    other = [line(BASE, 99, 150, category="appliances")]
    document = compared(side(103, line(OWN, 102, 12)), base(*flow, *other))
    assert document["minute"] == {
        "minute": OWN.bounds.start + 102,
        "value": 12,
        "expected": 14,  # (30 + 30 + 150) / 15: minutes 95 to 109
        "ratio": 857_143,
        "in_band": True,
    }
    assert document["categories"] == {
        "appliances": {"expected": 10, "ratio": 0},
        "phones": {"expected": 4, "ratio": 3_000_000},
    }


def test_the_mean_does_not_cross_midnight() -> None:
    document = compared(
        side(241, line(OWN, 240, 5)), base(line(BASE, 239, 10**6), line(BASE, 240, 80))
    )
    assert document["minute"]["expected"] == 10  # minutes 240 to 247


def test_the_lead_says_when_the_baseline_has_what_today_has() -> None:
    flow = [line(BASE, elapsed, 10) for elapsed in (0, 10, 20, 30)]
    ahead = compared(side(5, line(OWN, 4, 25)), base(*flow))["lead"]
    assert ahead == {
        "minutes": 16,
        "direction": "ahead",
        "reaches": OWN.bounds.start + 21,
        "beyond": False,
    }
    beyond = compared(side(5, line(OWN, 4, 41)), base(*flow))["lead"]
    assert beyond == {"minutes": None, "direction": "ahead", "reaches": None, "beyond": True}
    behind = compared(side(15, line(OWN, 4, 10)), base(*flow))["lead"]
    assert (behind["minutes"], behind["direction"]) == (14, "behind")
    assert compared(side(15), base(*flow))["lead"] is None


def test_regions_come_with_the_warehouses_under_them() -> None:
    own = side(10, line(OWN, 1, 30), line(OWN, 2, 50, warehouse="shanghai"))
    document = compared(own, base(line(BASE, 1, 20), line(BASE, 1, 7, warehouse="never heard of")))
    assert document["regions"] == {
        "east": {"own": 80, "value": 20, "change": 3_000_000},
        "suzhou": {"own": 30, "value": 20, "change": 500_000},
        "shanghai": {"own": 50, "value": 0, "change": None},
        "unknown": {"own": 0, "value": 7, "change": -1_000_000},
        "never heard of": {"own": 0, "value": 7, "change": -1_000_000},
    }


def test_the_unknown_region_goes_before_the_unknown_warehouse() -> None:
    nowhere = [line(OWN, 1, 10, warehouse=""), line(OWN, 2, 5, warehouse="never heard of")]
    document = compared(side(10, *nowhere), base(line(BASE, 1, 20)))
    assert document["regions"]["unknown"]["own"] == 15


def test_before_the_first_complete_minute_everything_is_nothing() -> None:
    document = compared(side(0, line(OWN, 0, 150)), base(line(BASE, 0, 100)))
    assert (document["elapsed"], document["minute"], document["lead"]) == (0, None, None)
    assert (document["categories"], document["regions"]) == ({}, {})
    assert document["metrics"]["gross_sales"]["own"] == 0
    assert sum(document["flow"]["values"]) == 100


def test_the_flow_is_that_of_the_baselines_whole_window() -> None:
    document = compared(side(10), base(line(BASE, 0, 1), line(BASE, 1679, 2)))
    values = document["flow"]["values"]
    assert (len(values), values[0], values[-1]) == (1680, 1, 2)
    assert (document["flow"]["start"], document["flow"]["step"]) == (BASE.bounds.start, 1)


def test_buyers_are_cut_where_the_archive_ends_on_both_sides() -> None:
    names = ["u1", "u2", "u3"]
    mine = [line(OWN, 3 * n, 10, user=user) for n, user in enumerate(names)]
    theirs = [line(BASE, 3 * n, 10, user=user) for n, user in enumerate(names)]
    own = side(10, *mine)
    firsts = past(OWN, *mine).first_buyers
    behind = compared(own.with_buyers(FirstBuyers(firsts, OWN.bounds.start + 4)), base(*theirs))
    assert behind["metrics"]["buyers"] == {
        "own": 2,
        "value": 2,
        "change": 0,
        "difference": 0,
        "until": OWN.bounds.start + 4,
    }
    assert behind["metrics"]["orders"]["own"] == 3
    nobody = compared(own.with_buyers(None), base(*theirs))["metrics"]["buyers"]
    assert (nobody["own"], nobody["value"], nobody["change"]) == (None, 3, None)
    none_yet = compared(own.with_buyers(FirstBuyers(firsts, 0)), base(*theirs))
    assert none_yet["metrics"]["buyers"]["until"] == OWN.bounds.start
    assert none_yet["metrics"]["buyers"]["own"] is None


def test_buyers_of_another_stretch_are_not_taken_for_these() -> None:
    whole = past(OWN, line(OWN, 3, 10), line(OWN, 300, 10, user="u2"))
    day = own_span(TIME, "24H", DAY).bounds
    live = Side.of(CATALOGUE, whole.table, day, day.end).with_buyers(FirstBuyers.of(whole))
    assert complete_document(live)["metrics"]["buyers"] == {"value": None}
    same = Side.of(CATALOGUE, whole.table, OWN.bounds, OWN.bounds.end)
    known = complete_document(same.with_buyers(FirstBuyers.of(whole)))
    assert known["metrics"]["buyers"] == {"value": 2}


def test_a_live_table_has_no_buyers_at_the_cut() -> None:
    table = past(OWN, line(OWN, 3, 10)).table
    live = Side.of(CATALOGUE, table, OWN.bounds, OWN.bounds.start + 10)
    assert complete_document(live)["metrics"]["buyers"] == {"value": None}
    assert complete_document(live)["metrics"]["gross_sales"] == {"value": 10}


def test_a_baseline_that_is_not_whole_is_compared_as_far_as_it_is() -> None:
    lines = [line(BASE, elapsed, 10) for elapsed in range(20)]
    known = base(*lines)
    known = replace(known, past=replace(known.past, until=BASE.bounds.start + 8))
    own = side(20, *(line(OWN, elapsed, 10) for elapsed in range(20)))
    document = compared(own, known)
    assert (document["elapsed"], document["until"]) == (8, BASE.bounds.start + 8)
    assert document["metrics"]["gross_sales"]["own"] == 80
    assert document["metrics"]["gross_sales"]["until"] == OWN.bounds.start + 8
    assert document["flow"]["values"] == [10] * 8
    assert document["lead"]["direction"] == "even"


def test_nobody_knows_a_lead_past_what_history_has() -> None:
    known = base(line(BASE, 3, 10))
    known = replace(known, past=replace(known.past, until=BASE.bounds.start + 8))
    assert compared(side(6, line(OWN, 5, 11)), known)["lead"] is None
    assert compared(side(6, line(OWN, 5, 11)), base(line(BASE, 3, 10)))["lead"]["beyond"]


def test_a_shorter_baseline_ends_where_it_ends() -> None:
    london = TradingTime(Zone("Europe/London"), CATALOGUE.windows)
    long, short = (own_span(london, "24H", day) for day in (date(2011, 3, 28), date(2011, 3, 27)))
    own = past_of(CATALOGUE, [line(long, 1399, 20)], Stretch("A", long.bounds, (1,)))
    then = past_of(CATALOGUE, [line(short, 1379, 10)], Stretch("A", short.bounds, (1,)))
    mine = Side.of_past(CATALOGUE, own, long.bounds, long.bounds.start + 1400)
    document = comparison_document(
        "versus", mine, Base(CATALOGUE, short, then, edges(london, short.bounds)), DRAWN
    )
    assert (document["elapsed"], document["until"]) == (1400, short.bounds.end)
    assert document["metrics"]["gross_sales"]["change"] == 1_000_000
    assert (document["minute"], document["categories"]) == (None, {})


def test_one_read_of_the_longest_window_serves_the_shorter_ones() -> None:
    lines = [line(BASE, elapsed, 10) for elapsed in (0, 239, 240, 1679)]
    whole = past(BASE, *lines)
    for window, sums in (("4H", 20), ("24H", 20), ("28H", 40)):
        span = found(window=window)
        own = own_span(TIME, window, DAY)
        mine = Side.of_past(CATALOGUE, past(own), own.bounds, own.bounds.end)
        document = compared(mine, Base(CATALOGUE, span, whole, edges(TIME, span.bounds)))
        assert document["metrics"]["gross_sales"]["value"] == sums
        assert sum(document["flow"]["values"]) == sums


def test_one_baseline_serves_every_minute_of_the_day() -> None:
    lines = [line(BASE, elapsed, elapsed + 1) for elapsed in range(0, 1680, 7)]
    kept = base(*lines)
    own = side(1680, *(line(OWN, elapsed, 5) for elapsed in range(0, 1680, 11)))
    for elapsed in (0, 1, 239, 240, 241, 700, 300, 1680, 1):
        now = own.cut_at(OWN.bounds.start + elapsed)
        assert compared(now, kept) == compared(now, base(*lines))


def test_it_says_where_the_baseline_was_read() -> None:
    known = base(line(BASE, 1, 10))
    assert compared(side(5), known)["source"] == {
        "generation": 0,
        "recounted_at": None,
        "final": False,
        "origin": "events",
    }
    records = tuple(
        DayRecord(epoch_day(DAY), "A", generation, 1_000 * generation, "close", 1)
        for generation in (3, 7)
    )
    kept = replace(known.past, closed=records, origin="facts")
    source = compared(side(5), replace(known, past=kept))["source"]
    assert (source["generation"], source["recounted_at"]) == (7, 7_000)
    assert source["origin"] == "facts"


def test_what_is_not_there_says_why() -> None:
    span = Span(BASE.bounds, date(2025, 11, 11), "28H", Label("双11 2025", "11.11 2025"))
    assert not_ready("yoy", "missing", "no_history", {"date": "2025-11-11"}, span) == {
        "kind": "yoy",
        "state": "missing",
        "reason": "no_history",
        "params": {"date": "2025-11-11"},
        "date": "2025-11-11",
        "name": {"zh": "双11 2025", "en": "11.11 2025"},
    }
    assert not_ready("mom", "loading", "reading")["date"] is None


@pytest.mark.parametrize("elapsed", [0, 5, 1680])
def test_everything_in_a_document_is_plain(elapsed: int) -> None:
    own = side(elapsed, line(OWN, 3, 10))
    document = [compared(own, base(line(BASE, 3, 10))), complete_document(own)]
    assert json.loads(json.dumps(document)) == document
    assert not any(isinstance(value, float) for value in np.array(flat(document), object))


def flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in flat(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in flat(item)]
    return [value]
