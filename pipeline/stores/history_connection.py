"""One ClickHouse: its clients, its limits and its errors in our words."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import clickhouse_connect
import pyarrow as pa
import urllib3  # type: ignore[import-untyped]  # it has no types
from clickhouse_connect.driver.exceptions import ClickHouseError, InterfaceError

from pipeline.errors import ConfigurationError, DapingError, Refused, ServiceUnavailable

# On one machine or in one room a connection is made in milliseconds or not at all.
CONNECT_TIMEOUT_S = 2
# A screen shows that history is slow rather than wait longer; a day's cells take 0.2 s.
QUERY_TIMEOUT_S = 10
# 100,000 events go in in under a second; a disk that is busy merging may need many.
INSERT_TIMEOUT_S = 30
# A day of ten million lines is made anew in a minute.
BUILD_TIMEOUT_S = 180

# What ClickHouse's error codes mean to a caller.
_NO_TABLES = {60, 81}  # UNKNOWN_TABLE, UNKNOWN_DATABASE
_OTHER_TABLES = {16, 47}  # NO_SUCH_COLUMN_IN_TABLE, UNKNOWN_IDENTIFIER
_NOT_ALLOWED = {192, 193, 194, 497, 516}  # unknown user, passwords, ACCESS_DENIED, AUTHENTICATION
_TOO_MUCH = {158, 307, 394, 396}  # rows, bytes, QUERY_WAS_CANCELLED, result rows
# Timeouts, memory, too many queries or parts, disk full, shutting down: another time it may work.
_LATER = {159, 160, 202, 203, 209, 210, 236, 241, 242, 243, 252, 319, 335, 439, 473, 745}

Parameters = Mapping[str, Any]


class Server:
    """Runs statements in one database, connecting on first use. Safe in threads.

    Raises ServiceUnavailable, ConfigurationError and Refused; no message shows a password.
    """

    def __init__(self, url: str, database: str) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = None
        self.address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.database = database
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                f"{self.address} is not a ClickHouse URL: write http://user:password@host:8123"
            )
        if not re.fullmatch(r"[A-Za-z0-9_]{1,128}", database):
            raise ConfigurationError(
                f"'{database}' is no name of a database: use letters, digits and _ in "
                "DAPING_DATABASE"
            )
        self._options: dict[str, Any] = {
            "host": parts.hostname,
            "port": port or (8443 if parts.scheme == "https" else 8123),
            "username": unquote(parts.username or "") or None,
            "password": unquote(parts.password or ""),
            "secure": parts.scheme == "https",
        }
        self._clients = threading.local()

    def rows(self, sql: str, parameters: Parameters, **more: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query; `more`: `settings`, `seconds`."""
        with self._client("query", more.pop("seconds", QUERY_TIMEOUT_S)) as client:
            return [tuple(row) for row in client.query(sql, parameters, **more).result_rows]

    def blocks(self, sql: str, parameters: Parameters) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query of any length as they come."""
        with (
            self._client("query", BUILD_TIMEOUT_S) as client,
            client.query_row_block_stream(sql, parameters) as stream,
        ):
            yield from stream

    def columns(self, sql: str, parameters: Parameters) -> list[Any]:
        """Return the columns of a query: numbers as numpy arrays, texts as (codes, texts)."""
        with self._client("query", QUERY_TIMEOUT_S) as client:
            found = client.query_arrow(sql, parameters, use_strings=True)
        return [_column(found.column(place)) for place in range(found.num_columns)]

    def run(self, sql: str, parameters: Parameters | None = None, everywhere: bool = False) -> None:
        """Run a statement that answers nothing; `everywhere`: not inside the database."""
        name = "server" if everywhere else "statement"
        with self._client(name, BUILD_TIMEOUT_S) as client:
            client.command(sql, parameters)

    def insert(self, table: str, rows: list[list[Any]], names: list[str]) -> None:
        """Insert a few rows."""
        with self._client("insert", INSERT_TIMEOUT_S) as client:
            client.insert(table, rows, column_names=names)

    def insert_arrow(self, table: str, data: Any) -> None:
        """Insert a pyarrow table; its columns name those of the table."""
        with self._client("insert", INSERT_TIMEOUT_S) as client:
            client.insert_arrow(table, data)

    @contextmanager
    def _client(self, doing: str, seconds: float) -> Iterator[Any]:
        """Hand out this thread's client of a purpose; after a failure the next one is new."""
        held = self._clients.__dict__.setdefault("held", {})
        place = (doing == "server", seconds)
        try:
            if place not in held:
                held[place] = clickhouse_connect.create_client(
                    **self._options,
                    database=None if doing == "server" else self.database,
                    connect_timeout=CONNECT_TIMEOUT_S,
                    send_receive_timeout=seconds,
                    query_retries=0,  # whoever calls knows whether to try again
                    autogenerate_session_id=False,  # two calls may overlap on a server
                )
            yield held[place]
        except DapingError:
            raise
        except (ClickHouseError, urllib3.exceptions.HTTPError, OSError, EOFError) as fault:
            code = getattr(fault, "code", None)
            if code is None or isinstance(fault, InterfaceError):
                held.pop(place, None)
            raise self._told(doing, fault, code) from fault

    def _told(self, doing: str, fault: Exception, code: int | None) -> DapingError:
        where = f"ClickHouse at {self.address}"
        text = _first_line(fault)
        if code in _NOT_ALLOWED:
            return ConfigurationError(
                f"{where} lets us not in ({code}): see user and password in DAPING_CLICKHOUSE_URL"
            )
        if code in _NO_TABLES:
            return ServiceUnavailable(
                f"{where} has no history in database '{self.database}' yet; it comes with "
                "`python -m pipeline submit archive`"
            )
        if code in _OTHER_TABLES:
            return ConfigurationError(
                f"{where}: database '{self.database}' is of another catalogue ({text}); bring it "
                "up to date with `python -m pipeline submit archive`"
            )
        if code in _TOO_MUCH:
            return Refused(f"{where} gave up ({doing}: {text}); ask for less")
        if code is None or code in _LATER:
            return ServiceUnavailable(
                f"{where} did not answer ({doing}: {text}); see whether it runs "
                "(python -m pipeline services status)"
            )
        return Refused(f"{where} refused ({doing}: {text})")


def _first_line(fault: Exception) -> str:
    """Return what a server said, short; clients put addresses and whole bodies around it."""
    text = " ".join(str(fault).split()) or type(fault).__name__
    return text if len(text) <= 300 else f"{text[:300]}…"


def _column(column: Any) -> Any:
    """Return a pyarrow column as numpy; of texts, which repeat, int codes and what they mean."""
    if pa.types.is_integer(column.type):
        return column.to_numpy()
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()
