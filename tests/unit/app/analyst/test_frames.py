"""A frame of the past has the wall's shape and the sums of its order lines."""

from typing import Any

import pytest

from tests.e2e.orders import MINUTE_MS, Line, Sums
from tests.unit.app.analyst.archive import TIME, Archive, day_of, lines_of, record_sums
from tests.unit.app.analyst.site import Site

LINES = lines_of("2026-06-18", "2025-06-18", "2025-12-12")
EAST = {"fuzhou", "hangzhou", "hefei", "jinan", "nanjing", "ningbo", "shanghai", "suzhou"}


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Archive(LINES))


def of(text: str, window: str = "28H", until: int | None = None) -> Sums:
    bounds = TIME.bounds(window, day_of(text))
    return Sums.of(LINES, bounds.start, until or bounds.end)


def metric(frame: dict[str, Any], name: str, window: str = "28H") -> Any:
    return frame["windows"][window]["metrics"][name]["value"]


def test_every_window_of_a_date_is_counted(site: Site) -> None:
    frame = site.frame("date=2026-06-18")
    assert (frame["mode"], frame["business_date"]) == ("history", "2026-06-18")
    for window in ("4H", "24H", "28H"):
        plain = of("2026-06-18", window)
        assert metric(frame, "gross_sales", window) == plain.paid
        assert metric(frame, "orders", window) == plain.orders
        assert metric(frame, "buyers", window) == plain.buyers
        assert metric(frame, "refund_amount", window) == plain.refunded


def test_both_baselines_stand_beside_it(site: Site) -> None:
    compared = site.frame("date=2026-06-18")["windows"]["28H"]["comparisons"]
    for kind, date in (("yoy", "2025-06-18"), ("mom", "2025-12-12")):
        assert (compared[kind]["state"], compared[kind]["date"]) == ("ready", date)
        assert compared[kind]["metrics"]["gross_sales"]["value"] == of(date).paid
        assert compared[kind]["metrics"]["buyers"]["value"] == of(date).buyers


def test_a_closed_day_says_it_is_final_and_which_days_there_are(site: Site) -> None:
    history = site.frame("date=2026-06-18")["history"]
    assert (history["final"], history["generation"], history["cause"]) == (True, 7, "close")
    assert len(history["days"]["closed"]) == 3
    assert [p["date"] for p in history["promotions"]] == ["2026-06-18", "2025-12-12", "2025-06-18"]
    assert history["promotions"][0]["name"]["en"] == "6.18 2026"


def test_at_a_minute_both_sides_are_cut_after_it(site: Site) -> None:
    frame = site.frame("date=2026-06-18&at=2026-06-18T12:00")
    window = frame["windows"]["28H"]
    until = TIME.bounds("28H", day_of("2026-06-18")).start + 16 * 60 + 1
    assert frame["as_of"] == until * MINUTE_MS
    assert metric(frame, "gross_sales") == of("2026-06-18", until=until).paid
    base = window["comparisons"]["yoy"]
    assert base["metrics"]["gross_sales"]["value"] == of("2025-06-18", until=base["until"]).paid
    assert metric(frame, "gross_sales", "4H") == of("2026-06-18", "4H").paid


def test_a_drill_filters_every_tile_on_both_sides_and_says_so(site: Site) -> None:
    frame = site.frame("date=2026-06-18&drill=region:east&drill=category:phones")

    def paid(text: str) -> int:
        bounds = TIME.bounds("28H", day_of(text))
        return sum(
            line.amount
            for line in LINES
            if line.at // MINUTE_MS in bounds
            and line.kind == "sale"
            and line.warehouse in EAST
            and line.category == "phones"
        )

    window, history = frame["windows"]["28H"], frame["history"]
    assert metric(frame, "gross_sales") == paid("2026-06-18")
    assert window["comparisons"]["yoy"]["metrics"]["gross_sales"]["value"] == paid("2025-06-18")
    shown = [row["key"] for row in window["metrics"]["region_ranking"]["rows"] if row["value"]]
    assert shown == ["east"]
    assert history["origin"] == "events"
    assert [(f["dimension"], f["name"]["en"]) for f in history["filter"]] == [
        ("region", "East"),
        ("category", "Phones & digital"),
    ]


