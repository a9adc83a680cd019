"""Why a number is what it is, what changed, and the number counted again."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from pipeline.errors import Refused
from pipeline.values.past import Recount
from tests.unit.app.analyst.archive import TIME, Archive, day_of, lines_of
from tests.unit.app.analyst.site import Site, as_live

DATE = "date=2026-06-18"
SPLITS = ("category", "brand", "gender", "province", "warehouse", "region", "nation")


@pytest.fixture(scope="module")
def site() -> Site:
    now = lines_of("2026-06-18", minutes=300, a_minute=2)
    return Site(Archive([*now, *lines_of("2025-06-18", minutes=300)]))


# ---- what changed ------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", SPLITS)
@pytest.mark.parametrize("metric", ["gross_sales", "net_sales", "orders", "paid_units"])
def test_the_parts_sum_exactly_to_the_difference(site: Site, dimension: str, metric: str) -> None:
    said = site.get(f"/changes.json?{DATE}&dimension={dimension}&metric={metric}").json
    compared = site.frame(DATE)["windows"]["28H"]["comparisons"]["yoy"]["metrics"][metric]
    rows = said["rows"]
    assert said["total"]["difference"] == compared["difference"] != 0
    assert sum(row["difference"] for row in rows) == compared["difference"]
    assert sum(row["own"] for row in rows) == compared["own"]
    assert all(row["difference"] == row["own"] - row["value"] for row in rows)
    sizes = [abs(row["difference"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def test_rows_have_names_in_both_languages_and_their_share(site: Site) -> None:
    rows = site.get(f"/changes.json?{DATE}&dimension=region").json["rows"]
    east = next(row for row in rows if row["key"] == "east")
    assert east["name"] == {"zh": "华东", "en": "East"}
    assert abs(sum(row["share"] for row in rows) - 1_000_000) <= len(rows)


def test_without_a_baseline_it_says_why(site: Site) -> None:
    said = site.get(f"/changes.json?{DATE}&baseline=mom").json
    assert (said["state"], said["reason"], said["rows"]) == ("missing", "no_history", [])


def test_a_rate_cannot_be_split(site: Site) -> None:
    answer = site.get(f"/changes.json?{DATE}&metric=refund_rate")
    assert (answer.status_code, answer.json["argument"]) == (400, "metric")


# ---- why ---------------------------------------------------------------------------------------


def test_a_number_is_explained_in_words(site: Site) -> None:
    said = site.get(f"/why.json?{DATE}&metric=refund_rate").json
    assert said["formula"]["en"] == "Refunded amount ÷ Paid amount"
    assert said["formula"]["zh"] == "退款金额 ÷ 支付金额"
    assert said["sources"] == {
        "link": "A", "generation": 7, "origin": "facts", "topic": "orders.demo",
    }  # fmt: skip
    assert said["window"]["start_local"] == "2026-06-17T20:00+08:00"
    assert said["freshness_s"] == 60


def test_every_metric_is_explained(site: Site) -> None:
    window = site.frame(DATE)["windows"]["28H"]
    for name in window["metrics"]:
        assert site.get(f"/why.json?{DATE}&metric={name}").status_code == 200


def test_on_the_wall_it_says_what_became_of_the_messages(site: Site) -> None:
    site.show(as_live(site.frame(DATE)))
    said = site.get("/why.json?metric=net_sales").json
    assert said["counts"] == {
        "of": "topic", "counted": 40, "duplicate": 3, "rejected": 2, "late": 1,
    }  # fmt: skip
    assert said["formula"]["en"] == "Paid amount \u2212 Refunded amount"
    assert said["sources"]["origin"] == "redis"


# ---- recount -----------------------------------------------------------------------------------


def recount(site: Site, query: str, **more: Any) -> Any:
    return site.client.post(f"/recount.json?{query}", **more)


COUNTABLE = (
    "gross_sales", "net_sales", "orders", "buyers", "average_order", "refund_rate",
    "region_ranking", "brand_by_units", "gender_share", "gender_volume", "sales_per_minute",
    "category_minute",
)  # fmt: skip


@pytest.mark.parametrize("metric", COUNTABLE)
@pytest.mark.parametrize("more", ["", "&drill=region:east", "&at=2026-06-17T21:40&step=10"])
def test_a_number_counted_again_from_events_is_the_same(site: Site, metric: str, more: str) -> None:
    site.frame(DATE + more)
    said = recount(site, f"{DATE}{more}&metric={metric}&id=one").json
    assert said["comparable"] is True
    assert (said["difference"], said["value"]) == (0, said["shown"])
    assert said["sql"]
    assert said["parameters"]


def test_a_body_asks_as_well_as_an_address(site: Site) -> None:
    site.frame("date=2026-06-18&drill=region:east")  # waits until it is read
    body = {"date": "2026-06-18", "metric": "orders", "id": "two", "drill": ["region:east"]}
    assert recount(site, "", json=body).json["difference"] == 0


def test_the_wall_is_counted_again_as_far_as_the_archive_has_come() -> None:
    lines = lines_of("2026-06-18", minutes=300)
    site = Site(Archive(lines))
    live = as_live(site.frame("date=2026-06-18"))
    site.show(live)
    archive = site.archive
    assert archive is not None
    archive.until = live["windows"]["28H"]["start"] + 100
    archive.held = []
    said = recount(site, "metric=gross_sales&id=live").json
    assert (said["comparable"], said["until"]) == (False, archive.until)
    assert said["shown_until"] == live["windows"]["28H"]["end"]
    assert said["difference"] == said["value"] - said["shown"] < 0


def test_a_ranking_of_users_is_no_number_to_count(site: Site) -> None:
    answer = recount(site, f"{DATE}&metric=top_users&id=x")
    assert (answer.status_code, answer.json["argument"]) == (400, "metric")


class Slow(Archive):
    """An archive whose recounts wait until they are let go."""

    def __init__(self) -> None:
        super().__init__(lines_of("2026-06-18", minutes=30))
        self.go, self.came = threading.Event(), threading.Semaphore(0)

    def recount(self, *given: Any) -> Recount:
        self.came.release()
        assert self.go.wait(10)
        return super().recount(*given)


def test_two_recounts_at_once_and_not_a_third() -> None:
    archive = Slow()
    site = Site(archive)
    site.frame(DATE)
    answers: list[int] = []

    def ask(name: str) -> None:
        client = site.server.test_client()
        query = f"/recount.json?{DATE}&metric=orders&id={name}"
        answers.append(client.post(query).status_code)

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    assert archive.came.acquire(timeout=10)
    assert archive.came.acquire(timeout=10)
    try:
        assert recount(site, f"{DATE}&metric=orders&id=c").status_code == 429
        assert recount(site, f"{DATE}&metric=orders&id=a").status_code == 409
        stopped = site.client.delete("/recount.json?id=a").json
        assert stopped == {"stopped": True}
        assert "cancel daping-recount-a" in archive.asked
    finally:
        archive.go.set()
        for thread in threads:
            thread.join(10)
    assert answers == [200, 200]
    assert site.client.delete("/recount.json?id=a").json == {"stopped": False}


def test_a_recount_that_would_take_too_long_says_so() -> None:
    class Huge(Archive):
        def recount(self, *given: Any) -> Recount:
            raise Refused("more than 50,000,000 rows; ask for a shorter stretch")

    site = Site(Huge(lines_of("2026-06-18", minutes=30)))
    site.frame(DATE)
    answer = recount(site, f"{DATE}&metric=orders&id=x")
    assert (answer.status_code, answer.json["reason"]) == (422, "too_much")
    assert "shorter" in answer.json["message"]


# ---- numbers that go on while they are looked at -------------------------------------------------


def test_a_day_against_a_running_one_is_split_at_the_same_elapsed_time() -> None:
    lines = [*lines_of("2026-06-18", minutes=300, a_minute=2), *lines_of("2025-06-18", minutes=300)]
    site = Site(Archive(lines, until=TIME.bounds("28H", day_of("2026-06-18")).start + 100))
    ask = "date=2025-06-18&versus=2026-06-18"
    compared = site.frame(ask)["windows"]["28H"]["comparisons"]["versus"]
    said = site.get(f"/changes.json?{ask}").json
    assert compared["elapsed"] == 100
    assert said["total"]["difference"] == compared["metrics"]["gross_sales"]["difference"]
    assert said["total"]["own"] == compared["metrics"]["gross_sales"]["own"]
    assert said["until"] == TIME.bounds("28H", day_of("2025-06-18")).start + 100


def test_top_buyers_of_a_running_day_are_read_again_as_its_sums_are() -> None:
    lines = lines_of("2026-06-18", minutes=300)
    site = Site(Archive(lines, until=TIME.bounds("28H", day_of("2026-06-18")).start + 200))
    ask = f"{DATE}&at=2026-06-17T21:39"
    before = site.frame(ask)["windows"]["28H"]["metrics"]
    best = max((line for line in lines if line.user), key=lambda line: line.amount)
    late = replace(best, at=lines[0].at, amount=10**9)
    assert site.archive is not None
    site.archive.lines.append(late)
    site.clock.advance(11_000)
    after = site.frame(ask)["windows"]["28H"]["metrics"]
    assert after["gross_sales"]["value"] == before["gross_sales"]["value"] + 10**9
    assert after["top_users"]["rows"][0]["value"] >= 10**9


@pytest.mark.parametrize("metric", ["gross_sales", "region_ranking", "gender_share"])
def test_the_running_minute_is_no_difference_of_a_recount(site: Site, metric: str) -> None:
    live = as_live(site.frame(DATE))
    before = site.frame(f"{DATE}&at=2026-06-17T21:39")["windows"]["28H"]["complete"]
    window = {**live["windows"]["28H"], "complete": before}  # all the rest is in minutes after it
    site.show({**live, "windows": {**live["windows"], "28H": window}})
    said = recount(site, f"metric={metric}&id=running").json
    assert (said["comparable"], said["difference"]) == (True, 0)
    assert site.get(f"/why.json?metric={metric}").json["value"] == said["value"]
