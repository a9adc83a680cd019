"""A file holds the numbers of the screen as integers, says what they are, and is no formula."""

import csv
import io
import re

import pytest

from app.analyst.exports import safe
from tests.unit.app.analyst.archive import Archive, lines_of
from tests.unit.app.analyst.site import Site, as_live

DATE = "date=2026-06-18"


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Archive(lines_of("2026-06-18", "2025-06-18", minutes=300)))


def table(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the head and the rows of a CSV file."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    heads = {line[0][2:]: line[1] for line in lines if line[0].startswith("# ")}
    rest = [line for line in lines if not line[0].startswith("# ")]
    return heads, [dict(zip(rest[0], line, strict=True)) for line in rest[1:]]


def test_the_file_says_what_its_numbers_are(site: Site) -> None:
    answer = site.get(f"/export.csv?{DATE}&tile=hero&lang=en&drill=region:east")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, rows = table(answer.data)
    assert head["window_start"] == "2026-06-17T20:00+08:00"
    assert head["data_up_to"] == "2026-06-19T00:00+08:00"
    assert head["filter"] == "region = East (east)"
    assert head["baseline_yoy"].startswith("6.18 2025 2025-06-17T20:00+08:00")
    assert "order lines" in head["definition_gross_sales"]
    assert "drill=region%3Aeast" in head["permalink"]
    assert {row["tile"] for row in rows} == {"hero"}


def test_every_tile_has_the_integers_of_the_frame(site: Site) -> None:
    window = site.frame(DATE)["windows"]["28H"]
    for tile, content in window["tiles"].items():
        rows = site.get(f"/export.json?{DATE}&tile={tile}").json["rows"]
        for name in content["metrics"]:
            document = window["metrics"][name]
            found = [r["value"] for r in rows if (r["metric"], r["part"]) == (name, "value")]
            if document["shape"] == "total":
                assert found == [document["value"]]
            elif document["shape"] in ("ranking", "share"):
                assert found == [row["value"] for row in document["rows"]]
            elif document.get("values") and isinstance(document["values"], list):
                assert found == document["values"]
        assert all(row["value"] is None or isinstance(row["value"], int) for row in rows)


def test_money_is_counted_in_cents_and_says_so(site: Site) -> None:
    rows = site.get(f"/export.json?{DATE}&tile=average_order").json["rows"]
    assert {r["part"]: r["unit"] for r in rows if r["part"] in ("value", "denominator")} == {
        "value": "CNY / 100",
        "denominator": "count",
    }


def test_the_name_of_a_file_is_plain(site: Site) -> None:
    for tile in ("all", "flow"):
        name = site.get(f"/export.csv?{DATE}&tile={tile}").headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.csv"', name)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_a_key_that_is_a_formula_is_disarmed_in_the_file(site: Site) -> None:
    head, _ = table(site.get(f"/export.csv?{DATE}&drill=brand:%3D1%2B1&tile=hero").data)
    assert head["filter"].startswith("brand = =1+1")
    assert not any(cell.startswith(("=", "+", "@")) for cell in head.values())


def test_the_wall_itself_can_be_taken_along(site: Site) -> None:
    frame = site.frame(DATE)
    site.show(as_live(frame))
    head, rows = table(site.get("/export.csv?tile=orders&window=24H&lang=zh").data)
    assert (head["mode"], head["window"]) == ("live", "24H")
    value = frame["windows"]["24H"]["metrics"]["orders"]["value"]
    assert str(value) in {row["value"] for row in rows}


def test_a_tile_there_is_not_is_named(site: Site) -> None:
    answer = site.get(f"/export.csv?{DATE}&tile=../../etc/passwd")
    assert (answer.status_code, answer.json["argument"]) == (400, "tile")
