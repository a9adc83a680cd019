"""One connection to the engine: what is set on it, and the three ways to run a statement."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chdb import ChdbError
from chdb.state.sqlitelike import Connection, StreamingResult

from pipeline.local.clickhouse.faults import QueryFault, fault, from_engine

NOT_STREAMED = "Streaming query is not supported"
READ_ONLY = 0  # of chDB's query_class


@dataclass(frozen=True)
class Rows:
    """A piece of an answer as bytes of its format, with the number of its rows."""

    data: bytes
    count: int
    read: int = 0


@dataclass(frozen=True)
class Class:
    """What a statement would do: only read, and how many statements it is."""

    reads: bool
    control: bool
    count: int


class Link:
    """One connection; runs one statement at a time. `spoilt` ones must not be used again."""

    def __init__(self, place: str) -> None:
        self._connection = Connection(place)
        self._settings: dict[str, str] = {}
        self._database = "default"
        self.spoilt = False
        # The engine gives queries ids of its own: this mark is how one is found and killed.
        self.mark = uuid.uuid4().hex
        self.query(f"SET log_comment = '{self.mark}'")

    def close(self) -> None:
        self._connection.close()

    def prepare(self, settings: Mapping[str, str], database: str) -> None:
        """Make these settings, and no others, and this database hold for what follows."""
        gone = [f"{name} = DEFAULT" for name in self._settings if name not in settings]
        new = [
            f"{name} = {quoted(value)}"
            for name, value in settings.items()
            if self._settings.get(name) != value
        ]
        if gone or new:
            # Nothing can be set after `readonly`, nor taken back.
            self.spoilt = self.spoilt or "readonly" in settings
            last = sorted(gone + new, key=lambda one: one.startswith("readonly"))
            self.query(f"SET {', '.join(last)}")
            self._settings = dict(settings)
        wanted = database or "default"
        if wanted != self._database:
            self.query(f"USE {named(wanted)}")
            self._database = wanted

    def forget_settings(self) -> None:
        """The statement just run may have changed the database; ask for it again."""
        self._database = ""

    def classify(self, statement: str) -> Class:
        try:
            found = self._connection._conn.classify_query(statement)
        except RuntimeError as error:
            raise from_engine(error) from error
        kind = int(found["query_class"])
        return Class(kind == READ_ONLY, kind > 1, int(found["statement_count"]))

    def query(
        self, statement: str, fmt: str = "TabSeparated", parameters: Mapping[str, str] | None = None
    ) -> tuple[Rows, int, int]:
        """Run to the end; return the answer, rows written and bytes written."""
        try:
            done = self._connection._conn.query(statement, fmt, params=dict(parameters or {}))
        except (RuntimeError, TypeError, UnicodeError) as error:
            # What a failed query had written comes out of the same connection's next one.
            self.spoilt = True
            raise from_engine(error) from error
        rows = Rows(bytes(done.bytes()), int(done.rows_read()), int(done.storage_rows_read()))
        return rows, int(done.rows_written()), int(done.bytes_written())

    def stream(
        self, statement: str, fmt: str, parameters: Mapping[str, str]
    ) -> Iterator[Rows] | None:
        """Give the answer block by block; None when this statement cannot be read so."""
        try:
            result = self._connection.send_query(statement, fmt, params=dict(parameters))
        except (RuntimeError, ChdbError) as error:
            if NOT_STREAMED in str(error):
                return None
            raise from_engine(error) from error
        return self._blocks(result)

    def _blocks(self, result: StreamingResult) -> Iterator[Rows]:
        try:
            while (block := result.fetch()) is not None:
                yield Rows(bytes(block.bytes()), int(block.rows_read()))
        except (RuntimeError, ChdbError) as error:
            raise from_engine(error) from error
        finally:
            result.cancel()

    def insert(
        self, into: str, fmt: str, pieces: Iterator[bytes], parameters: Mapping[str, str]
    ) -> tuple[int, int]:
        """Insert the pieces, which are one stream of the format; return rows and bytes written."""
        for name, value in parameters.items():
            self.spoilt = True  # a parameter that is set stays set
            self.query(f"SET param_{name} = {quoted(value)}")
        try:
            with self._connection.send_insert(into, fmt) as inserter:
                for piece in pieces:
                    inserter.append(piece)
                done = inserter.finish()
        except QueryFault:
            self.spoilt = True
            raise
        except RuntimeError as error:
            self.spoilt = True
            raise from_engine(error) from error
        return int(done.rows_written), int(done.bytes_written)


def quoted(value: str) -> str:
    """Return a text as a literal of SQL."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def named(name: str) -> str:
    """Return an identifier of SQL; raises QueryFault for one that cannot be written."""
    if "\0" in name or not name:
        raise fault(62, "a name is empty or has a NUL", "SYNTAX_ERROR")
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"
