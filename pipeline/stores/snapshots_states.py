"""The documents beside the cells: which generation is read, who sends, who watches."""

import re

from pipeline.errors import Refused
from pipeline.stores.snapshots_connection import Connection, Script
from pipeline.stores.snapshots_keys import (
    ACTIVE,
    SOURCE,
    GenerationKeys,
    adapter_key,
    auditor_key,
    job_key,
    meta_pattern,
)
from pipeline.values.adapted import apart, field_of, joined
from pipeline.values.documents import State, from_json, to_json
from pipeline.values.streams import (
    Active,
    AdapterState,
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    SourceState,
)

_ACTIVATE = Script.read("activate")
_GENERATION = re.compile(r":(\d+)}:meta$")


class RedisStates:
    """States as JSON, one key each. They are overwritten every second and need no expiry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def address(self) -> str:
        """Where the Redis is, without a password."""
        return self._connection.address

    def close(self) -> None:
        self._connection.close()

    def life(self, stream: LinkGeneration) -> str | None:
        found = self._connection.run("GET", GenerationKeys.of(stream).life)
        return None if found is None else str(found.decode())

    def active(self) -> Active | None:
        found = self._connection.run("GET", ACTIVE)
        return None if found is None else Active.decode(found.decode())

    def activate(self, expected: Active | None, stream: LinkGeneration) -> Active:
        """Make a generation the one that is read; raises Refused when someone else was faster."""
        new = Active(stream, 1 if expected is None else expected.switch_no + 1)
        before = "" if expected is None else expected.encode()
        if not self._connection.call(_ACTIVATE, [ACTIVE], [before, new.encode()]):
            raise Refused(
                f"{ACTIVE} is no longer {before or 'empty'}: someone else switched; "
                "look at it again before switching"
            )
        return new

    def meta(self, stream: LinkGeneration) -> GenerationMeta | None:
        return self._read(GenerationMeta, GenerationKeys.of(stream).meta)

    def put_meta(self, meta: GenerationMeta) -> None:
        self._put(GenerationKeys.of(meta.stream).meta, meta)

    def generations(self, link: str) -> tuple[int, ...]:
        """Return the generations of a link that have a meta, ascending."""
        found = [key.decode() for key in self._connection.keys(meta_pattern(link))]
        numbers = (_GENERATION.search(key) for key in found)
        return tuple(sorted(int(number[1]) for number in numbers if number))

    def source(self) -> SourceState | None:
        return self._read(SourceState, SOURCE)

    def put_source(self, state: SourceState) -> None:
        self._put(SOURCE, state)

    def auditor(self, link: str) -> AuditorState | None:
        return self._read(AuditorState, auditor_key(link))

    def put_auditor(self, link: str, state: AuditorState) -> None:
        self._put(auditor_key(link), state)

    def adapter(self, link: str) -> AdapterState | None:
        """Return the partitions of the foreign topic that was told of last."""
        key = adapter_key(link)
        found = self._connection.run("HGETALL", key)
        return joined(from_json(AdapterState, one, key) for one in found.values())

    def put_adapter(self, link: str, state: AdapterState) -> None:
        """Put the partitions; those that another process adapts stay."""
        fields = [part for one in apart(state) for part in (field_of(one), to_json(one))]
        if fields:
            self._connection.run("HSET", adapter_key(link), *fields)

    def job(self, link: str) -> JobState | None:
        return self._read(JobState, job_key(link))

    def put_job(self, link: str, state: JobState) -> None:
        self._put(job_key(link), state)

    def _read(self, kind: type[State], key: str) -> State | None:
        found = self._connection.run("GET", key)
        return None if found is None else from_json(kind, found, key)

    def _put(self, key: str, state: object) -> None:
        self._connection.run("SET", key, to_json(state))
