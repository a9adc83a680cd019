"""What is read of history in ClickHouse, from the catalogue. Pure text, parameters only."""

from collections.abc import Iterable

from pipeline.catalogue.model import Catalogue, Cube, Metric
from pipeline.sql.history import ONE_DAY, cells_of_events, fact_measures
from pipeline.sql.history_lines import (
    MINUTES,
    additive,
    column,
    filtered,
    known,
    only_kind,
    summed,
)

# `days` prunes the partitions; the minutes are a range of the key inside each.
_FACT_MINUTES = (
    "link = {link:String} AND day IN {days:Array(Int32)}"
    " AND minute >= {start:UInt32} AND minute < {end:UInt32}"
)


def fact_cells(catalogue: Catalogue) -> str:
    """Return a query of (cube, minute, key, n, measures), as `cells_of_events`, from facts."""
    measures = ", ".join(column(measure.name) for measure in additive(catalogue))
    return (
        f"SELECT cube, minute, key, n, {measures}\nFROM facts\n"
        f"WHERE {_FACT_MINUTES} AND cube IN {{cubes:Array(String)}}"
    )


def fact_purchases(cube: Cube) -> str:
    """Return a query of (minute, buyers), as `first_purchases`, from facts of a window."""
    return (
        f"SELECT minute, {column(cube.measures[0])} AS buyers\nFROM facts\n"
        f"WHERE {ONE_DAY} AND cube = {{cube:String}}"
    )


def best_users(catalogue: Catalogue, only: tuple[str, ...] = ()) -> str:
    """Return a query of (user, n, province, measures of `users`), the best first."""
    cube = catalogue.cubes["users"]
    measures = "".join(
        f",\n  {summed(measure)} AS {column(measure.name)}"
        for measure in additive(catalogue, cube.measures)
    )
    label = known(cube.label_field) if cube.label_field else "''"
    where = f"{MINUTES} AND user_id != ''{only_kind(catalogue, cube)}{filtered(catalogue, only)}"
    return (
        "SELECT user_id, toInt64(count()) AS n,\n"
        f"  argMax({label}, (event_ms, event_id)) AS label{measures}\n"
        f"FROM events FINAL\nWHERE {where}\nGROUP BY user_id\n"
        f"ORDER BY {column(cube.measures[0])} DESC, user_id\nLIMIT {{limit:UInt32}}"
    )


def fact_sums(catalogue: Catalogue) -> str:
    """Return a query of (cube, n, measures) summed over the facts of a day."""
    names = ["n", *map(column, fact_measures(catalogue))]
    sums = ", ".join(f"sum({name}) AS sum_{name}" for name in names)
    # unquoted, the last word would be the keyword of GROUP BY CUBE
    return f"SELECT cube, {sums}\nFROM facts\nWHERE {ONE_DAY}\nGROUP BY `cube`"


def event_sums(catalogue: Catalogue) -> str:
    """Return a query of (cube, n, measures) of the minute cubes as events would make them."""
    names = ["n", *(column(measure.name) for measure in additive(catalogue))]
    sums = ", ".join(f"sum({name}) AS sum_{name}" for name in names)
    return f"SELECT cube_name, {sums}\nFROM (\n{cells_of_events(catalogue)}\n)\nGROUP BY cube_name"


def line_sums(catalogue: Catalogue) -> str:
    """Return a query of (lines, every measure that is a sum of lines) of a stretch of minutes."""
    sums = "".join(f",\n  {summed(m)} AS {column(m.name)}" for m in additive(catalogue))
    return f"SELECT toInt64(count()) AS n{sums}\nFROM events FINAL\nWHERE {MINUTES}"


def buyers_of_events(catalogue: Catalogue, cube: Cube) -> str:
    """Return a query of the different buyers of a stretch."""
    return (
        f"SELECT {summed(catalogue.measures[cube.measures[0]])} AS buyers\n"
        f"FROM events FINAL\nWHERE {MINUTES}"
    )


def recount(catalogue: Catalogue, metric: Metric, only: tuple[str, ...] = ()) -> str:
    """Return a query of (lines, each measure a total is made of), counted from raw events."""
    sums = "".join(
        f",\n  {summed(catalogue.measures[name])} AS {column(name)}" for name in measures_of(metric)
    )
    return (
        f"SELECT toInt64(count()) AS counted_lines{sums}\n"
        f"FROM events FINAL\nWHERE {MINUTES}{filtered(catalogue, only)}"
    )


def measures_of(metric: Metric) -> tuple[str, ...]:
    """Return the measures above and below the line of a metric, each once."""
    below = metric.denominator.terms if metric.denominator else {}
    return tuple(dict.fromkeys([*metric.numerator.terms, *below]))


def raw_events(columns: Iterable[str], of_topic: bool, bounded: bool) -> str:
    """Return a query of the events themselves, each once."""
    where = MINUTES if bounded else "link = {link:String}"
    topic = " AND topic = {topic:String}" if of_topic else ""
    return (
        f"SELECT {', '.join(columns)}\nFROM events FINAL\nWHERE {where}{topic}\n"
        "ORDER BY minute, event_id"
    )


def days_with_events(of_topic: bool) -> str:
    """Return a query of (UTC epoch day, events before merging)."""
    topic = " AND topic = {topic:String}" if of_topic else ""
    return (
        "SELECT intDiv(minute, 1440) AS utc_day, count() AS events\nFROM events\n"
        f"WHERE {MINUTES}{topic}\nGROUP BY utc_day"
    )


CLOSED_DAYS = (
    "SELECT day, link, generation, recounted_ms, cause, lines\nFROM day_link FINAL\n"
    "WHERE link = {link:String}\nORDER BY day"
)
RECOUNTS = (
    "SELECT day, window, link, generation, recounted_ms, cause, lines, sums, compared, live\n"
    "FROM recounts\nWHERE day = {day:Int32} AND window = {window:String}\nORDER BY generation"
)
PROGRESS = (
    "SELECT topic, partition, position, progress_ms, written_ms\nFROM archive_progress FINAL\n"
    "WHERE link = {link:String}"
)
LATEST_GENERATION = (
    "SELECT greatest((SELECT max(generation) FROM day_link), "
    "(SELECT max(generation) FROM recounts))"
)
LINES = f"SELECT count() AS lines\nFROM events FINAL\nWHERE {MINUTES}"
# Of events and facts: the most parts one partition is in, before they are merged.
MOST_PARTS = (
    "SELECT max(parts) FROM (\n"
    "  SELECT count() AS parts FROM system.parts\n"
    "  WHERE database = {db:String} AND table IN ('events', 'facts') AND active\n"
    "  GROUP BY table, partition\n)"
)
