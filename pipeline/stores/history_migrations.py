"""Tables of history: numbered files run once, and facts as the catalogue wants them."""

import time
from dataclasses import dataclass
from pathlib import Path

import pipeline.sql
from pipeline.catalogue.model import Catalogue
from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.sql.history import facts_columns, facts_table
from pipeline.stores.history_connection import Server

FOLDER = Path(pipeline.sql.__file__).parent / "clickhouse"
SIDE = "facts_side_"
# A build takes seconds; a side table this old belongs to nobody who lives.
SIDE_LIVES_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name, its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


def known_migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Return the numbered files, ascending."""
    return tuple(_read(path) for path in sorted(folder.glob("[0-9]*.sql")))


def check_version(server: Server) -> int:
    """Return the highest number run in the database; raises ConfigurationError for a newer one."""
    found = server.rows("SELECT max(number) FROM migrations", {})
    number, last = int(found[0][0]), known_migrations()[-1].number
    if number > last:
        raise ConfigurationError(
            f"database '{server.database}' is at migration {number}, this program knows {last}: "
            "start the newer program"
        )
    return number


def migrate(server: Server, catalogue: Catalogue, ttl_days: int | None) -> tuple[str, ...]:
    """Bring a database up to date; return what was done.

    `ttl_days`: events older than this are deleted; 0 keeps all, None leaves it as it is.
    """
    server.run(f"CREATE DATABASE IF NOT EXISTS `{server.database}`", everywhere=True)
    try:
        reached = check_version(server)
    except ServiceUnavailable:
        reached = 0  # no table yet; were the server away, the next statement would say so
    done = [_apply(server, one) for one in known_migrations() if one.number > reached]
    done += _bring_facts(server, catalogue)
    done += _drop_leftovers(server)
    return (*done, *_keep_for(server, ttl_days))


def _apply(server: Server, migration: Migration) -> str:
    for statement in migration.statements:
        server.run(statement)
    row = [migration.number, migration.name, time.time_ns() // 1_000_000]
    server.insert("migrations", [row], ["number", "name", "applied_ms"])
    return migration.name


def _bring_facts(server: Server, catalogue: Catalogue) -> list[str]:
    before = _columns(server)
    if not before:
        server.run(facts_table(catalogue))
    done = [] if before else ["facts"]
    for statement in facts_columns(catalogue) if before else ():
        name = statement.split()[-2]
        if name not in before:
            server.run(statement)
            done.append(f"facts.{name}")
    return done


def _columns(server: Server) -> set[str]:
    sql = "SELECT name FROM system.columns WHERE database = {db:String} AND table = 'facts'"
    return {name for (name,) in server.rows(sql, {"db": server.database})}


def _drop_leftovers(server: Server) -> list[str]:
    found = server.rows(
        "SELECT name FROM system.tables WHERE database = {db:String} AND startsWith(name, {side:"
        "String}) AND toInt64(toUnixTimestamp(metadata_modification_time)) * 1000 < {before:Int64}",
        {
            "db": server.database,
            "side": SIDE,
            "before": time.time_ns() // 1_000_000 - SIDE_LIVES_MS,
        },
    )
    for (name,) in found:
        server.run("DROP TABLE IF EXISTS {table:Identifier}", {"table": name})
    return [f"dropped {name}" for (name,) in found]


def _keep_for(server: Server, days: int | None) -> list[str]:
    if days is None:
        return []
    sql = "SELECT engine_full FROM system.tables WHERE database = {db:String} AND name = 'events'"
    engine = str(server.rows(sql, {"db": server.database})[0][0])
    if days == 0:
        if " TTL " not in engine:
            return []
        server.run("ALTER TABLE events REMOVE TTL")
        return ["events are kept for good"]
    expression = f"toDateTime(minute * 60, 'UTC') + toIntervalDay({int(days)})"
    if expression in engine:
        return []
    server.run(f"ALTER TABLE events MODIFY TTL {expression}")
    return [f"events are kept for {days} days"]


def _read(path: Path) -> Migration:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("--")]
    statements = [text.strip() for text in "\n".join(lines).split(";\n")]
    cleaned = tuple(text.removesuffix(";") for text in statements if text)
    return Migration(int(path.stem.partition("_")[0]), path.stem, cleaned)
