"""What was injected into a run, and at which place of its one sequence of messages.

`inject/<token>.json` in the run's folder (written by who asks): {"kind": one of bursts.KINDS}.
`injections.json` (ours, on the disk before the first message of a burst): every burst so far. A
restarted run puts the same bursts at the same places.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from pipeline.errors import ConfigurationError
from pipeline.simulator.bursts import KINDS, Bursts, Place
from pipeline.simulator.run_folder import write_whole
from pipeline.simulator.sending import Sending


@dataclass(frozen=True)
class Injection:
    """A burst: asked for by `token`, behind `at` messages; its first arrives at `arrived_ms`."""

    token: str
    kind: str
    at: int
    arrived_ms: int
    messages: int


def asked(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each request and its kind, oldest first; one that is none is dropped."""
    requests = folder / "inject"
    if not requests.is_dir():
        return
    for path in sorted(requests.glob("*.json"), key=lambda p: (p.stat().st_mtime_ns, p.name)):
        try:
            kind = orjson.loads(path.read_bytes())["kind"]
        except (OSError, ValueError, KeyError, TypeError):
            kind = None
        if kind in KINDS:
            yield path, kind
        else:
            path.unlink(missing_ok=True)


def load_injections(folder: Path) -> list[Injection]:
    """Return the bursts of a run; raises ConfigurationError for a file that is not ours."""
    path = folder / "injections.json"
    if not path.exists():
        return []
    try:
        return [Injection(**one) for one in orjson.loads(path.read_bytes())["injections"]]
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigurationError(
            f"{path} is not what simulate writes ({fault}): give --run NAME and --topic NAME "
            "to begin another run"
        ) from fault


class Messages(Iterator[Sending]):
    """The planned messages of a run, with its bursts at their places."""

    def __init__(self, planned: Iterator[Sending], bursts: Bursts, folder: Path) -> None:
        self._planned = planned
        self._bursts = bursts
        self._folder = folder
        self._known = load_injections(folder)
        self._due = deque(self._known)
        self._burst: deque[Sending] = deque()
        self._ahead: Sending | None = None  # the planned message that was looked at
        self._position = 0
        self._arrived_ms = 0

    def peek(self) -> Sending:
        """Return the next message without handing it out."""
        while not self._burst and self._due and self._due[0].at == self._position:
            due = self._due.popleft()
            place = Place(due.at, due.arrived_ms)
            self._burst.extend(self._bursts.make(due.kind, place))
        if self._burst:
            return self._burst[0]
        if self._ahead is None:
            self._ahead = next(self._planned)
        return self._ahead

    def __next__(self) -> Sending:
        one = self.peek()
        if self._burst:
            self._burst.popleft()
        else:
            self._ahead = None
        self._position += 1
        self._arrived_ms = max(self._arrived_ms, one.arrived_ms)
        self._bursts.note(one)
        return one

    @property
    def busy(self) -> bool:
        """A burst has begun and is not handed out whole: another one would depend on it."""
        return bool(self._burst or self._due)

    def inject(self, token: str, kind: str, now_ms: int) -> Injection | None:
        """Put a burst behind all that was handed out, recorded before this returns.

        None while another one is being handed out; a token that is known changes nothing.
        """
        for one in self._known:
            if one.token == token:
                return one
        if self.busy:
            return None
        place = Place(self._position, max(self._arrived_ms, now_ms))
        size = len(self._bursts.make(kind, place))
        injection = Injection(token, kind, place.at, place.arrived_ms, size)
        self._known.append(injection)
        document: dict[str, object] = {"injections": [asdict(one) for one in self._known]}
        write_whole(self._folder / "injections.json", document)
        self._due.append(injection)
        return injection