def test_a_step_sums_minutes_and_changes_no_total(site: Site) -> None:
    fine = site.frame("date=2026-06-18")["windows"]["28H"]
    coarse = site.frame("date=2026-06-18&step=60")["windows"]["28H"]
    flow, hours = (w["metrics"]["sales_per_minute"] for w in (fine, coarse))
    assert hours["step"] == 60
    assert hours["values"] == [sum(flow["values"][i : i + 60]) for i in range(0, 1680, 60)]
    assert coarse["tiles"]["flow"]["values"] == fine["tiles"]["flow"]["values"]


def test_the_cursor_takes_the_category_ranking_to_its_minute(site: Site) -> None:
    window = site.frame("date=2026-06-18&cursor=300")["windows"]["28H"]
    minute = window["start"] + 300
    assert window["metrics"]["category_minute"]["minute"] == minute
    assert window["tiles"]["flow"]["values"]["minute"]["minute"] == minute
    assert window["comparisons"]["yoy"]["minute"]["minute"] == minute
    assert window["complete"]["until"] == window["end"]


def test_any_range_is_compared_with_the_same_a_year_before(site: Site) -> None:
    frame = site.frame("from=2026-06-17T22:00&to=2026-06-18T10:00")
    window = frame["windows"]["range"]
    plain = Sums.of(LINES, window["start"], window["end"])
    assert list(frame["windows"]) == ["range"]
    assert (window["end"] - window["start"], frame["promotion"]) == (720, None)
    assert metric(frame, "gross_sales", "range") == plain.paid
    assert metric(frame, "buyers", "range") == plain.buyers
    base = window["comparisons"]["yoy"]
    assert (
        base["metrics"]["gross_sales"]["value"] == Sums.of(LINES, base["start"], base["end"]).paid
    )


def test_a_range_takes_the_baselines_it_is_given(site: Site) -> None:
    own, other = "from=2026-06-18T00:00&to=2026-06-18T10:00", "2025-12-12"
    query = f"{own}&mom_from={other}T00:00&mom_to={other}T10:00"
    base = site.frame(query)["windows"]["range"]["comparisons"]["mom"]
    assert base["state"] == "ready"
    assert (
        base["metrics"]["gross_sales"]["value"] == Sums.of(LINES, base["start"], base["end"]).paid
    )


def test_a_against_b_compares_any_two_dates(site: Site) -> None:
    compared = site.frame("date=2026-06-18&versus=2025-12-12")["windows"]["24H"]["comparisons"]
    assert list(compared) == ["versus"]
    assert compared["versus"]["metrics"]["gross_sales"]["value"] == of("2025-12-12", "24H").paid


def test_top_buyers_are_masked(site: Site) -> None:
    rows = site.frame("date=2026-06-18")["windows"]["28H"]["metrics"]["top_users"]["rows"]
    assert len(rows) == 10
    assert all("••••" in row["key"] and row["id"] for row in rows)


def test_a_day_without_history_says_which_days_have_some(site: Site) -> None:
    frame = site.frame("date=2026-03-01")
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("empty", "no_history")
    assert frame["state"]["params"] == {"before": "2025-12-12", "after": "2026-06-17"}
    assert metric(frame, "gross_sales") is None


def test_the_first_and_the_last_date_that_can_be_asked_are_only_empty(site: Site) -> None:
    for date in ("1970-01-01", "2100-12-31"):
        assert site.frame(f"date={date}")["state"]["reason"] == "no_history"


def test_the_last_day_is_the_last_one_with_data(site: Site) -> None:
    assert site.frame("date=last")["history"]["ask"]["date"] == "2026-06-18"


def test_without_history_the_last_day_is_the_one_before_today() -> None:
    site = Site(None)
    assert site.frame("date=last")["state"]["reason"] == "no_clickhouse"


def test_the_special_window_is_the_day_from_20_to_20(site: Site) -> None:
    frame = site.frame("date=2026-06-18&window=special&cursor=0")
    bounds = TIME.bounds("28H", day_of("2026-06-18"))
    window = frame["windows"]["special"]
    assert (window["start"], window["end"]) == (bounds.start, bounds.start + 1440)
    expected = of("2026-06-18", until=bounds.start + 1440)
    assert metric(frame, "gross_sales", "special") == expected.paid
    assert metric(frame, "buyers", "special") == expected.buyers
    base = window["comparisons"]["yoy"]
    assert base["state"] != "ready" or base["end"] - base["start"] == 1440
    assert "special" not in site.frame("date=2026-06-18")["windows"]


