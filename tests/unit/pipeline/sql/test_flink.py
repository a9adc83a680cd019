"""The text of the live job: golden, and growing from the catalogue alone."""

import os
from dataclasses import replace
from pathlib import Path

from pipeline.catalogue.model import BucketKind, Cube
from pipeline.sql.flink import live_sql
from pipeline.sql.source import SourceOptions
from tests.unit.pipeline.sql.small_catalogue import measure, small_catalogue

GOLDEN = Path(__file__).resolve().parents[3] / "golden"
SOURCE = SourceOptions("broker:9092", "orders", "daping-A-1", {0: 0, 1: 42})
SHANGHAI = [(946684800000, 28_800_000)]


def check_golden(name: str, text: str) -> None:
    """Compare with the file; DAPING_GOLDEN=write writes it (look at the diff before committing)."""
    path = GOLDEN / name
    if os.environ.get("DAPING_GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


def test_sql_of_the_live_job_is_the_golden_text() -> None:
    check_golden("live_job.sql", live_sql(small_catalogue(), SHANGHAI, SOURCE).text())


def test_there_is_one_aggregate_and_nothing_after_it() -> None:
    sql = live_sql(small_catalogue(), SHANGHAI, SOURCE)
    text = sql.text().upper()
    assert text.count("GROUP BY") == 1
    assert text.count("OVER SIGHTS") == 2
    after = (sql.views[-2] + sql.views[-1] + sql.insert).upper()
    assert not any(word in after for word in (" WHERE ", "HAVING", "JOIN"))


def test_a_new_measure_and_a_new_cube_appear_without_code() -> None:
    old = small_catalogue()
    gifts = measure("gift_lines", "lines", "any")
    cube = Cube("sku", BucketKind.MINUTE, "category", ("gift_lines",))
    new = replace(
        old,
        measures={**old.measures, "gift_lines": gifts},
        cubes={**old.cubes, "sku": cube},
    )
    sql = live_sql(new, SHANGHAI, SOURCE)
    text = sql.text()
    assert "SUM(`add_gift_lines`) AS `gift_lines`" in text
    assert "CAST('sku' AS STRING)" in text
    assert (
        "cube_name IN ('sku')\n      THEN CONCAT_WS(',', CAST(n AS STRING), CAST(`gift_lines`"
        in text
    )


def test_the_audit_cell_is_there_though_no_catalogue_names_it() -> None:
    text = live_sql(small_catalogue(), SHANGHAI, SOURCE).text()
    assert "cube_name IN ('audit')" in text
    assert "CAST(`position` AS STRING), CAST(`progress` AS STRING))" in text
