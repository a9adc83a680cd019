"""What becomes of the lines of a sample: mapped, then judged as the jobs judge an event."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.events import Reader, Rejected
from pipeline.mapping.messages import MessageMapper, event_json
from pipeline.mapping.model import Mapping


@dataclass(frozen=True)
class Failure:
    """The first message that was refused so: its number in the file from 1, and why."""

    number: int
    index: int | None
    detail: str
    message: str


@dataclass
class Sampled:
    """`example`: the first message with an event, and the event. Reasons: `mapping`, or a job's."""

    messages: int = 0
    lines: int = 0
    accepted: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    failures: dict[tuple[str, str], Failure] = field(default_factory=dict)
    example: tuple[int, str, str] | None = None

    def fail(self, reason: str, failure: Failure, lines: int = 1) -> None:
        """Count; the first of each reason, and of each field that a mapping misses, is kept."""
        self.rejected[reason] += lines
        self.failures.setdefault((reason, failure.detail.split(" ")[0]), failure)


def sample(mapping: Mapping, currency: str, messages: Iterable[bytes]) -> Sampled:
    """Map and judge messages; an event is taken to arrive at its own time."""
    found, mapper, reader = Sampled(), MessageMapper(mapping), Reader(currency)
    seen: dict[str, bytes] = {}
    for number, payload in enumerate(messages, start=1):
        if not payload.strip():
            continue
        text = payload.decode("utf-8", "replace").strip()
        mapped = mapper.read(payload, f"sample:0:{number}")
        found.messages += 1
        found.lines += mapped.lines
        found.skipped += mapped.skipped
        for refusal in mapped.refused:
            failure = Failure(number, refusal.index, refusal.detail, text)
            found.fail("mapping", failure, refusal.lines)
        for place, (_, fields) in enumerate(mapped.events):
            event = event_json(fields)
            judged = reader.read(event, fields["event_time"])
            first = seen.setdefault(fields["event_id"], event)
            if isinstance(judged, Rejected):
                found.fail(judged.reason, Failure(number, place, judged.detail, text))
            elif first is event:
                found.accepted += 1
                found.example = found.example or (number, text, event.decode("utf-8"))
            elif first == event:
                found.duplicates += 1
            else:
                detail = f"event_id {fields['event_id']} came before with another payload"
                found.fail("conflict", Failure(number, place, detail, text))
    return found
