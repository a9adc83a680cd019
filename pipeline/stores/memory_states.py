"""The states of the store in memory, written and read as the same documents."""

from pipeline.errors import Refused
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


class MemoryStates:
    """One dict of documents."""

    def __init__(self) -> None:
        self._documents: dict[str, bytes] = {}

    def active(self) -> Active | None:
        found = self._documents.get("active")
        return None if found is None else Active.decode(found.decode())

    def activate(self, expected: Active | None, stream: LinkGeneration) -> Active:
        if self.active() != expected:
            raise Refused(f"{self.active()} is active, not {expected}: someone else switched")
        new = Active(stream, 1 if expected is None else expected.switch_no + 1)
        self._documents["active"] = new.encode().encode()
        return new

    def meta(self, stream: LinkGeneration) -> GenerationMeta | None:
        return self._read(GenerationMeta, f"meta:{stream}")

    def put_meta(self, meta: GenerationMeta) -> None:
        self._documents[f"meta:{meta.stream}"] = to_json(meta)

    def generations(self, link: str) -> tuple[int, ...]:
        prefix = f"meta:{link}:"
        found = (name for name in self._documents if name.startswith(prefix))
        return tuple(sorted(int(name.removeprefix(prefix)) for name in found))

    def source(self) -> SourceState | None:
        return self._read(SourceState, "source")

    def put_source(self, state: SourceState) -> None:
        self._documents["source"] = to_json(state)

    def auditor(self, link: str) -> AuditorState | None:
        return self._read(AuditorState, f"auditor:{link}")

    def put_auditor(self, link: str, state: AuditorState) -> None:
        self._documents[f"auditor:{link}"] = to_json(state)

    def adapter(self, link: str) -> AdapterState | None:
        held = [d for name, d in self._documents.items() if name.startswith(f"adapted:{link}:")]
        return joined(from_json(AdapterState, one, f"adapted:{link}") for one in held)

    def put_adapter(self, link: str, state: AdapterState) -> None:
        for one in apart(state):
            self._documents[f"adapted:{link}:{field_of(one)}"] = to_json(one)

    def job(self, link: str) -> JobState | None:
        return self._read(JobState, f"job:{link}")

    def put_job(self, link: str, state: JobState) -> None:
        self._documents[f"job:{link}"] = to_json(state)

    def _read(self, kind: type[State], name: str) -> State | None:
        found = self._documents.get(name)
        return None if found is None else from_json(kind, found, name)
