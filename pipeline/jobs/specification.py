"""What the live job needs to know, as it travels to the process that submits it."""

import pickle
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.sql.flink import LiveSql
from pipeline.values.streams import LinkGeneration


def job_name(stream: LinkGeneration) -> str:
    """Return the name under which the cluster lists the live job of a generation."""
    return f"daping live {stream}"


@dataclass(frozen=True, slots=True)
class LiveSpec:
    """All the job needs; travels over stdin, because the address of Redis may hold a secret."""

    stream: LinkGeneration
    sql: LiveSql
    catalogue: Catalogue
    redis_url: str
    rest: str
    parallelism: int

    @property
    def name(self) -> str:
        return job_name(self.stream)

    def dumps(self) -> bytes:
        return pickle.dumps(self)

    @classmethod
    def loads(cls, written: bytes) -> "LiveSpec":
        """Read what `dumps` of our own parent process wrote."""
        found = pickle.loads(written)
        if not isinstance(found, cls):
            raise TypeError(f"a LiveSpec was expected on stdin, not {type(found).__name__}")
        return found
