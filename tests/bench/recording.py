"""Frames of a promotion day, recorded once: what the wall's benches play, the pipeline stopped.

    python -m tests.bench.recording          makes the recording, prints where it is

The frames are the screen's own (`app.wall` over stores in memory), one for each simulated minute
of four stretches: the opening on the eve at 20:00, midnight (4H is complete, 24H begins), the
afternoon with everything on the screen, and the turn to another business date. Between them the
orders go on. The recording is made again when the code it depends on changed.
"""

import hashlib
import os
import struct
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from backports import zstd

from app.poller import Poller
from app.server import EXTENSION, create_app
from app.settings import ScreenSettings
from pipeline.catalogue.load import load_catalogue
from pipeline.clock import ManualClock
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.streams import AuditorState, JobState, PartitionAudit, SourceState
from tests.bench.counting import Counting, minutes_of
from tests.e2e.orders import PARTITION, STREAM, Line, fill
from tests.e2e.past_orders import filled
from tests.e2e.past_site import trading_time

DAY = date(2026, 11, 11)
LINES = 30_000
# Baselines of the day, and of the one after it.
PAST = {
    date(2025, 11, 11): 20_000,
    date(2026, 6, 18): 15_000,
    date(2025, 11, 12): 5_000,
    date(2026, 10, 12): 5_000,
}
# Minutes after the opening, first and end: see above.
STRETCHES = ((-15, 65), (225, 265), (1180, 1260), (1660, 1730))
AFTERNOON = STRETCHES[2]
REAL_MS = 1_800_000_000_000  # the instant of the recording's own clock; a player moves it
COMPARED_S = 10.0
AGAIN_MS = 200
LEVEL = 9
ROOT = Path(__file__).resolve().parents[2]
DRAWING = ROOT / "app" / "presenter"  # makes no frame
SOURCES = ("app", "pipeline/rollup", "pipeline/catalogue", "pipeline/simulator")


def recorded() -> Path:
    """Return the file of the recording, made if it is not there."""
    home = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "tmp"
    path = home / f"frames-{_name()}.zst"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with partial.open("wb") as out:
            for frame in frames():
                packed = zstd.compress(frame, LEVEL)
                out.write(struct.pack(">I", len(packed)) + packed)
        partial.replace(path)
    return path


def load(path: Path) -> list[bytes]:
    """Return the frames, each packed for itself."""
    content, place, packed = path.read_bytes(), 0, []
    while place < len(content):
        (size,) = struct.unpack_from(">I", content, place)
        packed.append(content[place + 4 : place + 4 + size])
        place += 4 + size
    return packed


def stretch(frames: list[bytes], wanted: tuple[int, int]) -> list[bytes]:
    """Return the frames of one of STRETCHES."""
    before = 0
    for first, end in STRETCHES:
        if (first, end) == wanted:
            return frames[before : before + end - first]
        before += end - first
    raise KeyError(wanted)


def unpacked(frame: bytes) -> dict[str, Any]:
    return dict(orjson.loads(zstd.decompress(frame)))


def frames() -> Iterator[bytes]:
    """Make the frames."""
    catalogue = load_catalogue()
    trading = trading_time(catalogue)
    clock, store = ManualClock(REAL_MS), MemorySnapshots(catalogue)
    past = {
        day: [x for _, part in minutes_of(catalogue, trading, day, n, f"p{day}") for x in part]
        for day, n in PAST.items()
    }
    history = filled(catalogue, trading, past)
    app = create_app(ScreenSettings(), store, clock, history=lambda: history)
    poller: Poller = app.server.extensions[EXTENSION]
    counting = Counting(catalogue, trading)
    opening = trading.bounds("28H", DAY).start
    day = dict(minutes_of(catalogue, trading, DAY, LINES, "bench"))
    told = Telling(store, trading)
    for minute in range(STRETCHES[0][0], STRETCHES[-1][1]):
        at = opening + minute
        lines = day.get(at, [])
        told.minute(counting.take(lines), lines, clock.now_ms(), (at + 1) * MINUTE_MS)
        if any(first <= minute < end for first, end in STRETCHES):
            clock.advance(1000)
            yield turned(poller, clock)


def turned(poller: Poller, clock: ManualClock) -> bytes:
    """Return the frame of a turn, made again while it waits for history: none differs by chance."""
    until = time.monotonic() + COMPARED_S
    while True:
        poller.turn()
        body = poller.latest.body if poller.latest else b"{}"
        windows = orjson.loads(body).get("windows", {})
        states = {c["state"] for w in windows.values() for c in w["comparisons"].values()}
        if "loading" not in states or time.monotonic() > until:
            return body
        time.sleep(0.02)
        clock.advance(AGAIN_MS)


class Telling:
    """What job, source and auditor say after a minute."""

    def __init__(self, store: MemorySnapshots, trading: TradingTime) -> None:
        self._store = store
        self._trading = trading
        self._count = 0

    def minute(self, rows: list[CellRow], lines: list[Line], real: int, now: int) -> None:
        self._count += len(lines)
        total = self._count
        audit = CellRow(PARTITION_CUBE, PARTITION, "counted", CellValue(total, (total, now)))
        fill(self._store, [*rows, audit] if total else rows)
        source = SourceState("simulated", "bench", real, now, 60.0, real, 1111)
        self._store.put_source(source)
        part = PartitionAudit(PARTITION, 0, total, total, total, total, 0, {}, now)
        self._store.put_auditor(STREAM.link, AuditorState("orders", real, now, (part,)))
        self._store.put_job(STREAM.link, JobState(real, "job", "RUNNING", 0, None, 2_000))


PARTITION_CUBE = "audit"


def _name() -> str:
    """Return a name that changes with what the frames are made of."""
    sum_ = hashlib.blake2b(digest_size=6)
    files = [Path(__file__), Path(__file__).with_name("counting.py")]
    files += [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*"))]
    for path in files:
        if path.suffix in (".py", ".toml", ".csv") and DRAWING not in path.parents:
            sum_.update(path.read_bytes())
    return sum_.hexdigest()


if __name__ == "__main__":
    path = recorded()
    sizes = [len(zstd.decompress(frame)) for frame in load(path)]
    text = f"{path}: {len(sizes)} frames, {path.stat().st_size / 1e6:.1f} MB packed, "
    sys.stdout.write(f"{text}{sum(sizes) / len(sizes) / 1e3:.0f} KB a frame\n")
