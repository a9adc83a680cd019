"""What a job needs to know, as it travels to the process that submits it."""

import pickle
from dataclasses import dataclass
from typing import BinaryIO, Protocol, Self

from pipeline.catalogue.model import Catalogue
from pipeline.sql.archive import ArchiveSql
from pipeline.sql.flink import LiveSql
from pipeline.trading.windows import TradingTime
from pipeline.values.streams import LinkGeneration


def job_name(stream: LinkGeneration) -> str:
    """Return the name under which the cluster lists the live job of a generation."""
    return f"daping live {stream}"


def archive_name(stream: LinkGeneration) -> str:
    """Return the name under which the cluster lists an archive job; it has its own numbers."""
    return f"daping archive {stream}"


class Statements(Protocol):
    """What a job runs, in this order."""

    @property
    def ddl(self) -> tuple[str, ...]: ...
    @property
    def views(self) -> tuple[str, ...]: ...
    @property
    def insert(self) -> str: ...


class JobSpec(Protocol):
    """What any job tells: its name, its SQL, the cluster (`rest`) and how many ways it is split."""

    @property
    def name(self) -> str: ...
    @property
    def sql(self) -> Statements: ...
    @property
    def rest(self) -> str: ...
    @property
    def parallelism(self) -> int: ...
    def dumps(self) -> bytes: ...


class _Travelling:
    """Goes over stdin, because the address of a store may hold a secret."""

    __slots__ = ()

    def dumps(self) -> bytes:
        return pickle.dumps(self)

    @classmethod
    def load(cls, stdin: BinaryIO) -> Self:
        """Read the next that `dumps` of our own parent process wrote."""
        found = pickle.load(stdin)
        if not isinstance(found, cls):
            raise TypeError(f"{cls.__name__} was expected on stdin, not {type(found).__name__}")
        return found


@dataclass(frozen=True, slots=True)
class LiveSpec(_Travelling):
    """All the live job needs."""

    stream: LinkGeneration
    sql: LiveSql
    catalogue: Catalogue
    redis_url: str
    rest: str
    parallelism: int

    @property
    def name(self) -> str:
        return job_name(self.stream)


@dataclass(frozen=True, slots=True)
class ArchiveTarget:
    """Where the archive job writes: ClickHouse's address, the database, and what it is made by."""

    url: str
    database: str
    catalogue: Catalogue
    trading: TradingTime


@dataclass(frozen=True, slots=True)
class ArchiveSpec(_Travelling):
    """All the archive job needs. One slot: its rows must stay in the order of their offsets."""

    stream: LinkGeneration
    topic: str
    sql: ArchiveSql
    target: ArchiveTarget
    rest: str
    parallelism: int = 1

    @property
    def name(self) -> str:
        return archive_name(self.stream)
