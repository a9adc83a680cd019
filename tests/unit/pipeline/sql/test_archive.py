"""The text of the archive job: golden, and its classes are the live job's own."""

from pipeline.sql.archive import ARCHIVE_COLUMNS, archive_sql
from pipeline.sql.flink import live_sql
from pipeline.stores.history_protocol import EVENT_COLUMNS
from tests.unit.pipeline.sql.small_catalogue import small_catalogue
from tests.unit.pipeline.sql.test_flink import SHANGHAI, SOURCE, check_golden


def test_sql_of_the_archive_job_is_the_golden_text() -> None:
    check_golden("archive_job.sql", archive_sql("CNY", SOURCE).text())


def test_both_jobs_judge_by_the_same_text() -> None:
    catalogue = small_catalogue()
    live = live_sql(catalogue, SHANGHAI, SOURCE)
    archive = archive_sql(catalogue.shop.currency, SOURCE)
    assert archive.ddl[0] == live.ddl[0]
    assert archive.views[:4] == live.views[:4]


def test_nothing_is_filtered_joined_or_gathered() -> None:
    sql = archive_sql("CNY", SOURCE)
    text = " ".join([*sql.views[1:], sql.insert]).upper()
    assert not any(word in text for word in (" WHERE ", "HAVING", " JOIN ", "GROUP BY"))


def test_all_columns_of_an_event_are_there_but_those_the_job_knows_by_itself() -> None:
    told_once = {"link", "topic", "generation"}
    assert set(EVENT_COLUMNS) - told_once <= set(ARCHIVE_COLUMNS)
