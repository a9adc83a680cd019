"""What a kept plan is found by, and that it is whole or not there."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.jobs.environment import ARCHIVE_PACE, LIVE_PACE
from pipeline.jobs.plans import keep_plan, kept_plan, plan_key
from pipeline.jobs.specification import LiveSpec
from pipeline.sql.flink import live_sql
from pipeline.sql.source import SourceOptions
from pipeline.trading.zone import Zone
from pipeline.values.streams import LinkGeneration

CATALOGUE = load_catalogue()
ZONE = Zone(CATALOGUE.shop.zone).transitions(2000, 2040)


def spec(source: SourceOptions, generation: int = 1) -> LiveSpec:
    sql = live_sql(CATALOGUE, ZONE, source)
    return LiveSpec(LinkGeneration("A", generation), sql, CATALOGUE, "redis://a", "http://b", 1)


ONE = spec(SourceOptions("broker:9092", "orders", "daping-A-1", {0: 0, 1: 7}))


def test_where_a_job_reads_and_writes_does_not_matter() -> None:
    other = spec(SourceOptions("it's:1", "orders.demo", "daping-B-9", {0: 5}), generation=9)
    assert plan_key(replace(other, redis_url="redis://c", rest="d"), LIVE_PACE) == plan_key(
        ONE, LIVE_PACE
    )


def test_what_a_job_does_matters() -> None:
    table = replace(ONE.sql, ddl=tuple(s.replace("'json'", "'csv'") for s in ONE.sql.ddl))
    view = replace(ONE.sql, views=(*ONE.sql.views[:-1], ONE.sql.views[-1] + " "))
    others = [plan_key(replace(ONE, sql=sql), LIVE_PACE) for sql in (table, view)]
    keys = {plan_key(ONE, LIVE_PACE), plan_key(ONE, ARCHIVE_PACE), *others}
    assert len(keys) == 4


def test_a_plan_lies_beside_the_jars(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLINK_LIB_DIR", str(tmp_path / "jars" / "flink-lib-1"))
    file = kept_plan(ONE, LIVE_PACE)
    assert file is not None
    assert file.parent == tmp_path / "jars" / "plans"
    keep_plan(file, "{}")
    assert [f.read_text() for f in file.parent.iterdir()] == ["{}"]
    monkeypatch.delenv("FLINK_LIB_DIR")
    assert kept_plan(ONE, LIVE_PACE) is None


def test_where_nothing_can_be_written_no_plan_is_kept(tmp_path: Path) -> None:
    (tmp_path / "plans").write_text("a file where the folder should be")
    keep_plan(tmp_path / "plans" / "one.json", "{}")
    assert (tmp_path / "plans").is_file()
