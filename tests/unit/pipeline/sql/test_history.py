"""The SQL of history: golden, without a literal from outside, as the catalogue wants it."""

import re
from dataclasses import replace

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import Linear, Metric, Unit
from pipeline.sql import history, history_queries
from pipeline.stores.history_migrations import FOLDER, known_migrations
from pipeline.stores.history_protocol import EVENT_COLUMNS, RAW_COLUMNS
from tests.unit.pipeline.sql.small_catalogue import measure, small_catalogue
from tests.unit.pipeline.sql.test_flink import check_golden

CATALOGUE = small_catalogue()
ONLY = ("category", "guest")
_L = Label("词", "word")


def metric(name: str, above: dict[str, int], below: dict[str, int] | None = None) -> Metric:
    denominator = None if below is None else Linear(below)
    return Metric(name, "base", "total", Linear(above), denominator, Unit.MONEY, "gender", _L, _L)


METRICS = (
    metric("net_amount", {"paid_amount": 1, "refund_amount": -1}),
    metric("refund_rate", {"refund_amount": 1}, {"paid_amount": 1}),
    metric("per_order", {"paid_amount": 1}, {"orders": 1}),
    metric("per_buyer", {"paid_amount": 1}, {"buyers": 1}),
    metric("units", {"paid_quantity": 1, "refund_quantity": -1}),
    metric("lines", {"lines": 1}),
)


def written() -> dict[str, str]:
    """Return every statement by the name of its golden file."""
    buyers = CATALOGUE.cubes["buyers_28H"]
    return {
        "facts": ";\n".join([history.facts_table(CATALOGUE), *history.facts_columns(CATALOGUE)]),
        "build": ";\n\n".join(
            [
                history.build_cells(CATALOGUE, "facts_side_1"),
                history.build_buyers(CATALOGUE, buyers, "facts_side_1"),
                history.keep_cubes(CATALOGUE, "facts_side_1"),
                history.put_in_place("facts_side_1"),
                history.DROP_DAY,
            ]
        ),
        "cells": ";\n\n".join(
            [history_queries.fact_cells(CATALOGUE), history.cells_of_events(CATALOGUE, ONLY)]
        ),
        "first_buyers": ";\n\n".join(
            [
                history_queries.fact_purchases(buyers),
                history.first_purchases(CATALOGUE, ONLY),
                history_queries.buyers_of_events(CATALOGUE, buyers),
            ]
        ),
        "users": history_queries.best_users(CATALOGUE, ONLY),
        "sums": ";\n\n".join(
            [history_queries.fact_sums(CATALOGUE), history_queries.event_sums(CATALOGUE)]
        ),
        "recount": ";\n\n".join(
            f"-- {one.name}\n{history_queries.recount(CATALOGUE, one, ONLY)}" for one in METRICS
        ),
        "other": ";\n\n".join(
            [
                history_queries.raw_events(RAW_COLUMNS, of_topic=True, bounded=True),
                history_queries.days_with_events(of_topic=True),
                history_queries.CLOSED_DAYS,
                history_queries.RECOUNTS,
                history_queries.PROGRESS,
                history_queries.LATEST_GENERATION,
                history_queries.LINES,
                history_queries.line_sums(CATALOGUE),
                history_queries.MOST_PARTS,
            ]
        ),
    }


def test_every_statement_is_the_golden_text() -> None:
    for name, text in written().items():
        check_golden(f"history_{name}.sql", f"{text};\n")


def test_every_total_of_the_packaged_catalogue_can_be_recounted() -> None:
    from pipeline.catalogue.load import load_catalogue

    packaged = load_catalogue()
    totals = [one for one in packaged.metrics.values() if one.shape == "total"]
    assert totals
    texts = [f"-- {one.name}\n{history_queries.recount(packaged, one)};\n" for one in totals]
    check_golden("history_recount_packaged.sql", "\n".join(texts))


def test_events_are_read_merged_and_bounded() -> None:
    for text in written().values():
        for part in re.split(r";\n+", text):
            reads = re.findall(r"FROM events( FINAL)?\n", part)
            if "count() AS events" not in part:  # the one count that may come before merging
                assert all(reads), part
            if reads:
                assert "{start:UInt32}" in part
                assert "{end:UInt32}" in part


def test_a_new_measure_is_a_new_column_and_nothing_else() -> None:
    gifts = measure("gift_lines", "lines", "any")
    gender = replace(CATALOGUE.cubes["gender"], measures=("gift_lines",))
    new = replace(
        CATALOGUE,
        measures={**CATALOGUE.measures, "gift_lines": gifts},
        cubes={**CATALOGUE.cubes, "gender": gender},
    )
    added = set(history.facts_columns(new)) - set(history.facts_columns(CATALOGUE))
    assert added == {"ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_gift_lines Int64"}


def test_migrations_are_numbered_without_a_gap_and_create_what_is_promised() -> None:
    found = known_migrations()
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert len(found) == len(list(FOLDER.glob("*.sql")))
    text = "\n".join(statement for one in found for statement in one.statements)
    tables = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", text)
    assert tables == ["migrations", "events", "day_link", "recounts", "archive_progress"]
    events = next(s for one in found for s in one.statements if "EXISTS events" in s)
    assert tuple(re.findall(r"^  (\w+) ", events, re.M)) == (*EVENT_COLUMNS, "precedence")