def test_a_range_without_a_baseline_says_of_which_day(site: Site) -> None:
    frame = site.frame("from=2026-06-18T00:00&to=2026-06-18T10:00")
    found = [c for c in frame["windows"]["range"]["comparisons"].values() if c["reason"]]
    assert found
    assert all("date" in c["params"] for c in found if c["reason"] == "no_history")


def test_bars_of_units_and_their_label_are_of_one_step(site: Site) -> None:
    window = site.frame("date=2026-06-18&step=60")["windows"]["28H"]
    volume = window["metrics"]["gender_volume"]
    last = sum(values[-1] for values in volume["values"].values())
    assert volume["step"] == 60
    assert window["tiles"]["gender"]["values"]["step"]["value"] == last


def test_a_kept_day_is_shown_without_a_question(site: Site) -> None:
    site.frame("date=2026-06-18")
    site.archive.asked.clear()  # type: ignore[union-attr]
    first = site.client.get("/frame.json?date=2026-06-18")
    again = site.client.get(
        "/frame.json?date=2026-06-18", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)
    site.frame("date=2026-06-18&window=4H&baseline=mom&step=60")
    assert [q for q in site.archive.asked if q != "window_sums"] == []  # type: ignore[union-attr]


def test_a_day_counted_anew_is_read_anew() -> None:
    archive = Archive(lines_of("2026-06-18", minutes=60))
    site = Site(archive)
    before = site.frame("date=2026-06-18")
    archive.lines = [*archive.lines, *lines_of("2026-06-18", minutes=30)]
    archive.generation = 8
    assert site.frame("date=2026-06-18") == before
    site.clock.advance(5_001)
    for _ in range(50):
        after = site.frame("date=2026-06-18")
        if after["history"]["generation"] == 8:
            break
    assert metric(after, "gross_sales") > metric(before, "gross_sales")


def test_a_link_made_before_a_recount_shows_both_values() -> None:
    archive = Archive(lines_of("2026-06-18", minutes=60))
    record_sums(archive, "2026-06-18", 5, 1_000, 1_100)
    record_sums(archive, "2026-06-18", 7, 1_200, None)
    site = Site(archive)
    history = site.frame("date=2026-06-18&gen=5")["history"]
    assert history["since_link"] == {"generation": 5, "value": 1_000, "now": 1_200}
    assert history["live_difference"] == {"paid_amount": 100}
    assert site.frame("date=2026-06-18&gen=7")["history"]["since_link"] is None


def test_a_running_day_is_cut_at_the_archives_progress_and_says_what_it_lacks() -> None:
    lines: list[Line] = lines_of("2026-06-18", minutes=600)
    start = TIME.bounds("28H", day_of("2026-06-18")).start
    site = Site(Archive(lines, until=start + 500))
    site.archive.held = []  # type: ignore[union-attr]
    frame = site.frame("date=2026-06-18")
    assert frame["windows"]["28H"]["state"]["name"] == "degraded"
    assert frame["state"]["reason"] == "partly_archived"
    assert frame["history"]["until"] == start + 500
    assert metric(frame, "gross_sales") == Sums.of(lines, start, start + 500).paid


@pytest.mark.parametrize("connected", [True, False])
def test_a_history_that_is_away_is_a_state_and_no_number(connected: bool) -> None:
    archive = Archive([]) if connected else None
    if archive:
        archive.away = True
    site = Site(archive)
    frame = site.frame("date=2026-06-18")
    reason = "history_unreachable" if connected else "no_clickhouse"
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("error", reason)
    assert metric(frame, "gross_sales") is None
    assert frame["windows"]["28H"]["comparisons"]["yoy"]["reason"] == reason


def test_before_the_first_order_of_an_open_day_there_is_none_yet_and_nothing_is_sold() -> None:
    start = TIME.bounds("24H", day_of("2026-06-18")).start
    late = [line for line in LINES if line.at >= (start + 600) * MINUTE_MS]
    open_day = Site(Archive(late, until=start + 900))
    frame = open_day.frame("date=2026-06-18&window=24H&at=2026-06-18T08:00")
    assert (frame["state"]["name"], frame["state"]["reason"]) == ("empty", "no_orders")
    assert metric(frame, "gross_sales", "24H") == 0
    later = open_day.frame("date=2026-06-18&window=24H&at=2026-06-18T12:00")
    assert metric(later, "gross_sales", "24H") > 0
