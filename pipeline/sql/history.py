"""Facts in ClickHouse, from the catalogue: their table, and how a day of them is made of events.

Pure text. A day is made in a side table and put in place of the old one as a whole.
"""

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.sql.history_lines import (
    BUYS,
    MINUTES,
    additive,
    column,
    filtered,
    key_of,
    summed,
)

PLACE = ("link", "day", "cube", "minute", "key", "n")
ONE_DAY = "link = {link:String} AND day = {day:Int32}"


def fact_measures(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the measures that have a column in facts: those of minute cubes, then `buyers`."""
    of_windows = (name for cube in window_cubes(catalogue) for name in cube.measures)
    names = (*(measure.name for measure in additive(catalogue)), *of_windows)
    return tuple(dict.fromkeys(names))


def window_cubes(catalogue: Catalogue) -> tuple[Cube, ...]:
    """Return the cubes of distinct buyers, one a window."""
    return tuple(c for c in catalogue.cubes.values() if c.bucket is BucketKind.WINDOW)


def facts_table(catalogue: Catalogue) -> str:
    """Return the statement that creates the table of facts where there is none."""
    measures = "".join(f",\n  {column(name)} Int64" for name in fact_measures(catalogue))
    return (
        "CREATE TABLE IF NOT EXISTS facts (\n"
        "  link LowCardinality(String),\n  day Int32,\n  cube LowCardinality(String),\n"
        f"  minute UInt32,\n  key LowCardinality(String),\n  n Int64{measures}\n"
        ") ENGINE = MergeTree PARTITION BY (link, day) ORDER BY (cube, minute, key)"
    )


def facts_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """Return a statement a measure, which adds its column to a table that is older than it."""
    return tuple(
        f"ALTER TABLE facts ADD COLUMN IF NOT EXISTS {column(name)} Int64"
        for name in fact_measures(catalogue)
    )


def cells_of_events(catalogue: Catalogue, only: tuple[str, ...] = ()) -> str:
    """Return a query of (cube, minute, key, n, measures): cells of all minute cubes in one scan.

    `only`: dimensions a line is filtered by. Takes the cubes wanted as a parameter.
    """
    cubes = catalogue.minute_cubes()
    names = ", ".join(f"'{cube.name}'" for cube in cubes)
    keys = ", ".join(key_of(catalogue, cube.dimension) for cube in cubes)
    sums = "".join(f",\n  {summed(m)} AS {column(m.name)}" for m in additive(catalogue))
    return (
        f"SELECT cube_name, minute, cell_key, toInt64(count()) AS n{sums}\n"
        "FROM (\n"
        "  SELECT minute, kind, line_no, user_id, quantity, amount_cents,\n"
        f"    arrayJoin(arrayZip([{names}], [{keys}])) AS place,\n"
        "    place.1 AS cube_name, place.2 AS cell_key\n"
        f"  FROM events FINAL\n  WHERE {MINUTES}{filtered(catalogue, only)}\n"
        ")\n"
        "WHERE cube_name IN {cubes:Array(String)}\n"
        "GROUP BY cube_name, minute, cell_key"
    )


def first_purchases(catalogue: Catalogue, only: tuple[str, ...] = ()) -> str:
    """Return a query of (minute, buyers): users whose first purchase is in that minute."""
    return (
        "SELECT first_minute, toInt64(count()) AS buyers\n"
        "FROM (\n"
        "  SELECT user_id, min(minute) AS first_minute FROM events FINAL\n"
        f"  WHERE {MINUTES} AND {BUYS}{filtered(catalogue, only)}\n"
        "  GROUP BY user_id\n"
        ")\n"
        "GROUP BY first_minute"
    )


def build_cells(catalogue: Catalogue, side: str) -> str:
    """Return the statement that fills a side table with the minute cubes of a day."""
    measures = [column(measure.name) for measure in additive(catalogue)]
    return (
        f"INSERT INTO {side} ({', '.join([*PLACE, *measures])})\n"
        "SELECT {link:String}, {day:Int32}, cube_name, minute, cell_key, "
        f"{', '.join(['n', *measures])}\nFROM (\n{cells_of_events(catalogue)}\n)"
    )


def build_buyers(catalogue: Catalogue, cube: Cube, side: str) -> str:
    """Return the statement that adds the first purchases of a window to a side table."""
    return (
        f"INSERT INTO {side} ({', '.join([*PLACE, *map(column, cube.measures)])})\n"
        "SELECT {link:String}, {day:Int32}, {cube:String}, first_minute, '', buyers, buyers\n"
        f"FROM (\n{first_purchases(catalogue)}\n)"
    )


def keep_cubes(catalogue: Catalogue, side: str) -> str:
    """Return the statement that copies the cubes that are not made anew into a side table."""
    columns = ", ".join([*PLACE, *map(column, fact_measures(catalogue))])
    return (
        f"INSERT INTO {side} ({columns})\nSELECT {columns}\nFROM facts\n"
        f"WHERE {ONE_DAY} AND cube NOT IN {{cubes:Array(String)}}"
    )


def put_in_place(side: str) -> str:
    """Return the statement that makes a side table the facts of a day, at once."""
    return f"ALTER TABLE facts REPLACE PARTITION ({{link:String}}, {{day:Int32}}) FROM {side}"


DROP_DAY = "ALTER TABLE facts DROP PARTITION ({link:String}, {day:Int32})"
