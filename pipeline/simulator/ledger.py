"""The ledger: one line an event, on the disk before it is sent.

`DAPING_HOME/ledger/<run>/NNNN.jsonl`. A line is a JSON object: `a` arrived (epoch ms), `k` key,
`c` the class it must end in, `p` the payload as text or `b` as base64 (neither: a tombstone), and
for a counted event `f`: [event_id, kind, order_id, line_no, event_time, user_id, gender, category,
brand, warehouse_id, province, quantity, amount_cents].
"""

import base64
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from pipeline.errors import ConfigurationError
from pipeline.simulator.sending import Sending

LINES_PER_FILE = 100_000


class Entry(NamedTuple):
    """What must be in Kafka: one line of the ledger."""

    arrived_ms: int
    key: str
    payload: bytes | None


class Ledger:
    """Appends to one run's ledger; at opening a line that a crash cut off is removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        files = sorted(folder.glob("[0-9]*.jsonl"))
        if files:
            _drop_half_line(files[-1])
        counts = [_count_lines(path) for path in files]
        self.count = sum(counts)
        self._number = len(files) if files else 1
        self._in_file = counts[-1] if counts else 0
        self._file = self._path(self._number).open("ab")

    def append(self, batch: Sequence[Sending]) -> None:
        """Write a batch and wait until the disk has it."""
        if self._in_file >= LINES_PER_FILE:
            self._file.close()
            self._number += 1
            self._in_file = 0
            self._file = self._path(self._number).open("ab")
        self._file.write(b"".join([_line(one) for one in batch]))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._in_file += len(batch)
        self.count += len(batch)

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, oldest first; raises ConfigurationError naming a broken line."""
        for path in sorted(self._folder.glob("[0-9]*.jsonl")):
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    yield _entry(line, f"{path}:{number}")

    def latest_ms(self) -> int | None:
        """Return when the last entry arrived, None without any: they stand in that order."""
        for path in sorted(self._folder.glob("[0-9]*.jsonl"), reverse=True):
            line = _last_line(path)
            if line:
                return _entry(line, f"{path}: the last line").arrived_ms
        return None

    def close(self) -> None:
        self._file.close()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04d}.jsonl"


def _line(one: Sending) -> bytes:
    line: dict[str, object] = {"a": one.arrived_ms, "k": one.key, "c": one.meaning}
    if one.payload is not None:
        try:
            line["p"] = one.payload.decode("utf-8")
        except UnicodeDecodeError:
            line["b"] = base64.b64encode(one.payload).decode("ascii")
    if one.facts is not None:
        line["f"] = tuple(one.facts)
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _entry(line: bytes, place: str) -> Entry:
    try:
        found = orjson.loads(line)
        payload = found["p"].encode("utf-8") if "p" in found else None
        if "b" in found:
            payload = base64.b64decode(found["b"])
        return Entry(found["a"], found["k"], payload)
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigurationError(
            f"{place} is no line of a ledger ({fault}): move its folder away and use a new topic"
        ) from fault


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _last_line(path: Path) -> bytes:
    """Return the last line of a file that ends with one, empty when it has none."""
    with path.open("rb") as file:
        at, tail = file.seek(0, os.SEEK_END), b""
        while at > 0 and tail.count(b"\n") < 2:
            size = min(at, 65_536)
            at -= size
            file.seek(at)
            tail = file.read(size) + tail
    return tail.splitlines()[-1] if tail else b""


def _drop_half_line(path: Path) -> None:
    """Cut the file behind its last whole line: the rest was never sent."""
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        at = end
        while at > 0:
            begin = max(0, at - 65_536)
            file.seek(begin)
            newline = file.read(at - begin).rfind(b"\n")
            if newline >= 0:
                at = begin + newline + 1
                break
            at = begin
        if at < end:
            file.truncate(at)
            os.fsync(file.fileno())
